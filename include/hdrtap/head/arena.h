/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A head while it is being read: parser state, and the record, behind which there is more room for
 * values than the record has. They are written one behind the other into that arena.
 */
#ifndef HDRTAP_ARENA_H
#define HDRTAP_ARENA_H

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

#endif
