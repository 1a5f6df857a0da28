/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Predicates about transactions, for whoever has some: read, and decided.
 */
#ifndef HDRTAP_USER_WHERE_H
#define HDRTAP_USER_WHERE_H

#include "where/where_types.h"

/* Without a predicate, everything is wanted. NULL: out of memory. */
struct where *where_new(void);

/* NULL is fine. */
void where_free(struct where *where);

/*
 * Adds a predicate. Returns 0, -EINVAL (`error` says why; what was added before stays) or -ENOMEM.
 */
int where_add(struct where *where, const char *text, struct where_error *error);

/* All predicates as one, which where_add() takes. */
const char *where_text(const struct where *where);

/* Whether there is a predicate. */
bool where_any(const struct where *where);

/* Kinds of heads (bit per enum hdrtap_kind) that terms ask of. A head of the other kind cannot be
 * decided without. */
__u32 where_asks(const struct where *where);

/* The header name (lower case) that a term asks of, by number from 0, and what; NULL: there are no
 * more. A term about the host asks of "host". */
const char *where_name(const struct where *where, size_t number, enum where_use *use);

/* Whether all records tell if their heads have a field of that name (lower case), chosen or not. */
bool where_is_well_known(const char *name);

enum where_value where_decide(const struct where *where,
			      const struct where_transaction *transaction);

#endif
