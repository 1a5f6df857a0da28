/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A PROXY protocol header in windows of full size and in pieces, whose size is the input's first
 * byte: it ends at the same byte with the same client, or is refused.
 */
#include <assert.h>
#include <string.h>

#include <hdrtap/head/head.h>
#include <hdrtap/head/proxy.h>

struct outcome {
	int verdict;
	size_t used; /* bytes before the header's end */
	struct hdrtap_proxy proxy;
};

static struct outcome feed(const __u8 *bytes, size_t size, size_t piece)
{
	struct outcome outcome = { .verdict = HDRTAP_MORE };
	static struct hdrtap_window window;
	size_t length;

	while (outcome.verdict == HDRTAP_MORE && outcome.used < size) {
		length = piece < size - outcome.used ? piece : size - outcome.used;
		memcpy(window.bytes + HDRTAP_WINDOW_START, bytes + outcome.used, length);
		hdrtap_window_ready(&window, length);
		do
			outcome.verdict = hdrtap_proxy_step(&outcome.proxy, &window);
		while (outcome.verdict == HDRTAP_AGAIN);
		assert(window.position <= window.end);
		outcome.used += window.position - HDRTAP_WINDOW_START;
	}
	return outcome;
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	struct outcome whole, cut;

	if (!size)
		return 0;
	whole = feed(input + 1, size - 1, HDRTAP_WINDOW_SIZE);
	cut = feed(input + 1, size - 1, 1 + input[0]);
	assert(whole.verdict == cut.verdict);
	if (whole.verdict != HDRTAP_DONE)
		return 0;
	assert(whole.used == cut.used);
	assert(!memcmp(&whole.proxy, &cut.proxy, sizeof(whole.proxy)));
	return 0;
}
