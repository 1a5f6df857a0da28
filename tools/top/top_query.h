/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which calls are looked at, and by what: what of struct top_state concerns counting, ready for
 * use.
 */
#ifndef HDRTAP_TOP_QUERY_H
#define HDRTAP_TOP_QUERY_H

#include "top_state.h"
#include "usage/usage_key.h"
#include "where/where.h"

struct top_query {
	struct usage_key by;
	size_t depth; /* levels before: calls with these keys only */
	struct {
		struct usage_key by;
		__u8 id[USAGE_KEY_MAX];
		size_t id_size;
	} level[TOP_DEPTH_MAX];
	struct where *where; /* owned; NULL: none */
};

/* Reads it from a state whose texts were judged right. Returns 0 or -errno (reported). To be freed
 * in any case; `query` is all zero before. */
int top_query_read(struct top_query *query, const struct top_state *state);
void top_query_free(struct top_query *query);

/* For top_judge (top_state.h). */
bool top_query_judge_by(const char *text, char *why);
bool top_query_judge_where(const char *text, char *why, size_t *column);

/* Whether a call is wanted: of its request, WHERE_LATER when only its end tells; of its end
 * (`end`), never that. */
enum where_value top_query_decide(const struct top_query *query, struct usage_call *call, bool end);

#endif
