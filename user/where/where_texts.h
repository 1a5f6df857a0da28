/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Terms about what is text in a head: target, host, header fields.
 */
#ifndef HDRTAP_USER_WHERE_TEXTS_H
#define HDRTAP_USER_WHERE_TEXTS_H

#include "where/where_match.h"

/* Of a text that is there, or absent (its bytes are NULL). `fold` as for where_match(). */
enum where_value where_text_value(const struct where_term *term, struct where_bytes text,
				  bool fold);

/* Of a head of the kind that the term asks of; `cache` is that head's, or NULL. */
enum where_value where_text_of(const struct where_term *term, const struct where_head *head,
			       struct where_cache *cache);

/* The bit in a record's `names` of the field of that name (lower case), by which every record tells
 * whether its head has one; 0: it is none of the well-known ones. */
__u64 where_bit(const char *name);

#endif
