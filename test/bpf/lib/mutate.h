/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Damage done to bytes, to frames, and to the order of frames, as a seed has it.
 */
#ifndef HDRTAP_TEST_MUTATE_H
#define HDRTAP_TEST_MUTATE_H

#include "../../hostile/random.h"
#include "frames.h"

/* Changes, removes, repeats or inserts a few bytes; there is room for `room`. Returns how many
 * there are then, at least 1 if there was one. */
__u32 mutate_bytes(__u8 *bytes, __u32 length, __u32 room, struct rng *rng);

/* Damages about one in `rarely` frames of the list: their bytes (up to `longest`), their direction,
 * their order; some are lost, some come again. */
void mutate_frames(struct frames *frames, __u32 longest, __u32 rarely, struct rng *rng);

#endif
