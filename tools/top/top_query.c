/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static int read_key(struct usage_key *key, const char *text)
{
	struct message message;

	*key = (struct usage_key){ 0 };
	return usage_key_parse(key, text, &message) ? fail(EINVAL, "%s", message.text) : 0;
}

static int read_where(struct top_query *query, const char *text)
{
	struct where_error error;
	int err;

	if (!*text)
		return 0;
	query->where = where_new();
	err = query->where ? where_add(query->where, text, &error) : -ENOMEM;
	if (err == -EINVAL)
		return fail(EINVAL, "%s", error.text);
	return err ? fail(-err, "cannot read a predicate: out of memory; free some memory") : 0;
}

int top_query_read(struct top_query *query, const struct top_state *state)
{
	int err = read_key(&query->by, state->level[state->depth].by);

	for (query->depth = 0; query->depth < state->depth && !err; query->depth++) {
		const struct top_level *level = &state->level[query->depth];

		err = read_key(&query->level[query->depth].by, level->by);
		memcpy(query->level[query->depth].id, level->id, level->id_size);
		query->level[query->depth].id_size = level->id_size;
	}
	return err ? err : read_where(query, state->where);
}

void top_query_free(struct top_query *query)
{
	where_free(query->where);
	query->where = NULL;
}

bool top_query_judge_by(const char *text, char *why)
{
	struct usage_key key = { 0 };
	struct message message;

	if (strlen(text) < TOP_BY_MAX && !usage_key_parse(&key, text, &message))
		return true;
	if (strlen(text) >= TOP_BY_MAX)
		snprintf(why, TOP_MESSAGE_MAX, "too long; use %d characters at most",
			 TOP_BY_MAX - 1);
	else
		top_text_bytes(why, message.text, strlen(message.text), TOP_MESSAGE_MAX - 1);
	return false;
}

bool top_query_judge_where(const char *text, char *why, size_t *column)
{
	struct where *where = where_new();
	struct where_error error = { .text = "out of memory; free some memory" };
	int err = where ? where_add(where, text, &error) : -ENOMEM;
	char line[sizeof(error.text) + 64];

	where_free(where);
	if (!err)
		return true;
	*column = error.column;
	snprintf(line, sizeof(line), "column %zu: %s", error.column, error.text);
	top_text_bytes(why, line, strlen(line), TOP_MESSAGE_MAX - 1);
	return false;
}

/* --- deciding --- */

static enum where_value decide_level(const struct top_query *query, size_t level,
				     struct usage_call *call, bool end)
{
	__u8 made[USAGE_KEY_MAX];
	size_t size;

	if (!end && usage_key_needs_end(&query->level[level].by))
		return WHERE_LATER;
	size = usage_key_make(&query->level[level].by, call, made);
	return size == query->level[level].id_size && !memcmp(made, query->level[level].id, size)
		       ? WHERE_TRUE
		       : WHERE_FALSE;
}

static enum where_lack lack_of_response(const struct usage_call *call, bool end)
{
	if (!end)
		return WHERE_COMING;
	return call->end == TRANSACTION_NO_ROOM ||
			       (call->request && call->request->rec->flags & HDRTAP_FLAG(ANSWERED))
		       ? WHERE_UNKNOWN
		       : WHERE_NONE;
}

/* A call is wanted when one of its heads is. */
static enum where_value decide_where(const struct where *where, const struct usage_call *call,
				     bool end)
{
	struct where_head heads[2];
	struct where_transaction t = { .no_response = lack_of_response(call, end) };
	enum where_value request = WHERE_FALSE, response = WHERE_FALSE;

	if (call->request) {
		heads[0] = (struct where_head){ call->request->rec, call->meta,
						call->request->interface };
		t.request = &heads[0];
	}
	if (call->response && end) {
		heads[1] = (struct where_head){ call->response->rec, call->meta,
						call->response->interface };
		t.response = &heads[1];
		t.no_request = call->response->rec->flags & HDRTAP_FLAG(UNSOLICITED)
				       ? WHERE_NONE
				       : WHERE_UNKNOWN;
	}
	if (t.request || !t.response) {
		t.kind = HDRTAP_KIND_REQUEST;
		request = where_decide(where, &t);
	}
	if (t.response || !end) {
		t.kind = HDRTAP_KIND_RESPONSE;
		response = where_decide(where, &t);
	}
	return request > response ? request : response;
}

enum where_value top_query_decide(const struct top_query *query, struct usage_call *call, bool end)
{
	enum where_value value = WHERE_TRUE, part;

	for (size_t i = 0; i < query->depth && value != WHERE_FALSE; i++) {
		part = decide_level(query, i, call, end);
		value = part < value ? part : value;
	}
	if (query->where && value != WHERE_FALSE) {
		part = decide_where(query->where, call, end);
		value = part < value ? part : value;
	}
	return value == WHERE_TRUE || (value == WHERE_LATER && !end) ? value : WHERE_FALSE;
}
