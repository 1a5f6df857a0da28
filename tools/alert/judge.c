/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"

/* --- events --- */

/* A call as predicates see it. */
struct seen_call {
	struct where_head request, response;
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

static void look_at(struct seen_call *seen, const struct usage_call *call, bool ended)
{
	seen->transaction = (struct where_transaction){
		.no_request = WHERE_UNKNOWN,
		.no_response = lack_of_response(call, ended),
		.kind = call->request ? HDRTAP_KIND_REQUEST : HDRTAP_KIND_RESPONSE,
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

/* A value that has not been seen within the window. */
static int add_fresh(struct judge_group *group, const void *key, size_t size, __u64 time)
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

	for (__u32 i = 0; i < group->key.count; i++)
		if (usage_key_text(&group->key, key, i, text, sizeof(text)) < 0)
			return true;
	return false;
}

static int count_value(struct judge_group *group, struct usage_call *call)
{
	__u8 key[USAGE_KEY_MAX];
	size_t size = usage_key_make(&group->key, call, key);

	if (is_absent(group, key))
		return 0;
	if (!seen_add(&group->seen, key, size, call->event.time, group->rule->window))
		return 0;
	return add_fresh(group, key, size, call->event.time);
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
	__u8 key[USAGE_KEY_MAX];

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
	tally_add(group->tally, key, usage_key_make(&group->key, call, key), &event);
	return 0;
}

static void note_time(struct judge *judge, struct judge_group *group, __u64 time)
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

static int take(struct judge *judge, struct usage_call *call, bool ended)
{
	struct seen_call seen;
	int err = move_on(judge, call->event.time);

	judge->serial++;
	judge->calls++;
	look_at(&seen, call, ended);
	for (size_t i = 0; i < judge->groups && !err; i++) {
		struct judge_group *group = &judge->group[i];

		if (!group->tally && group->rule->kind == RULE_LOSSES)
			continue;
		if (group->needs_end != ended && !(ended && call->event.call))
			continue;
		if (!holds(judge, group->where, &seen))
			continue;
		note_time(judge, group, call->event.time);
		judge->late += call->event.time + group->rule->every < group->next;
		err = group->tally ? count(judge, group, call, &seen) : count_value(group, call);
	}
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
			note_time(judge, &judge->group[i], time);
}

/* --- time --- */

static bool has_alarms(const struct judge *judge, const struct judge_group *group)
{
	for (size_t i = 0; i < judge->rules; i++)
		if (judge->rule[i].group == group && judge->rule[i].alarms.count)
			return true;
	return false;
}

/* Nothing is in its window, and no event waits to be counted. */
static bool is_idle(const struct judge *judge, const struct judge_group *group)
{
	return group->tally && group->newest + group->rule->every < group->next &&
	       !tally_calls(group->tally) && !tally_touched(group->tally, 0) &&
	       !has_alarms(judge, group);
}

/* Passes over moments at which nothing can happen. */
static void skip_idle(const struct judge *judge, struct judge_group *group, __u64 until)
{
	__u64 every = group->rule->every;

	if (group->next + every < until && is_idle(judge, group))
		group->next = until / every * every;
}

/* Values whose time was evaluated. */
static void drop_fresh(struct judge_group *group, __u64 now)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->fresh_count; i++)
		if (group->fresh[i].time < now)
			free(group->fresh[i].key);
		else
			group->fresh[kept++] = group->fresh[i];
	group->fresh_count = kept;
}

static int move(struct judge *judge, struct judge_group *group)
{
	__u64 now = group->next;
	int err = group->tally ? tally_move(group->tally, now) : 0;

	if (err)
		return fail(ENOMEM, "cannot evaluate a rule: out of memory; free some memory");
	for (size_t i = 0; i < judge->rules && !err; i++)
		if (judge->rule[i].group == group)
			err = judge_rule_evaluate(judge, &judge->rule[i], now);
	drop_fresh(group, now);
	group->next = now + group->rule->every;
	return err;
}

/* The group that is evaluated next, up to `until`; NULL: none. `finish`: up to the end of the slice
 * that `until` is in. */
static struct judge_group *next_group(struct judge *judge, __u64 until, bool finish)
{
	struct judge_group *first = NULL;

	for (size_t i = 0; i < judge->groups; i++) {
		struct judge_group *group = &judge->group[i];

		skip_idle(judge, group, until);
		if (group->next && group->next <= until + (finish ? group->rule->every : 0) &&
		    (!first || group->next < first->next))
			first = group;
	}
	return first;
}

static void reset_group(struct judge_group *group)
{
	if (group->tally)
		tally_reset(group->tally);
	group->next = group->newest = 0;
}

/* Before anything is known of a group's time, it begins with what is known of the log's. */
static void complete_groups(struct judge *judge, __u64 until)
{
	for (size_t i = 0; i < judge->groups; i++) {
		struct judge_group *group = &judge->group[i];

		if (group->next > until + group->rule->every)
			reset_group(group); /* the clock was set back */
		if (!group->next)
			note_time(judge, group, until);
	}
}

/* All was read of slices up to there: tables may forget them. */
static void end_slices(struct judge *judge, __u64 until)
{
	judge->due = RULE_UNSET;
	for (size_t i = 0; i < judge->groups; i++) {
		struct judge_group *group = &judge->group[i];

		if (group->tally)
			tally_complete(group->tally, until);
		if (group->next && group->next < judge->due)
			judge->due = group->next;
	}
}

static int evaluate(struct judge *judge, __u64 until, bool finish)
{
	struct judge_group *group;
	int err = 0;

	complete_groups(judge, until);
	while (!err && (group = next_group(judge, until, finish)))
		err = move(judge, group);
	end_slices(judge, until);
	if (until > judge->judged)
		judge->judged = until;
	losses_forget(&judge->losses, until > rules_longest(judge->options.rules)
					      ? until - rules_longest(judge->options.rules)
					      : 0);
	return err;
}

int judge_complete(struct judge *judge, __u64 until)
{
	return evaluate(judge, until, false);
}

int judge_finish(struct judge *judge)
{
	return judge->newest ? evaluate(judge, judge->newest, true) : 0;
}

__u64 judge_judged(const struct judge *judge)
{
	return judge->judged;
}

/* --- the rest --- */

int judge_new(struct judge **made, const struct judge_options *options)
{
	struct judge *judge = calloc(1, sizeof(*judge));
	int err = judge ? 0 : -ENOMEM;

	if (!err) {
		judge->options = *options;
		judge->judged = options->judged;
		judge->due = RULE_UNSET;
		err = judge_groups_open(judge);
	}
	if (err) {
		judge_free(judge);
		return fail(ENOMEM, "cannot count what rules ask of: out of memory; give less "
				    "--memory");
	}
	*made = judge;
	return 0;
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	judge_groups_close(judge);
	free(judge);
}

struct judge_counts judge_counts(const struct judge *judge)
{
	struct judge_counts counts = { .calls = judge->calls,
				       .evaluations = judge->evaluations,
				       .late = judge->late };

	for (size_t i = 0; i < judge->rules; i++) {
		const struct alarms *alarms = &judge->rule[i].alarms;

		for (size_t n = 0; n < alarms->count; n++)
			if (alarms->list[n].state == ALARM_FIRING)
				counts.firing++;
			else
				counts.pending++;
		counts.suppressed += alarms->suppressed;
		counts.left_out += alarms->left_out;
		counts.untold += alarms->untold;
	}
	return counts;
}

static void pack_fresh(struct buffer *buffer, const struct judge_group *group)
{
	buffer_number(buffer, group->fresh_count);
	for (size_t i = 0; i < group->fresh_count; i++) {
		buffer_sized(buffer, group->fresh[i].key, group->fresh[i].size);
		buffer_number(buffer, group->fresh[i].time);
	}
}

static int unpack_fresh(struct judge_group *group, struct buffer_reader *reader)
{
	__u64 count = buffer_read_number(reader);
	int err = 0;

	for (__u64 i = 0; i < count && !err && !reader->failed; i++) {
		size_t size;
		const char *key = buffer_read_sized(reader, &size);
		__u64 time = buffer_read_number(reader);

		if (!reader->failed)
			err = add_fresh(group, key, size, time);
	}
	return err ? err : reader->failed ? -EBADMSG : 0;
}

void judge_pack(struct buffer *buffer, const struct judge *judge)
{
	buffer_number(buffer, judge->judged);
	buffer_number(buffer, judge->rules);
	for (size_t i = 0; i < judge->rules; i++) {
		const struct judge_rule *rule = &judge->rule[i];
		struct buffer inner = { 0 };

		alarms_pack(&inner, &rule->alarms, rule->rule);
		seen_pack(&inner, &rule->group->seen);
		pack_fresh(&inner, rule->group);
		buffer_sized(buffer, rule->rule->name, strlen(rule->rule->name));
		buffer_number(buffer, rule->rule->definition);
		buffer_sized(buffer, inner.bytes, inner.size);
		buffer->failed |= inner.failed;
		buffer_free(&inner);
	}
}

static struct judge_rule *rule_named(struct judge *judge, const char *name, size_t size)
{
	for (size_t i = 0; i < judge->rules; i++)
		if (strlen(judge->rule[i].rule->name) == size &&
		    !memcmp(judge->rule[i].rule->name, name, size))
			return &judge->rule[i];
	return NULL;
}

static int unpack_rule(struct judge *judge, struct buffer_reader *reader)
{
	struct buffer_reader inner = { 0 };
	size_t size;
	const char *name = buffer_read_sized(reader, &size);
	struct judge_rule *rule = rule_named(judge, name, size);
	__u64 definition = buffer_read_number(reader);
	int err;

	inner.at = buffer_read_sized(reader, &inner.left);
	if (reader->failed)
		return -EBADMSG;
	if (!rule || rule->rule->definition != definition)
		return 0;
	err = alarms_unpack(&rule->alarms, rule->rule, &inner);
	if (!err)
		err = seen_unpack(&rule->group->seen, &inner);
	return err ? err : unpack_fresh(rule->group, &inner);
}

int judge_unpack(struct judge *judge, struct buffer_reader *reader)
{
	__u64 count;
	int err = 0;

	judge->judged = buffer_read_number(reader);
	judge->options.judged = judge->judged;
	count = buffer_read_number(reader);
	for (__u64 i = 0; i < count && !err; i++)
		err = unpack_rule(judge, reader);
	return err ? err : reader->failed ? -EBADMSG : 0;
}

static int take_over(struct judge *judge, const struct judge *old)
{
	struct buffer state = { 0 };
	struct buffer_reader reader;
	int err;

	judge_pack(&state, old);
	reader = (struct buffer_reader){ .at = state.bytes, .left = state.size };
	err = state.failed ? -ENOMEM : judge_unpack(judge, &reader);
	buffer_free(&state);
	return err;
}

int judge_take_over(struct judge *judge, struct judge *old)
{
	int err = take_over(judge, old);

	if (err) {
		judge_free(judge);
		return fail(ENOMEM, "cannot go over to the rules: out of memory; free some memory");
	}
	judge->losses = old->losses;
	judge->newest = old->newest;
	judge_groups_take_over(judge, old);
	return 0;
}

bool judge_has(const struct judge *judge, __u64 id)
{
	for (size_t i = 0; i < judge->rules; i++)
		if (alarms_find(&judge->rule[i].alarms, id))
			return true;
	return false;
}
