/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record as people and systems want to see it: its values found and checked, numbers as words,
 * addresses and times as text. Records may come from a file somebody damaged: nothing here reads
 * outside one, whatever it holds.
 */
#ifndef HDRTAP_USER_VIEW_H
#define HDRTAP_USER_VIEW_H

#include "run/meta.h"
#include "view/view_format.h"

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
	const char *interface; /* its name, NULL: not known */
	__u64 time;            /* ns UTC; nothing to be shown where view_timed() is false */
	bool repeated;         /* two values may be of the same slot */
	bool truncated;        /* one of the values is, see view_truncated() */
	__u32 count;
	struct view_value value[HDRTAP_ENTRIES_MAX]; /* in wire order */
};

/* Fills `view` from a record; all arguments must outlive it. Values that do not fit the record are
 * left out. */
void view_init(struct view *view, const struct hdrtap_record *rec, const struct run_meta *meta,
	       __s64 utc_offset, const char *interface);

/* Whether it is known when the head was seen. */
bool view_timed(const struct view *view);

/* The slot of a header name (lower case), HDRTAP_SLOT_NONE when this run has none. */
__u8 view_slot(const struct run_meta *meta, const char *name);

/* The first value of a slot, NULL: there is none. */
const struct view_value *view_find(const struct view *view, __u8 slot);

/* The bytes of the first value of a slot if they were kept; absent otherwise. */
struct view_bytes view_kept(const struct view *view, __u8 slot);

/* True when the value was kept, but not all of it, or not as it was. */
static inline bool view_truncated(const struct view_value *value)
{
	return value->redacted ||
	       (value->mode == HDRTAP_MODE_KEEP && value->stored.size < value->original);
}

/* The bytes kept; of a truncated value without the UTF-8 sequence that the cut went through. */
static inline struct view_bytes view_whole(const struct view_value *value)
{
	return view_truncated(value) ? view_utf8_trim(value->stored) : value->stored;
}

/* True when bytes of the value may be missing behind those that are there. */
bool view_cut(const struct view *view, const struct view_value *value);

/* Path and query of a request target in origin or absolute form; absent where it has none. Either
 * may be NULL. */
void view_split_target(struct view_bytes target, struct view_bytes *path, struct view_bytes *query);

/* A Host value or authority without userinfo, port, and the brackets of an IPv6 address; absent
 * where it is not one name or address. */
struct view_bytes view_server_address(struct view_bytes authority);

/* The server that a request is meant for, RFC 9112 section 3.3: the authority in its target
 * (absolute form, or authority form of CONNECT), otherwise its first Host, of slot `host`. Absent
 * where not all of it is there. */
struct view_bytes view_server(const struct view *view, __u8 host);

#endif
