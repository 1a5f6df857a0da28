/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the two sides of an invented connection say: messages of all forms, one behind the other.
 */
#ifndef HDRTAP_TEST_SAY_H
#define HDRTAP_TEST_SAY_H

#include "../../hostile/random.h"

/* Writes messages of a side (WIRE_CLIENT, WIRE_SERVER) until there are at least `wanted` bytes, or
 * no room. Returns how many there are. */
__u32 say(__u8 *to, __u32 room, __u32 wanted, __u8 side, struct rng *rng);

#endif
