/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Connections nobody has, as a seed has them: what is said over them is HTTP/1 with all that may
 * stand around it, sometimes damaged, and segments carry it in any order, twice, overlapping, with
 * holes, with SYN, FIN and RST anywhere, in tunnels and VLANs.
 */
#ifndef HDRTAP_TEST_INVENT_H
#define HDRTAP_TEST_INVENT_H

#include "../../hostile/random.h"
#include "frames.h"

/* Appends `count` frames of at most KERNEL_FRAME_MAX bytes. */
void invent_frames(struct frames *frames, size_t count, struct rng *rng);

#endif
