/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A chunked body in windows of full size and in pieces, whose size is the input's first byte: it
 * ends at the same byte, or is refused.
 */
#include <assert.h>
#include <string.h>

#include <hdrtap/head/chunked.h>
#include <hdrtap/head/head.h>

struct outcome {
	int verdict;
	size_t used; /* bytes before the body's end */
};

static struct outcome feed(const __u8 *bytes, size_t size, size_t piece)
{
	static struct hdrtap_window window;
	struct outcome outcome = { .verdict = HDRTAP_MORE };
	struct hdrtap_chunked chunked = { 0 };
	size_t length;

	while (outcome.verdict == HDRTAP_MORE && outcome.used < size) {
		length = piece < size - outcome.used ? piece : size - outcome.used;
		memcpy(window.bytes + HDRTAP_WINDOW_START, bytes + outcome.used, length);
		hdrtap_window_ready(&window, length);
		do
			outcome.verdict = hdrtap_chunked_step(&chunked, &window);
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
	assert(whole.verdict == HDRTAP_NOT_HTTP || whole.used == cut.used);
	return 0;
}
