/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From numbers to alarms. An alarm begins when more is counted than the limit and the burst, and is
 * over when it is not more than the limit.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"

#define MILLION 1000000ULL

/* --- findings --- */

/* Below that bound (tally.h) what may have been missed would make alarms of everybody: then only
 * what was counted counts, and it is said that more may have been there. */
static void judge_count(struct finding *f, const struct rule *rule)
{
	__u64 most = f->count + f->missed;

	if (2 * f->missed > rule->limit) {
		f->blurred = f->missed;
		most = f->count;
		f->missed = 0;
	}

	f->over = most > rule->limit + rule->burst;
	f->stays = most > rule->limit;
}

static bool is_above(const struct finding *f, const struct rule *rule)
{
	return f->calls >= rule->calls &&
	       f->count * (double)MILLION > f->calls * (double)rule->share;
}

/* The quantile is above when fewer calls than its rank are not. */
static bool is_slow(const struct finding *f, const struct rule *rule)
{
	__u64 rank = (f->calls * (__u64)rule->quantile + MILLION - 1) / MILLION;

	return f->calls >= rule->calls && f->calls - f->count < (rank ? rank : 1);
}

static struct finding find_row(const struct judge_rule *r, const struct tally_row *row)
{
	const struct rule *rule = r->rule;
	const struct tally *tally = r->group->tally;
	struct finding f = { 0 };

	if (row)
		f = (struct finding){ .calls = row->calls, .count = row->calls };
	f.missed = tally_missed(tally) + (row ? row->missed : 0);
	if (rule->kind == RULE_SILENCE) {
		f.count = row ? row->most : 0;
		f.over = row && !f.calls && !f.missed && row->most >= rule->calls;
		f.stays = !f.calls;
	} else if (rule->kind == RULE_STATUS || rule->kind == RULE_LATENCY) {
		f.count = row ? row->hits : 0;
		f.over = rule->kind == RULE_STATUS ? is_above(&f, rule) : is_slow(&f, rule);
		f.stays = f.over;
	} else if (rule->share) {
		f.calls = tally_calls(tally);
		f.count += f.missed;
		f.over = f.stays = is_above(&f, rule);
	} else {
		judge_count(&f, rule);
	}
	return f;
}

static struct finding find_losses(const struct judge_rule *r)
{
	struct finding f = { .calls = r->lost, .count = r->lost };

	judge_count(&f, r->rule);
	return f;
}

static struct finding find_value(const struct rule *rule, const struct alarm *alarm, __u64 now)
{
	return (struct finding){ .calls = 1, .count = 1, .stays = now < alarm->since + rule->keep };
}

static struct finding find(const struct judge_rule *r, const struct alarm *alarm, __u64 now)
{
	if (r->rule->kind == RULE_LOSSES)
		return find_losses(r);
	if (r->rule->kind == RULE_NEW_VALUE)
		return find_value(r->rule, alarm, now);
	return find_row(r, tally_find(r->group->tally, alarm->key, alarm->size));
}

/* --- saying --- */

static int tell(struct judge *judge, struct judge_rule *r, struct told *told,
		struct finding *finding)
{
	int err;

	if (r->rule->kind == RULE_LATENCY)
		finding->latency = tally_latency(r->group->tally, told->alarm->key,
						 told->alarm->size, r->rule->quantile);
	err = say(told, &judge->options.rules->labels, finding);
	if (err)
		fail(ENOMEM, "cannot say an alarm: out of memory; free some memory");
	else
		err = judge->options.tell(judge->options.context, told);
	say_free(told);
	return err;
}

/* It fires, and was not said yet or long ago. What finds no room waits. */
static int tell_firing(struct judge *judge, struct judge_rule *r, struct alarm *alarm,
		       struct finding *finding, __u64 now)
{
	struct told told = { .rule = r->rule, .alarm = alarm, .again = alarm->told, .now = now };
	int err;

	if (!alarms_may_tell(&r->alarms, r->rule, now)) {
		r->alarms.suppressed += !alarm->told && now == alarm->fired;
		return 0;
	}
	err = tell(judge, r, &told, finding);
	if (err == -ENOSPC)
		return 0;
	if (err)
		return err;
	alarm->told = now;
	return alarms_tell(&r->alarms, r->rule, now);
}

static int tell_over(struct judge *judge, struct judge_rule *r, struct alarm *alarm,
		     struct finding *finding, __u64 now)
{
	struct told told = { .rule = r->rule, .alarm = alarm, .ends = true, .now = now };
	int err = 0;

	if (alarm->told)
		err = tell(judge, r, &told, finding);
	if (err == -ENOSPC)
		return err;
	r->alarms.untold += !alarm->told;
	alarms_drop(&r->alarms, alarm);
	return err;
}

/* --- states --- */

static bool is_due(const struct alarm *alarm, const struct rule *rule, __u64 now)
{
	return !alarm->told ||
	       (rule->repeat && rule->kind != RULE_NEW_VALUE && now >= alarm->told + rule->repeat);
}

static int keep_on(struct judge *judge, struct judge_rule *r, struct alarm *alarm,
		   struct finding *finding, __u64 now)
{
	alarm->lost = r->rule->kind == RULE_LOSSES ? 0 : r->lost;
	if (alarm->state == ALARM_PENDING && now >= alarm->since + r->rule->pending) {
		alarm->state = ALARM_FIRING;
		alarm->fired = now;
	}
	if (alarm->state == ALARM_FIRING && is_due(alarm, r->rule, now))
		return tell_firing(judge, r, alarm, finding, now);
	return 0;
}

/* Before its window is known as a whole, nothing says that it is over. */
static bool is_held(const struct judge_rule *r, const struct alarm *alarm, __u64 now)
{
	return alarm->kept && r->rule->kind != RULE_NEW_VALUE &&
	       now < r->group->whole + r->rule->window;
}

/* Those there are. */
static int review(struct judge *judge, struct judge_rule *r, __u64 now)
{
	int err = 0;

	for (size_t i = r->alarms.count; i-- && !err;) {
		struct alarm *alarm = &r->alarms.list[i];
		struct finding finding = find(r, alarm, now);

		if (finding.stays || is_held(r, alarm, now))
			err = keep_on(judge, r, alarm, &finding, now);
		else if (alarm->state == ALARM_PENDING)
			alarms_drop(&r->alarms, alarm);
		else
			err = tell_over(judge, r, alarm, &finding, now);
		if (err == -ENOSPC)
			err = 0; /* it is over at the next evaluation, when there is room */
	}
	return err;
}

static int begin(struct judge *judge, struct judge_rule *r, const void *key, size_t size,
		 struct finding *finding, __u64 now)
{
	struct alarm *alarm;

	if (alarms_find(&r->alarms, alarm_id(r->rule, key, size)))
		return 0;
	alarm = alarms_add(&r->alarms, r->rule, key, size, now);
	return alarm ? keep_on(judge, r, alarm, finding, now) : 0;
}

/* Once an hour. */
static void say_blurred(struct judge_rule *r, const struct finding *finding, __u64 now)
{
	if (!finding->blurred || (r->blurred && now < r->blurred + ALARM_HOUR))
		return;
	r->blurred = now;
	warn_line("rule '%s': there were so many keys that up to %llu calls of one may be missing; "
		  "with this memory a limit of %llu can be relied on, not %llu: raise --memory, "
		  "'limit' or 'every'",
		  r->rule->name, finding->blurred, 2 * finding->blurred, r->rule->limit);
}

static int begin_row(struct judge *judge, struct judge_rule *r, const struct tally_row *row,
		     __u64 now)
{
	struct finding finding = find_row(r, row);

	say_blurred(r, &finding, now);
	return finding.over ? begin(judge, r, row->key, row->size, &finding, now) : 0;
}

/* A share of all calls changes with every call. */
static int begin_rows(struct judge *judge, struct judge_rule *r, __u64 now)
{
	bool all = r->rule->kind == RULE_TOO_OFTEN && r->rule->share;
	const struct tally_row *row;
	int err = 0;

	for (size_t i = 0; !err && (row = all ? tally_row(r->group->tally, i)
					      : tally_touched(r->group->tally, i));
	     i++)
		if (row->used)
			err = begin_row(judge, r, row, now);
	return err;
}

static int begin_values(struct judge *judge, struct judge_rule *r, __u64 now)
{
	const struct judge_group *group = r->group;
	struct finding finding = { .over = true, .stays = true, .calls = 1, .count = 1 };
	__u64 learned = r->alarms.begun + r->rule->learn;
	int err = 0;

	for (size_t i = 0; i < group->fresh_count && !err; i++)
		if (group->fresh[i].time < now && group->fresh[i].time >= learned)
			err = begin(judge, r, group->fresh[i].key, group->fresh[i].size, &finding,
				    now);
	return err;
}

static int begin_losses(struct judge *judge, struct judge_rule *r, __u64 now)
{
	struct finding finding = find_losses(r);

	return finding.over ? begin(judge, r, "", 0, &finding, now) : 0;
}

int judge_rule_evaluate(struct judge *judge, struct judge_rule *r, __u64 now)
{
	const __u64 window = r->rule->window;
	int err;

	if (!r->alarms.begun)
		r->alarms.begun = r->group->whole;
	if (now <= judge->said)
		return 0;
	r->lost = losses_in(&judge->losses, now > window ? now - window : 0, now);
	err = review(judge, r, now);
	if (err)
		return err;
	switch (r->rule->kind) {
	case RULE_NEW_VALUE:
		return begin_values(judge, r, now);
	case RULE_LOSSES:
		return begin_losses(judge, r, now);
	default:
		return begin_rows(judge, r, now);
	}
}
