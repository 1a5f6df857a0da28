/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From calls to counts: each predicate is decided once for an event, and each key made once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"
#include "where/where_cache.h"

/* A call as predicates see it. */
struct seen_call {
	struct where_head request, response;
	struct where_cache of_request, of_response;
	struct where_transaction transaction;
};

static enum where_lack lack_of_response(const struct usage_call *call, bool ended)
{
	if (!ended)
		return WHERE_COMING;
	if (call->end == TRANSACTION_NO_ROOM ||
	    (call->request && call->request->rec->flags & HDRTAP_FLAG(ANSWERED)))
		return WHERE_UNKNOWN;
	return WHERE_NONE;
}

static struct where_head head_of(const struct usage_call *call, const struct transaction_head *head)
{
	return (struct where_head){ head->rec, call->meta, head->interface };
}

static struct where_cache *begin_cache(struct where_cache *cache)
{
	cache->viewed = cache->split = false;
	return cache;
}

static void look_at(struct seen_call *seen, const struct usage_call *call, bool ended)
{
	seen->transaction = (struct where_transaction){
		.no_request = WHERE_UNKNOWN,
		.no_response = lack_of_response(call, ended),
		.kind = call->request ? HDRTAP_KIND_REQUEST : HDRTAP_KIND_RESPONSE,
		.of_request = begin_cache(&seen->of_request),
		.of_response = begin_cache(&seen->of_response),
	};
	if (call->request) {
		seen->request = head_of(call, call->request);
		seen->transaction.request = &seen->request;
	}
	if (call->response) {
		seen->response = head_of(call, call->response);
		seen->transaction.response = &seen->response;
		if (call->response->rec->flags & HDRTAP_FLAG(UNSOLICITED))
			seen->transaction.no_request = WHERE_NONE;
	}
}

/* Each predicate is decided once for an event. */
static bool holds(const struct judge *judge, struct judge_test *test, const struct seen_call *seen)
{
	if (!test)
		return true;
	if (test->serial != judge->serial) {
		test->serial = judge->serial;
		test->holds = where_decide(test->where, &seen->transaction) == WHERE_TRUE;
	}
	return test->holds;
}

int judge_group_add(struct judge_group *group, const void *key, size_t size, __u64 time)
{
	struct new_value *grown;
	__u8 *copy;

	if (group->fresh_count == RULE_ALARMS_MAX)
		return 0;
	grown = reallocarray(group->fresh, group->fresh_count + 1, sizeof(*grown));
	copy = malloc(size);
	if (grown)
		group->fresh = grown;
	if (!grown || !copy) {
		free(copy);
		return fail(ENOMEM, "cannot keep a value: out of memory; free some memory");
	}
	memcpy(copy, key, size);
	group->fresh[group->fresh_count++] = (struct new_value){ copy, size, time };
	return 0;
}

static bool is_absent(const struct judge_group *group, const void *key)
{
	char text[2];

	for (__u32 i = 0; i < group->key->key.count; i++)
		if (usage_key_text(&group->key->key, key, i, text, sizeof(text)) < 0)
			return true;
	return false;
}

/* The group's key of a call: made once for an event. */
static const struct judge_key *key_of(const struct judge *judge, struct judge_group *group,
				      struct usage_call *call)
{
	struct judge_key *key = group->key;

	if (key->serial != judge->serial) {
		key->serial = judge->serial;
		key->size = key->key.count ? usage_key_make(&key->key, call, key->made) : 0;
	}
	return key;
}

static int count_value(struct judge *judge, struct judge_group *group, struct usage_call *call)
{
	const struct judge_key *key = key_of(judge, group, call);

	if (is_absent(group, key->made))
		return 0;
	if (!seen_add(&group->seen, key->made, key->size, call->event.time, group->rule->window))
		return 0;
	return judge_group_add(group, key->made, key->size, call->event.time);
}

static bool is_slow(const struct rule *rule, const struct usage_call *call)
{
	return call->event.latency > rule->above;
}

/* Counts a call of which `where` is true. */
static int count(struct judge *judge, struct judge_group *group, struct usage_call *call,
		 const struct seen_call *seen)
{
	const struct rule *rule = group->rule;
	struct usage_event event = { .time = call->event.time,
				     .latency = call->event.latency,
				     .call = true };
	const struct judge_key *key;

	if (rule->kind == RULE_UNDOCUMENTED &&
	    (!call->request || usage_call_api(call)->source != API_UNDOCUMENTED))
		return 0;
	if (rule->kind == RULE_LATENCY) {
		if (event.latency == USAGE_NO_LATENCY)
			return 0;
		event.status = is_slow(rule, call) ? 500 : 200;
		event.end = true;
	} else if (rule->kind == RULE_STATUS) {
		event.status = holds(judge, group->counted, seen) ? 500 : 200;
		event.end = true;
	} else if (!holds(judge, group->counted, seen)) {
		return 0;
	}
	key = key_of(judge, group, call);
	tally_add(group->tally, key->made, key->size, &event);
	return 0;
}

void judge_group_time(struct judge *judge, struct judge_group *group, __u64 time)
{
	if (!group->next)
		group->next = time / group->rule->every * group->rule->every + group->rule->every;
	if (group->next < judge->due)
		judge->due = group->next;
	if (!group->whole)
		group->whole = judge->options.whole ? judge->options.whole : time;
	if (time > group->newest)
		group->newest = time;
}

/* Events come nearly in order: what is this long ago is known, whether or not it was said. A log
 * made of a capture says so only once in many records. */
static int move_on(struct judge *judge, __u64 time)
{
	if (time > judge->newest)
		judge->newest = time;
	return judge->due != RULE_UNSET && time > judge->due + TALLY_LAG
		       ? judge_complete(judge, time - TALLY_LAG)
		       : 0;
}

static int take_for(struct judge *judge, struct usage_call *call, const struct seen_call *seen,
		    bool needs_end)
{
	int err = 0;

	for (size_t i = 0; i < judge->count_of[needs_end] && !err; i++) {
		struct judge_group *group = judge->of[needs_end][i];

		if (!holds(judge, group->where, seen))
			continue;
		judge_group_time(judge, group, call->event.time);
		judge->late += call->event.time + group->rule->every < group->next;
		err = group->tally ? count(judge, group, call, seen)
				   : count_value(judge, group, call);
	}
	return err;
}

/* A call that only becomes known by its end is both. */
static int take(struct judge *judge, struct usage_call *call, bool ended)
{
	struct seen_call seen;
	int err = move_on(judge, call->event.time);

	judge->serial++;
	look_at(&seen, call, ended);
	if (!err && call->event.call)
		err = take_for(judge, call, &seen, false);
	if (!err && ended)
		err = take_for(judge, call, &seen, true);
	return err;
}

int judge_request(struct judge *judge, struct usage_call *call)
{
	return take(judge, call, false);
}

int judge_end(struct judge *judge, struct usage_call *call)
{
	/* It is the log that ended, not the call. */
	return call->end == TRANSACTION_ENDED ? 0 : take(judge, call, true);
}

void judge_lost(struct judge *judge, __u64 time, __u64 count)
{
	losses_add(&judge->losses, time, count);
	for (size_t i = 0; i < judge->groups; i++)
		if (judge->group[i].rule->kind == RULE_LOSSES)
			judge_group_time(judge, &judge->group[i], time);
}
