/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * At most so many records in each second, of all CPUs together: one word holds the second and what
 * was emitted in it. Seconds are those of the records' own clock, so that a capture is limited as
 * the live traffic was.
 */
#ifndef HDRTAP_LIMIT_H
#define HDRTAP_LIMIT_H

#include <hdrtap/types.h>

#define HDRTAP_LIMIT_TRIES    8  /* while other CPUs change the word; then the record goes out */
#define HDRTAP_LIMIT_DISORDER 60 /* s: a record so much older counts in the word's second */
#define HDRTAP_NS_PER_S       1000000000ULL

/* The word after one more record at `second`; 0 when the second has had `limit` of them. */
HDRTAP_INLINE __u64 hdrtap_limit_next(__u64 word, __u32 second, __u32 limit)
{
	__u32 known = word >> 32, count = word;

	if (known - second > HDRTAP_LIMIT_DISORDER)
		return (__u64)second << 32 | 1;
	return count < limit ? word + 1 : 0;
}

/* Whether a record of that time (ns) is one too many; otherwise it is counted. */
HDRTAP_INLINE int hdrtap_limited(__u64 *word, __u32 limit, __u64 time)
{
	__u32 second = time / HDRTAP_NS_PER_S, i;
	__u64 old = *(volatile __u64 *)word, next, seen;

	for (i = 0; i < HDRTAP_LIMIT_TRIES; i++) {
		next = hdrtap_limit_next(old, second, limit);
		if (!next)
			return 1;
		seen = __sync_val_compare_and_swap(word, old, next);
		if (seen == old)
			return 0;
		old = seen;
	}
	return 0;
}

#endif
