/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Sizes that both ends of a ring know.
 */
#ifndef HDRTAP_USER_RING_SIZE_H
#define HDRTAP_USER_RING_SIZE_H

/* A record in a ring: perf_event_header, the length of the raw data, the record, padding to 8. */
#define RINGS_SAMPLE_SIZE 784

#define RINGS_BYTES_PERMITTED                                              \
	(512UL << 10) /* what anybody may lock, kernel.perf_event_mlock_kb \
		       */

#endif
