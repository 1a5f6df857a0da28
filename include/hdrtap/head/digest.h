/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values of which something else is kept than their bytes, made while the value goes by: its keyed
 * hash, or the names of its cookies. The bytes themselves are never stored.
 */
#ifndef HDRTAP_DIGEST_H
#define HDRTAP_DIGEST_H

#include <hdrtap/head/values.h>

HDRTAP_GLOBAL int hdrtap_digest_begin(struct hdrtap_head *h, const struct hdrtap_elements *set,
				      __u32 mode)
{
	if (!h || !set)
		return 0;
	h->digest = mode;
	if (mode == HDRTAP_MODE_HASH) {
		hdrtap_sip_begin(&h->hash, set->key[0], set->key[1]);
		h->hash_settled = h->hash;
	} else {
		h->names_part = 0;
		h->names_behind = 0;
	}
	return 0;
}

/* Feeds [from, to) of the window to the hash. */
HDRTAP_GLOBAL int hdrtap_hash_part(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				   __u32 to)
{
	__u32 i;

	if (!h || !w)
		return 0;
	for (i = 0; i <= HDRTAP_WINDOW_BYTES / 8; i++) {
		if (from + 8 > to)
			break;
		hdrtap_sip_feed(&h->hash, hdrtap_window_word(w, from), 8);
		from += 8;
	}
	if (from < to)
		hdrtap_sip_feed(&h->hash, hdrtap_window_word(w, from), to - from);
	return 0;
}

/* Takes back what is stored of the name that is being read, and the "; " before it. */
HDRTAP_INLINE void hdrtap_names_back(struct hdrtap_head *h)
{
	hdrtap_value_cut(h, h->names_part);
}

HDRTAP_INLINE void hdrtap_names_put(struct hdrtap_head *h, __u8 c)
{
	*hdrtap_arena_at(h, h->used) = c;
	h->used++;
	h->stored++;
}

/* A byte of a name. A name that has no room is left out as a whole. */
HDRTAP_INLINE void hdrtap_names_name(struct hdrtap_head *h, __u8 c)
{
	if (h->stored + 3 > h->keep) {
		hdrtap_names_back(h);
		h->names_behind = 1;
		h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
		return;
	}
	if (h->stored && h->stored == h->names_part) {
		hdrtap_names_put(h, ';');
		hdrtap_names_put(h, ' ');
	}
	hdrtap_names_put(h, c);
}

/* A byte of a list of cookies, RFC 6265 section 4. What has no '=' is no name, but may be a value:
 * it is left out. */
HDRTAP_GLOBAL int hdrtap_names_byte(struct hdrtap_head *h, __u32 c)
{
	if (!h)
		return 0;
	if (c == ';') {
		if (!h->names_behind)
			hdrtap_names_back(h);
		h->names_behind = 0;
		h->names_part = h->stored;
	} else if (c == '=') {
		h->names_behind = 1;
		h->names_part = h->stored;
	} else if (!h->names_behind && c > ' ') {
		hdrtap_names_name(h, c);
	}
	return 0;
}

HDRTAP_GLOBAL int hdrtap_names_part(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				    __u32 to)
{
	__u32 i;

	if (!h || !w)
		return 0;
	for (i = 0; i < HDRTAP_WINDOW_BYTES; i++) {
		if (from >= to)
			break;
		hdrtap_names_byte(h, hdrtap_window_byte(w, from));
		from++;
	}
	return 0;
}

/* The open value goes on in [from, to), of which the bytes from `text` on are white space that may
 * be its end. */
HDRTAP_INLINE void hdrtap_digest_part(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				      __u32 text, __u32 to)
{
	if (h->digest == HDRTAP_MODE_NAMES) {
		hdrtap_names_part(h, w, from, to);
		return;
	}
	hdrtap_hash_part(h, w, from, text);
	if (text != from)
		h->hash_settled = h->hash;
	hdrtap_hash_part(h, w, text, to);
}

/* The one space an obs-fold stands for. */
HDRTAP_INLINE void hdrtap_digest_join(struct hdrtap_head *h)
{
	if (h->digest == HDRTAP_MODE_HASH)
		hdrtap_sip_feed(&h->hash, ' ', 1);
}

/* Before the white space at the end of the value is dropped. */
HDRTAP_INLINE void hdrtap_digest_settle(struct hdrtap_head *h)
{
	if (h->digest == HDRTAP_MODE_HASH && h->trailing)
		h->hash = h->hash_settled;
}

/* Brings the hash of the open value into the arena; of one that was cut off there is none. */
HDRTAP_INLINE void hdrtap_hash_end(struct hdrtap_head *h, int whole)
{
	if (whole && h->keep >= HDRTAP_HASH_SIZE) {
		hdrtap_store64(hdrtap_arena_at(h, h->used), hdrtap_sip_end(&h->hash));
		h->used += HDRTAP_HASH_SIZE;
		h->stored = HDRTAP_HASH_SIZE;
	}
	h->hash.tail = 0;
	h->hash_settled.tail = 0;
}

/* At the end of the open value. `whole`: all of it was seen. */
HDRTAP_GLOBAL int hdrtap_digest_end(struct hdrtap_head *h, __u32 whole)
{
	__u32 entry;

	if (!h)
		return 0;
	entry = h->entry;
	if (entry >= HDRTAP_ENTRIES_MAX)
		return 0;
	if (h->digest == HDRTAP_MODE_HASH)
		hdrtap_hash_end(h, whole);
	else if (!h->names_behind)
		hdrtap_names_back(h);
	h->rec.entry[entry].stored = h->stored;
	return 0;
}

#endif
