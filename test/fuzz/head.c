/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A head in windows of full size and in pieces: verdict and record must be the same, whatever the
 * working space held before.
 *
 * The first three bytes of the input say how it is cut (ten bits each for the first piece and the
 * others) and which header elements are chosen.
 */
#include <assert.h>
#include <stdlib.h>

#include "feeder.h"
#include "record_check.h"

#define CUT_BYTES 3
#define POISON    0xa5

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	static struct feeder feeder;
	const struct hdrtap_elements *set;
	struct feed_result whole, cut;
	struct pieces pieces;

	if (size < CUT_BYTES)
		return 0;
	if (!feeder.head)
		feeder_init(&feeder);
	pieces = (struct pieces){
		.first = 1 + (input[0] | (input[2] & 3) << 8),
		.rest = 1 + (input[1] | (input[2] >> 2 & 3) << 8),
		.poison = POISON,
	};
	set = &fuzz_settings(input[2] >> 4)->elements;
	input += CUT_BYTES;
	size -= CUT_BYTES;
	whole = feeder_run(&feeder, set, input, size, PIECES_WHOLE);
	cut = feeder_run(&feeder, set, input, size, pieces);
	if (whole.record)
		record_check(&whole.rec);
	assert(feed_equal(&whole, &cut));
	return 0;
}
