/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What of a predicate (`--where`) can be told of a head by itself: made by user space, part of the
 * header elements, so that both change as one. It may let heads pass that the predicate does not
 * hold for, never the other way round: who reads the records decides.
 *
 * A term may hold for a head, may fail, or both when that is not known; of what is absent it does
 * neither. A way is terms that have to hold and terms that have to fail, all of them. The predicate
 * may be true when one of its ways is open.
 */
#ifndef HDRTAP_WHERE_H
#define HDRTAP_WHERE_H

#include <hdrtap/record.h>

#define HDRTAP_WHERE_TERMS 16
#define HDRTAP_WHERE_WAYS  16
#define HDRTAP_WHERE_WORDS 6 /* 8-byte words of text that a term compares with */

enum hdrtap_where_what {
	HDRTAP_WHERE_METHOD,  /* low: bit per enum hdrtap_method */
	HDRTAP_WHERE_STATUS,  /* low to high */
	HDRTAP_WHERE_LATENCY, /* ns, low to high */
	HDRTAP_WHERE_NAME,    /* low: bit of a well-known name that is there, as in record.names */
	HDRTAP_WHERE_PATH,    /* text: the path of the target, from its beginning */
	HDRTAP_WHERE_HOST,    /* text: the first Host without a port; in any case of letters */
};

/* What of a value has to be like a term's text. */
enum hdrtap_where_how {
	HDRTAP_WHERE_WHOLE,
	HDRTAP_WHERE_BEGIN, /* that it begins like that: nothing else is asked of it */
	HDRTAP_WHERE_MAYBE, /* it has to begin like that, and more is asked of it */
	HDRTAP_WHERE_END,   /* that something stands before it */
};

struct hdrtap_where_term {
	__u64 low, high;
	__u64 word[HDRTAP_WHERE_WORDS]; /* text, zeros behind it */
	__u64 mask[HDRTAP_WHERE_WORDS]; /* 0xdf: a letter in any case, 0xff, 0 behind it */
	__u8 what;                      /* enum hdrtap_where_what */
	__u8 kind;                      /* of heads that it is about, enum hdrtap_kind */
	__u8 how;                       /* enum hdrtap_where_how */
	__u8 length;                    /* bytes of text */
	__u8 slot;                      /* of Host */
	__u8 unused[3];
};

struct hdrtap_where_way {
	__u16 holds; /* bit per term */
	__u16 fails;
	__u8 kinds; /* of heads that are shown when it is open, bit per enum hdrtap_kind */
	__u8 unused[3];
};

struct hdrtap_where {
	__u8 ways; /* 0: every head passes */
	__u8 terms;
	__u8 needs; /* bit per enum hdrtap_kind: heads that those of the other kind are decided with
		     */
	__u8 unused[5];
	struct hdrtap_where_term term[HDRTAP_WHERE_TERMS];
	struct hdrtap_where_way way[HDRTAP_WHERE_WAYS];
};

#endif
