/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which header elements a head is read with, and which heads are wanted for what is in them: made
 * by user space from `-e` and `--where`, read by the parser. The programs hold several of them and
 * an index; one head uses one set from its first byte to its last.
 *
 * A name is found by a hash over its length, first and last bytes, then compared whole. The compare
 * is exact: per byte the mask is 0xdf where the name has a letter (either case matches) and 0xff
 * elsewhere.
 */
#ifndef HDRTAP_ELEMENTS_H
#define HDRTAP_ELEMENTS_H

#include <hdrtap/names.h>
#include <hdrtap/record.h>
#include <hdrtap/secrets.h>
#include <hdrtap/where.h>

#define HDRTAP_ACTIVE_MAX 16 /* header names chosen at one time */
#define HDRTAP_NAMES_MAX \
	128 /* chosen and well-known names together, and the unused index 0; power of two */
#define HDRTAP_BUCKETS    512 /* power of two */
#define HDRTAP_NAME_WORDS 6   /* 8-byte words of the longest name and its colon */

/* What a header means to the parser, apart from being logged. */
enum hdrtap_role {
	HDRTAP_ROLE_NONE,
	HDRTAP_ROLE_CONTENT_LENGTH,
	HDRTAP_ROLE_TRANSFER_ENCODING,
	HDRTAP_ROLE_URL, /* secrets in it are redacted */
};

/* One name the parser looks for. */
struct hdrtap_name {
	__u64 word[HDRTAP_NAME_WORDS]; /* the name in lower case, a colon, zeros */
	__u64 mask[HDRTAP_NAME_WORDS]; /* 0xdf letter, 0xff other byte, 0 behind the colon */
	__u64 bit;                     /* its bit in record.names, 0: not well known */
	__u16 max;                     /* bytes of the record reserved for its value */
	__u8 length;                   /* bytes, without the colon */
	__u8 slot;                     /* HDRTAP_SLOT_NONE: not chosen */
	__u8 mode;                     /* enum hdrtap_mode */
	__u8 role;                     /* enum hdrtap_role */
	__u8 active;                   /* 0-15: its place among the chosen names */
	__u8 next;                     /* next name with the same hash, 0: none */
};

struct hdrtap_elements {
	__u32 generation;            /* goes into record.element_set */
	__u32 kinds;                 /* bit per enum hdrtap_kind that is wanted (--heads) */
	__u16 target_max;            /* bytes reserved for the request target */
	__u16 reserved;              /* target_max and every chosen name's max together */
	__u32 names;                 /* chosen now, 0-16 */
	__u64 key[2];                /* of HDRTAP_MODE_HASH, little-endian */
	__u8 bucket[HDRTAP_BUCKETS]; /* first name of each hash, 0: none */
	struct hdrtap_name name[HDRTAP_NAMES_MAX];
	struct hdrtap_secrets secrets; /* query keys whose values are replaced */
	struct hdrtap_where where;     /* which of the heads are wanted */
};

#define HDRTAP_NAME_MULTIPLIER_FIRST 0x9e3779b97f4a7c15ULL
#define HDRTAP_NAME_MULTIPLIER_LAST  0xc2b2ae3d27d4eb4fULL

/*
 * Bucket of a name. `first` and `last` are its first and last eight bytes, each byte | 0x20; of a
 * name shorter than eight both are the name followed by zeros.
 */
HDRTAP_INLINE __u32 hdrtap_name_hash(__u64 first, __u64 last, __u32 length)
{
	__u64 hash = first * HDRTAP_NAME_MULTIPLIER_FIRST + last * HDRTAP_NAME_MULTIPLIER_LAST;

	return (hash >> 48 ^ length) & (HDRTAP_BUCKETS - 1);
}

#endif
