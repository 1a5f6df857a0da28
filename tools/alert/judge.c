/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"

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
			judge_group_time(judge, group, until);
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
	losses_forget(&judge->losses, until > judge->longest ? until - judge->longest : 0);
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
		judge->longest = rules_longest(options->rules);
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
	struct judge_counts counts = { .late = judge->late };

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
