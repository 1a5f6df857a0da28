// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// node client.js BASE_URL...: requests to every server, side by side: by an agent that keeps its connections, and pipelined on
// connections of their own.
"use strict";
const http = require("http");
const net = require("net");

const METHODS = ["GET", "GET", "POST", "HEAD", "GET", "PUT", "OPTIONS", "GET", "PATCH", "DELETE"];
const SPOOFED = "GET /spoofed HTTP/1.1\r\nHost: spoofed.test\r\n\r\n";

function request(base, agent, number) {
	const method = METHODS[number % METHODS.length];
	const body = ["POST", "PUT", "PATCH"].includes(method) ? SPOOFED.repeat(number) : null;
	const headers = { "User-Agent": `node agent ${number}` };
	if (number % 5 == 0)
		headers.Cookie = "session=" + "s".repeat(4000 + 50 * number);
	if (body && number % 3) // otherwise chunked
		headers["Content-Length"] = body.length;
	return new Promise((resolve, reject) => {
		const sent = http.request(`${base}/upload/node?n=${number}`, { method, agent, headers }, (answer) => {
			answer.resume();
			answer.on("end", resolve);
			answer.on("error", reject);
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

async function keepAlive(base) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
	await Promise.all([...Array(40).keys()].map((number) => request(base, agent, number)));
	agent.destroy();
}

function pipelinedHead(host, number, last) {
	const body = number % 3 == 0 ? SPOOFED : "";
	const lines = [
		`${body ? "POST" : number % 7 == 1 ? "HEAD" : "GET"} /upload/pipelined?n=${number} HTTP/1.1`,
		`Host: ${host}`,
		`User-Agent: node pipelined ${number} ${"x".repeat((number * 37) % 90)}`,
	];
	if (body)
		lines.push(`Content-Length: ${body.length}`);
	if (number == last)
		lines.push("Connection: close");
	return lines.join("\r\n") + "\r\n\r\n" + body;
}

// Everything in one write; the server closes after the last answer.
function pipelined(base, count) {
	const url = new URL(base);
	return new Promise((resolve, reject) => {
		const socket = net.connect(url.port, url.hostname.replace(/[[\]]/g, ""));
		socket.write([...Array(count).keys()].map((n) => pipelinedHead(url.host, n, count - 1)).join(""));
		socket.resume();
		socket.on("end", resolve);
		socket.on("error", reject);
	});
}

Promise.all(process.argv.slice(2).flatMap((base) => [keepAlive(base), pipelined(base, 30), pipelined(base, 5)]))
	.catch((error) => {
		console.error(error);
		process.exit(1);
	});
