// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What a page does by itself: requests of several kinds, one after the other and side by side, some with cookies that
// do not fit one packet. /done is the last.

async function answered(url, options) {
	const answer = await fetch(url, options);
	await answer.arrayBuffer();
}

async function run() {
	for (let i = 0; i < 8; i++)
		await answered(`data.json?turn=${i}`, { method: i % 4 == 3 ? "HEAD" : "GET" });
	await answered("upload?json", { method: "POST", body: JSON.stringify({ text: "GET / HTTP/1.1\r\n\r\n" }) });
	await answered("upload?big", { method: "PUT", body: new Uint8Array(150000).fill(65) });
	await answered("empty", { method: "DELETE" });
	document.cookie = "one=" + "c".repeat(3000);
	document.cookie = "two=" + "d".repeat(3000);
	await Promise.all([...Array(12).keys()].map((i) => answered(`text.txt?parallel=${i}`, { cache: "no-store" })));
	document.cookie = "one=; max-age=0";
	document.cookie = "two=; max-age=0";
	await answered("done");
}

addEventListener("load", run);
