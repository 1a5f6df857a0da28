/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A head while it is being read: parser state, and the record with its values.
 *
 * Values are written one behind the other into an arena that is larger than the record's. While a
 * head is read every chosen name has its reservation kept free until it is seen; only unreserved
 * space goes to who comes first. Most heads fit the record as they are; one that does not is
 * squeezed at its end, when it is known which values there really are: each keeps its reservation,
 * or all are cut to one common length if even that is too much, and what is left over goes to
 * values in wire order. So an absent header never costs a present one anything.
 */
#ifndef HDRTAP_VALUES_H
#define HDRTAP_VALUES_H

#include <hdrtap/config.h>
#include <hdrtap/elements.h>
#include <hdrtap/head/siphash.h>
#include <hdrtap/head/window.h>

/*
 * Sizes that follow from the record's. In the kernel they are read-only data: the verifier knows
 * them, so that loops and indices are bounded.
 */
#ifdef __bpf__
extern const volatile struct hdrtap_config config; /* bpf/maps.h */
#define HDRTAP_SIZE(h, member) (config.size.member)
#else
#define HDRTAP_SIZE(h, member) ((h)->size.member)
#endif
#define HDRTAP_ARENA_SIZE(h) (HDRTAP_SIZE(h, record) - HDRTAP_RECORD_HEAD)

/* Behind the values, while a head is read: what of a value may be stored beyond its room, and a
 * block that a copy may write. */
#define HDRTAP_WORK_REST 128
/* Bytes of values while a head is read: those that can be reserved, and the record's arena. */
#define HDRTAP_WORK_SIZE(h) (HDRTAP_SIZE(h, work_mask) + 1 - HDRTAP_WORK_REST)
#define HDRTAP_WORK_SLACK   64
#define HDRTAP_FRAMING_CAP  64 /* bytes of Content-Length and Transfer-Encoding looked at */
#define HDRTAP_SCHEME_CAP   32 /* bytes of a value in which its scheme must end */
#define HDRTAP_METHOD_CAP   32 /* longest method token */
#define HDRTAP_NO_ENTRY     HDRTAP_ENTRIES_MAX

struct hdrtap_head {
	__u8 phase;        /* enum hdrtap_phase, head.h */
	__u8 started;      /* 1: the start line was valid */
	__u8 carry_length; /* bytes at carry */
	__u8 pending_cr;   /* 1: the last byte fed was a CR inside a line that is streamed */
	__u8 leading;      /* 1: only white space of the open value was seen so far */
	__u8 folded;       /* 1: the open value goes on after an obs-fold */
	__u8 last_byte;    /* of a name that is longer than the carry */
	__u8 rest_long;    /* 1: more followed the target than the carry holds */
	/* the open value */
	__u8 name;   /* index in elements.name, 0: none or not a header */
	__u8 entry;  /* index in record.entry, HDRTAP_NO_ENTRY: not logged */
	__u16 start; /* where it begins in the arena */
	__u16 cap;   /* bytes that may be stored while it is read */
	__u16 keep;  /* bytes that may stay when it ends */
	__u16 stored;
	__u16 used;     /* bytes of the arena in use */
	__u32 original; /* bytes on the wire so far */
	__u32 trailing; /* of these, white space at the end, and a CR */
	/* reservations */
	__u32 seen;     /* bit per active name */
	__u16 reserved; /* bytes kept for names not seen yet */
	/* framing, RFC 9112 section 6 */
	__u8 length_count; /* Content-Length lines */
	__u8 coding_count; /* Transfer-Encoding lines */
	__u8 chunked;      /* 1: the last coding is chunked */
	__u8 unseen;       /* chosen names not seen yet: an entry is kept for each */
	__u8 flushed;      /* 1: a line that waits for its end is read without it */
	__u8 guess;  /* 1: no head was expected here: only a start line that is right begins one */
	__u8 http2;  /* 1: it is an HTTP/2 preface */
	__u8 digest; /* of the open value: 0, HDRTAP_MODE_HASH or _NAMES */
	__u8 excluded; /* enum hdrtap_excluded, where.h */
	__u8 padding[4];
	__u64 content_length;
	__u64 number; /* the last one read of a Content-Length */
	__u32 length; /* bytes of the head in earlier windows */
	__u32 origin; /* index in the window of the head's first byte there */
	/* what follows is not cleared when a head begins */
	__u8 carry[HDRTAP_CARRY_MAX];
	struct hdrtap_sizes size;       /* natively; the kernel has it in `config` */
	struct hdrtap_sip hash;         /* of the open value */
	struct hdrtap_sip hash_settled; /* the same before white space that may be its end */
	__u16 names_part;               /* bytes stored before the cookie name that is read */
	__u8 names_behind;              /* 1: behind the name, up to the next ';' */
	__u8 unused[3];
	__u16 peak; /* bytes of the arena that were in use and may not be clear */
	__u16 max[HDRTAP_ENTRIES_MAX]; /* bytes reserved for each entry */
	/* The record, and more room for its values: so much at the default size. */
	union {
		struct hdrtap_record rec;
		__u8 space[HDRTAP_RECORD_HEAD + HDRTAP_WORK_MASK_DEFAULT + 1 + HDRTAP_WORK_SLACK];
	};
};
HDRTAP_STATIC_ASSERT(HDRTAP_FRAMING_CAP + HDRTAP_SCHEME_CAP + HDRTAP_BLOCK <= HDRTAP_WORK_REST,
		     "writes stay below the mask");

/* `mask`: work_mask, read once where there are several. */
HDRTAP_INLINE __u8 *hdrtap_arena_in(struct hdrtap_head *h, __u32 index, __u32 mask)
{
	__u64 at = index;

	HDRTAP_MASK_BY(at, mask);
	return (__u8 *)h + hdrtap_offsetof(struct hdrtap_head, rec.arena) + at;
}

HDRTAP_INLINE __u8 *hdrtap_arena_at(struct hdrtap_head *h, __u32 index)
{
	return hdrtap_arena_in(h, index, HDRTAP_SIZE(h, work_mask));
}

#define HDRTAP_COPIED_NEAR 6 /* blocks of a value that are copied without a call */

/* Copies a block of the window behind the open value, `done` bytes from its end. */
HDRTAP_INLINE void hdrtap_arena_block(struct hdrtap_head *h, const struct hdrtap_window *w,
				      __u32 from, __u32 done, __u32 mask)
{
	hdrtap_block_copy(hdrtap_arena_in(h, h->used + done, mask),
			  hdrtap_window_at(w, from + done));
}

/* What hdrtap_arena_copy() copies behind the first HDRTAP_COPIED_NEAR blocks: the verifier looks at
 * it once. */
HDRTAP_GLOBAL int hdrtap_arena_copy_rest(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
					 __u32 length)
{
	__u32 mask, blocks, i;

	if (!h || !w)
		return 0;
	mask = HDRTAP_SIZE(h, work_mask);
	blocks = HDRTAP_SIZE(h, copied);
	for (i = HDRTAP_COPIED_NEAR; i < blocks; i++) {
		if (i * HDRTAP_BLOCK >= length)
			break;
		hdrtap_arena_block(h, w, from, i * HDRTAP_BLOCK, mask);
	}
	return 0;
}

/* Copies `length` bytes of the window behind the open value; up to a block more is written behind
 * them. */
HDRTAP_INLINE void hdrtap_arena_copy(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				     __u32 length)
{
	__u32 mask = HDRTAP_SIZE(h, work_mask), i;

	for (i = 0; i < HDRTAP_COPIED_NEAR; i++) {
		if (i * HDRTAP_BLOCK >= length)
			break;
		hdrtap_arena_block(h, w, from, i * HDRTAP_BLOCK, mask);
	}
	if (length > HDRTAP_COPIED_NEAR * HDRTAP_BLOCK)
		hdrtap_arena_copy_rest(h, w, from, length);
	h->used += length;
	h->stored += length;
}

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

/*
 * Squeezing is rare and its steps are functions of their own: the verifier looks at each once,
 * knowing nothing of the others.
 */

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

/* Zeroes the arena behind the values as far as it may not be clear: bytes of other values must
 * neither leave with the record nor stay. */
HDRTAP_INLINE void hdrtap_arena_clear(struct hdrtap_head *h)
{
	__u32 at = h->used, end = h->peak + HDRTAP_BLOCK; /* a copy writes up to a block more */
	__u32 mask = HDRTAP_SIZE(h, work_mask), i;

	if (end > mask + 1)
		end = mask + 1;
	for (i = 0; i <= mask; i += HDRTAP_BLOCK) {
		if (at >= end)
			break;
		hdrtap_block_clear(hdrtap_arena_in(h, at, mask));
		at += HDRTAP_BLOCK;
	}
	h->peak = h->used;
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
