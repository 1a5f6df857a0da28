/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record as people and systems want to see it: its values found and checked, numbers as words,
 * addresses and times as text. Records may come from a file somebody damaged: nothing here reads
 * outside one, whatever it holds.
 */
#ifndef HDRTAP_USER_VIEW_H
#define HDRTAP_USER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "meta.h"

#define VIEW_NUMBER_MAX  20 /* bytes of a 64-bit number */
#define VIEW_ADDRESS_MAX 46 /* bytes of an address and a NUL */
#define VIEW_TIME_SIZE   30 /* 2026-01-31T23:59:59.123456789Z, without a NUL */
#define VIEW_RUN_SIZE    32 /* a run id in hexadecimal */

/* Some bytes; `bytes` NULL: absent, which is not the same as empty. */
struct view_bytes {
	const __u8 *bytes;
	size_t size;
};

struct view_value {
	struct view_bytes stored;
	__u16 original; /* bytes on the wire, 65535: that many or more */
	__u8 slot;
	__u8 mode; /* enum hdrtap_mode; HDRTAP_MODE_KEEP where it is _REDACTED in the record */
	bool redacted;
};

struct view {
	const struct hdrtap_record *rec;
	const struct run_meta *meta;
	__u64 time; /* ns UTC */
	__u32 count;
	struct view_value value[HDRTAP_ENTRIES_MAX]; /* in wire order */
};

/* Fills `view` from a record; both arguments must outlive it. Values that do not fit the record are
 * left out. */
void view_init(struct view *view, const struct hdrtap_record *rec, const struct run_meta *meta,
	       __s64 utc_offset);

/* The slot of a header name (lower case), HDRTAP_SLOT_NONE when this run has none. */
__u8 view_slot(const struct run_meta *meta, const char *name);

/* The first value of a slot, NULL: there is none. */
const struct view_value *view_find(const struct view *view, __u8 slot);

/* The bytes of the first value of a slot if they were kept; absent otherwise. */
struct view_bytes view_kept(const struct view *view, __u8 slot);

/* True when the value was kept, but not all of it, or not as it was. */
bool view_truncated(const struct view_value *value);

/* The bytes kept; of a truncated value without the UTF-8 sequence that the cut went through. */
struct view_bytes view_whole(const struct view_value *value);

/* Path and query of a request target in origin or absolute form; absent where it has none. Either
 * may be NULL. */
void view_split_target(struct view_bytes target, struct view_bytes *path, struct view_bytes *query);

/* A Host value without port and without the brackets of an IPv6 address. */
struct view_bytes view_server_address(struct view_bytes host);

/* Texts of record fields; "unknown" for numbers that mean nothing. */
const char *view_kind(__u8 kind);
const char *view_method(__u8 method);
const char *view_mode(__u8 mode);
const char *view_framing(__u8 framing);
const char *view_direction(__u8 direction);
const char *view_hook(__u8 hook);
const char *view_tunnel(__u8 tunnel);

/* Text of the flag `1 << bit`. */
const char *view_flag(unsigned int bit);

bool view_is_ipv4(const __u8 address[16]);

/* Writes decimal digits, at most VIEW_NUMBER_MAX, without a NUL; returns their number. */
size_t view_number(char *to, __u64 number);

/* Writes `digits` decimal digits of the number, with leading zeros. */
void view_digits(char *to, __u64 number, unsigned int digits);

/* Writes an IPv4 address with dots, an IPv6 address as in RFC 5952, and a NUL; returns the length.
 */
size_t view_address(char to[VIEW_ADDRESS_MAX], const __u8 address[16]);

/* Writes VIEW_TIME_SIZE bytes, RFC 3339 in UTC. */
void view_time(char *to, __u64 ns);

/* Writes two hexadecimal digits for each of at most HDRTAP_HASH_SIZE bytes; returns their number.
 */
size_t view_hash(char to[2 * HDRTAP_HASH_SIZE], struct view_bytes hash);

/* Writes VIEW_RUN_SIZE bytes. */
void view_run(char *to, const __u8 run_id[16]);

/* True for UTF-8 as in RFC 3629. */
bool view_is_utf8(struct view_bytes text);

/* Writes each byte as the character U+00XX in UTF-8, at most 2 * size bytes; returns their number.
 */
size_t view_latin1(__u8 *to, struct view_bytes text);

#endif
