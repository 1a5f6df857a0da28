/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Sizes that both ends of a ring know.
 */
#ifndef HDRTAP_USER_RING_SIZE_H
#define HDRTAP_USER_RING_SIZE_H

/*
 * A sample in a ring: perf_event_header, the length of the raw data, the record, padding to 8. A
 * record of the default size is there whole. Of larger ones the zeros behind the values are not, so
 * that an ordinary head takes no more of a ring with large records than with small ones, and a
 * ring of the same bytes holds the same milliseconds of them. This is the most that one takes.
 */
#define RINGS_SAMPLE_SIZE(record_size) (16 + (int)(record_size))

#define RINGS_BYTES_PERMITTED \
	(512UL << 10) /* what anybody may lock, kernel.perf_event_mlock_kb \
		       */

#endif
