/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values that together are larger than the record. When a head ends it is known which values there
 * really are: each keeps its reservation, or all are cut to one common length if even that is too
 * much, and what is left over goes to values in wire order.
 *
 * That is rare, and the steps are functions of their own: the verifier looks at each once, knowing
 * nothing of the others.
 */
#ifndef HDRTAP_SQUEEZE_H
#define HDRTAP_SQUEEZE_H

#include <hdrtap/head/arena.h>

/* Bytes entry `i` keeps when it keeps its reservation, but at most `level` bytes. */
HDRTAP_INLINE __u32 hdrtap_squeezed_entry(const struct hdrtap_head *h, __u32 i, __u32 level)
{
	__u32 keep = h->rec.entry[i].stored;

	if (keep > h->max[i])
		keep = h->max[i];
	return keep < level ? keep : level;
}

/* Bytes all entries keep like that. */
HDRTAP_GLOBAL int hdrtap_squeezed(struct hdrtap_head *h, __u32 level)
{
	__u32 i, sum = 0;

	if (!h)
		return 0;
	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		sum += hdrtap_squeezed_entry(h, i, level);
		HDRTAP_FORGET(sum, level, ~0u);
	}
	return sum;
}

#define HDRTAP_LEVELS 48 /* from the largest arena down to 16 bytes */

/* The largest common length, out of a few, with which all values fit; 16 bytes always do. */
HDRTAP_GLOBAL int hdrtap_squeeze_level(struct hdrtap_head *h)
{
	__u32 level, size, i;

	if (!h)
		return 0;
	size = HDRTAP_ARENA_SIZE(h);
	level = size;
	for (i = 0; i < HDRTAP_LEVELS; i++) {
		if ((__u32)hdrtap_squeezed(h, level) <= size)
			break;
		level -= level > 32 ? level / 8 : 4;
		if (level < 16)
			level = 16;
	}
	return level;
}
HDRTAP_STATIC_ASSERT(16 * HDRTAP_ENTRIES_MAX <= HDRTAP_RECORD_SIZE_DEFAULT - HDRTAP_RECORD_HEAD,
		     "16 bytes of each value always fit");

/* Gives every entry the bytes it keeps. Its old length goes to max[], which is not needed any more.
 */
HDRTAP_GLOBAL int hdrtap_squeeze_share(struct hdrtap_head *h, __u32 level)
{
	__u32 left, i, keep, stored, more;

	if (!h)
		return 0;
	left = HDRTAP_ARENA_SIZE(h) - hdrtap_squeezed(h, level);
	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		stored = h->rec.entry[i].stored;
		keep = hdrtap_squeezed_entry(h, i, level);
		more = stored - keep < left ? stored - keep : left;
		left -= more;
		if (keep + more < stored && h->rec.entry[i].mode >= HDRTAP_MODE_NAMES)
			h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
		h->max[i] = stored;
		h->rec.entry[i].stored = keep + more;
		HDRTAP_FORGET(left, level, ~0u);
	}
	return 0;
}

/* Moves `length` bytes of the arena down, word by word; behind them nothing changes. */
HDRTAP_GLOBAL int hdrtap_squeeze_move(struct hdrtap_head *h, __u32 from, __u32 to, __u32 length)
{
	__u32 mask, size, i;
	__u64 kept;
	__u8 *at;

	if (!h)
		return 0;
	mask = HDRTAP_SIZE(h, work_mask);
	size = HDRTAP_ARENA_SIZE(h);
	for (i = 0; i < size; i += 8) {
		if (i + 8 > length)
			break;
		hdrtap_store64(hdrtap_arena_in(h, to + i, mask),
			       hdrtap_load64(hdrtap_arena_in(h, from + i, mask)));
	}
	HDRTAP_FORGET(i, to, ~0u); /* all ways here become one */
	kept = ~0ULL << 8 * (length & 7);
	at = hdrtap_arena_in(h, to + i, mask);
	hdrtap_store64(at, (hdrtap_load64(hdrtap_arena_in(h, from + i, mask)) & ~kept) |
				   (hdrtap_load64(at) & kept));
	return 0;
}

/* Closes the gaps that sharing left. */
HDRTAP_GLOBAL int hdrtap_squeeze_close(struct hdrtap_head *h)
{
	__u32 from = 0, to = 0, i;

	if (!h)
		return 0;
	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		hdrtap_squeeze_move(h, from, to, h->rec.entry[i].stored);
		from += h->max[i];
		to += h->rec.entry[i].stored;
	}
	h->used = to;
	return 0;
}

/* Cuts values so that they fit the record. */
HDRTAP_INLINE void hdrtap_squeeze(struct hdrtap_head *h)
{
	hdrtap_squeeze_share(h, hdrtap_squeeze_level(h));
	hdrtap_squeeze_close(h);
}

#endif
