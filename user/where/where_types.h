/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Predicates about transactions: a request and its response. hdrtap-where(7) has the language and
 * its rules.
 *
 * A term is true, false, or neither: what it asks of is absent, or not known. `!` leaves what is
 * neither as it is; `&&` is false when one side is, `||` true when one side is (Kleene). Only what
 * is true is wanted in the end.
 */
#ifndef HDRTAP_USER_WHERE_TYPES_H
#define HDRTAP_USER_WHERE_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/record.h>

#include "run/meta.h"

#define WHERE_TEXT_MAX RUN_WHERE_MAX /* bytes of all predicates together */

/* Predicates, all of which have to hold. */
struct where;

struct where_cache;

struct where_error {
	size_t column;  /* of the first byte that is wrong, from 1 */
	char text[400]; /* what is wrong, and what would be right */
};

enum where_value {
	WHERE_FALSE,
	WHERE_NEITHER,
	WHERE_LATER, /* neither yet: it depends on what may still come */
	WHERE_TRUE,
};

/* A head. */
struct where_head {
	const struct hdrtap_record *rec;
	const struct run_meta *meta; /* of its run */
	const char *interface;       /* its name, NULL: not known */
};

/* A half of a transaction for which there is no head. */
enum where_lack {
	WHERE_UNKNOWN, /* it is or was there, or may have been, but not for us */
	WHERE_NONE,    /* there is none: an unsolicited response, an unanswered request */
	WHERE_COMING,  /* it may still come */
};

/* At least one head is there. `kind` says whose turn it is to be wanted or not. */
struct where_transaction {
	const struct where_head *request;  /* NULL: see no_request */
	const struct where_head *response; /* NULL: see no_response */
	enum where_lack no_request;
	enum where_lack no_response;
	__u8 kind; /* enum hdrtap_kind */
	/* What is kept of the request and of the response for the next predicate (where_cache.h);
	 * NULL: nothing is. */
	struct where_cache *of_request, *of_response;
};

/* What a term asks of a header field. */
enum where_use {
	WHERE_PRESENCE,
	WHERE_SIZE,
	WHERE_CONTENT,
};

#endif
