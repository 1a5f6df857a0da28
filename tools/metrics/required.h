/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Header fields that every request, or every response, is to have (--require).
 */
#ifndef HDRTAP_TOOLS_METRICS_REQUIRED_H
#define HDRTAP_TOOLS_METRICS_REQUIRED_H

#include "usage/usage_call.h"
#include "where/where.h"

#define REQUIRED_MAX 16

struct required_field {
	const char *text; /* as the user wrote it: the option's argument */
	char name[HDRTAP_NAME_MAX + 1];
	__u8 kind;           /* enum hdrtap_kind: of which heads */
	struct where *there; /* owned: has(...) */
};

struct required {
	__u32 count;
	struct required_field field[REQUIRED_MAX];
};

/* Adds `NAME`, `request[NAME]` or `response[NAME]`; `place` stands behind the option in messages.
 * Returns 0 or -errno (reported). */
int required_add(struct required *required, const char *text, const char *place);
void required_free(struct required *required);

/* Whether the call's head of that kind has the field: WHERE_FALSE: it lacks it; WHERE_TRUE: it has
 * it, or the call has no such head; anything else: records do not tell. */
enum where_value required_is_there(const struct required_field *field,
				   const struct usage_call *call);

#endif
