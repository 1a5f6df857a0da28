/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values of a head that is being read.
 *
 * While a head is read every chosen name has its reservation in the arena kept free until it is
 * seen; only unreserved space goes to who comes first. Most heads fit the record as they are; one
 * that does not is squeezed at its end (squeeze.h). So an absent header never costs a present one
 * anything.
 */
#ifndef HDRTAP_VALUES_H
#define HDRTAP_VALUES_H

#include <hdrtap/head/arena.h>
#include <hdrtap/head/squeeze.h>

/*
 * Opens a value. `reserved`: `max` bytes and an entry were kept for it. Others may have neither
 * bytes nor entries that are kept for names not seen yet.
 */
HDRTAP_INLINE void hdrtap_value_begin(struct hdrtap_head *h, __u8 slot, __u8 mode, __u32 max,
				      int reserved)
{
	__u32 room, most;

	h->start = h->used;
	h->stored = 0;
	h->original = 0;
	h->trailing = 0;
	h->entry = HDRTAP_NO_ENTRY;
	h->cap = 0;
	h->keep = 0;
	if (slot == HDRTAP_SLOT_NONE)
		return;
	if (h->rec.entry_count + (reserved ? 0 : h->unseen) >= HDRTAP_ENTRIES_MAX) {
		h->rec.omitted += h->rec.omitted < 255;
		return;
	}
	if (reserved)
		h->reserved -= max;
	room = HDRTAP_WORK_SIZE(h) - h->used - h->reserved;
	most = HDRTAP_ARENA_SIZE(h);
	if (room > most)
		room = most;
	h->entry = h->rec.entry_count++;
	h->cap = mode == HDRTAP_MODE_KEEP     ? room
		 : mode == HDRTAP_MODE_SCHEME ? HDRTAP_SCHEME_CAP
					      : 0;
	h->keep = mode == HDRTAP_MODE_LENGTH   ? 0
		  : mode == HDRTAP_MODE_SCHEME ? HDRTAP_SCHEME_CAP
					       : room;
	if (h->keep > room)
		h->keep = room;
	if (h->entry < HDRTAP_ENTRIES_MAX) { /* the verifier does not know entry_count */
		h->max[h->entry] = max;
		h->rec.entry[h->entry].slot = slot;
		h->rec.entry[h->entry].mode = mode;
	}
}

/* Appends bytes of the window to the open value. */
HDRTAP_INLINE void hdrtap_value_append(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				       __u32 length)
{
	__u32 room = h->cap - h->stored;

	h->original += length;
	hdrtap_arena_copy(h, w, from, length < room ? length : room);
}

/* The same where it is not worth being inlined: the verifier looks at it once. */
HDRTAP_GLOBAL int hdrtap_value_append_called(struct hdrtap_head *h, struct hdrtap_window *w,
					     __u32 from, __u32 length)
{
	if (!h || !w)
		return 0;
	if (h->stored > h->cap) /* names of cookies: no bytes of the value itself */
		h->original += length;
	else
		hdrtap_value_append(h, w, from, length);
	return 0;
}

/* Appends the one space an obs-fold stands for. It does not count if nothing follows. */
HDRTAP_INLINE void hdrtap_value_join(struct hdrtap_head *h)
{
	if (h->stored < h->cap) {
		*hdrtap_arena_at(h, h->used) = ' ';
		h->used++;
		h->stored++;
	}
	h->original++;
	h->trailing = 1;
}

/* Takes the end of the open value back to `stored` bytes. */
HDRTAP_INLINE void hdrtap_value_cut(struct hdrtap_head *h, __u32 stored)
{
	if (h->stored > stored) {
		if (h->peak < h->used)
			h->peak = h->used;
		h->used -= h->stored - stored;
		h->stored = stored;
	}
}

/* Drops trailing white space of the open value and writes its entry. It may still go on after an
 * obs-fold. */
HDRTAP_INLINE void hdrtap_value_settle(struct hdrtap_head *h)
{
	__u32 entry = h->entry;

	h->original -= h->trailing;
	h->trailing = 0;
	hdrtap_value_cut(h, h->original);
	if (entry >= HDRTAP_ENTRIES_MAX)
		return;
	h->rec.entry[entry].stored = h->stored;
	h->rec.entry[entry].original = h->original < 65535 ? h->original : 65535;
}

/* Length of the first word of the open value, 0 when there is no second one. */
HDRTAP_INLINE __u32 hdrtap_value_scheme(struct hdrtap_head *h)
{
	__u32 i;

	for (i = 0; i < HDRTAP_SCHEME_CAP; i++) {
		if (i >= h->stored)
			break;
		if (hdrtap_is_ows(*hdrtap_arena_at(h, h->start + i)))
			return i;
	}
	return 0;
}

/* Ends the open value for good: keeps what its mode and its reservation allow. */
HDRTAP_INLINE void hdrtap_value_end(struct hdrtap_head *h)
{
	__u32 keep = h->keep;
	__u32 entry = h->entry;

	if (entry >= HDRTAP_ENTRIES_MAX) {
		hdrtap_value_cut(h, 0);
		return;
	}
	if (h->rec.entry[entry].mode == HDRTAP_MODE_SCHEME)
		keep = hdrtap_value_scheme(h);
	else if (h->rec.entry[entry].mode == HDRTAP_MODE_HASH)
		keep = 0;
	if (keep > h->keep)
		keep = h->keep;
	hdrtap_value_cut(h, keep);
	h->rec.entry[entry].stored = h->stored;
}

/* Sets TRUNCATED and OMITTED where they apply. */
HDRTAP_INLINE void hdrtap_values_flag(struct hdrtap_head *h)
{
	__u32 i;

	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		if (i >= h->rec.entry_count)
			break;
		if (h->rec.entry[i].mode == HDRTAP_MODE_KEEP &&
		    h->rec.entry[i].stored < h->rec.entry[i].original)
			h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
	}
	if (h->rec.omitted)
		h->rec.flags |= HDRTAP_FLAG(OMITTED);
}

/* Zeroes the bytes of a head that was abandoned. */
HDRTAP_GLOBAL int hdrtap_head_wipe(struct hdrtap_head *h)
{
	if (!h)
		return 0;
	if (h->peak < h->used)
		h->peak = h->used;
	h->used = 0;
	hdrtap_arena_clear(h);
	__builtin_memset(h->carry, 0, sizeof(h->carry));
	h->hash.tail = 0;
	h->hash_settled.tail = 0;
	return 0;
}

/* Brings the values into the record: nothing of them is written after this. */
HDRTAP_INLINE void hdrtap_values_finish(struct hdrtap_head *h)
{
	if (h->peak < h->used)
		h->peak = h->used;
	if (h->used > HDRTAP_ARENA_SIZE(h))
		hdrtap_squeeze(h);
	hdrtap_arena_clear(h);
	h->hash.tail = 0;
	h->hash_settled.tail = 0;
	hdrtap_values_flag(h);
	h->rec.arena_used = h->used;
}

#endif
