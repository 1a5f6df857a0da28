/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Memory is divided evenly among the groups that tell keys apart; those that do not need hardly
 * any.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"

#define MEMORY_OF_ONE (1 << 20) /* of the latencies of a single key; more for many slices */
#define MEMORY_SLICE  4096
#define MILLION       1000000

static const char *text_of(const struct where *where)
{
	return where ? where_text(where) : "";
}

static bool counts_ends(const struct rule *rule)
{
	return rule->kind == RULE_STATUS || rule->kind == RULE_LATENCY;
}

static bool has_tally(const struct rule *rule)
{
	return rule->kind != RULE_LOSSES && rule->kind != RULE_NEW_VALUE;
}

/* Whether they count the same. */
static bool are_alike(const struct rule *a, const struct rule *b)
{
	if (!has_tally(a) || !has_tally(b) || a->window != b->window || a->every != b->every ||
	    counts_ends(a) != counts_ends(b) || a->by_count != b->by_count ||
	    (a->kind == RULE_LATENCY) != (b->kind == RULE_LATENCY) || a->above != b->above ||
	    (a->kind == RULE_UNDOCUMENTED) != (b->kind == RULE_UNDOCUMENTED))
		return false;
	for (size_t i = 0; i < a->by_count; i++)
		if (strcmp(a->by[i].label, b->by[i].label))
			return false;
	return !strcmp(text_of(a->where), text_of(b->where)) &&
	       !strcmp(text_of(a->counted), text_of(b->counted));
}

static struct judge_test *test_of(struct judge *judge, const struct where *where)
{
	struct judge_test *test = judge->test;

	if (!where || !where_any(where))
		return NULL;
	for (; test < judge->test + judge->tests; test++)
		if (!strcmp(where_text(test->where), where_text(where)))
			return test;
	judge->tests++;
	*test = (struct judge_test){ .where = where };
	return test;
}

static bool are_parts(const struct usage_part *a, const struct usage_part *b)
{
	return a->field == b->field && !strcmp(a->name, b->name);
}

static bool are_keys(const struct usage_key *a, const struct usage_key *b)
{
	for (__u32 i = 0; i < a->count && i < b->count; i++)
		if (!are_parts(&a->part[i], &b->part[i]))
			return false;
	return a->count == b->count;
}

static struct judge_key *key_of(struct judge *judge, const struct rule *rule)
{
	const struct usage_key key = say_key(rule);
	struct judge_key *known = judge->key;

	for (; known < judge->key + judge->keys; known++)
		if (are_keys(&known->key, &key))
			return known;
	judge->keys++;
	known->key = key;
	return known;
}

static bool asks_response(const struct where *where)
{
	return where && where_asks(where) & 1u << HDRTAP_KIND_RESPONSE;
}

static size_t memory_of_one(const struct rule *rule)
{
	return MEMORY_OF_ONE + MEMORY_SLICE * (rule->window / rule->every);
}

static bool has_keys(const struct rule *rule)
{
	return rule->by_count;
}

static struct tally_options tally_options(const struct rule *rule, const struct usage_key *key,
					  size_t memory)
{
	return (struct tally_options){
		.every = rule->every,
		.window = rule->window,
		.key_max = usage_key_max(key),
		.ends = counts_ends(rule),
		.quantiles = rule->kind == RULE_LATENCY,
		.memory = has_keys(rule) ? memory : memory_of_one(rule),
		.single = !has_keys(rule),
	};
}

/* Whether a rule before it counts the same. */
static bool is_shared(const struct rules *rules, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (are_alike(&rules->rule[i], &rules->rule[number]))
			return true;
	return false;
}

/* What each group with keys gets. */
static size_t memory_of_each(const struct rules *rules, size_t memory)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++)
		count += has_keys(&rules->rule[i]) && !is_shared(rules, i);
	return count ? memory / count : memory;
}

static void open_group(struct judge *judge, struct judge_group *group, const struct rule *rule,
		       size_t memory)
{
	struct tally_options options;

	*group = (struct judge_group){
		.rule = rule,
		.where = test_of(judge, rule->where),
		.counted = test_of(judge, rule->counted),
		.key = key_of(judge, rule),
	};
	group->needs_end = counts_ends(rule) || asks_response(rule->where) ||
			   asks_response(rule->counted) || usage_key_needs_end(&group->key->key);
	group->seen.most = memory / SEEN_BYTES;
	if (!has_tally(rule))
		return;
	options = tally_options(rule, &group->key->key, memory);
	group->tally = tally_new(&options);
}

static struct judge_group *group_of(struct judge *judge, const struct rule *rule, size_t memory)
{
	struct judge_group *group = judge->group;

	for (; group < judge->group + judge->groups; group++)
		if (are_alike(group->rule, rule))
			return group;
	judge->groups++;
	open_group(judge, group, rule, memory);
	if (rule->kind != RULE_LOSSES)
		judge->of[group->needs_end][judge->count_of[group->needs_end]++] = group;
	return group->tally || !has_tally(rule) ? group : NULL;
}

int judge_groups_open(struct judge *judge)
{
	const struct rules *rules = judge->options.rules;
	size_t memory = memory_of_each(rules, judge->options.memory);

	judge->rule = calloc(rules->count, sizeof(*judge->rule));
	judge->group = calloc(rules->count, sizeof(*judge->group));
	judge->test = calloc(2 * rules->count, sizeof(*judge->test));
	judge->key = calloc(rules->count, sizeof(*judge->key));
	judge->of[0] = calloc(rules->count, sizeof(*judge->of[0]));
	judge->of[1] = calloc(rules->count, sizeof(*judge->of[1]));
	if (!judge->rule || !judge->group || !judge->test || !judge->key || !judge->of[0] ||
	    !judge->of[1])
		return -ENOMEM;
	for (; judge->rules < rules->count; judge->rules++) {
		struct judge_rule *rule = &judge->rule[judge->rules];

		rule->rule = &rules->rule[judge->rules];
		rule->group = group_of(judge, rule->rule, memory);
		if (!rule->group)
			return -ENOMEM;
	}
	return 0;
}

/* Whether values that one has seen are what the other asks of. */
static bool see_alike(const struct rule *a, const struct rule *b)
{
	return a->kind == RULE_NEW_VALUE && b->kind == RULE_NEW_VALUE &&
	       a->definition == b->definition;
}

static void free_fresh(struct judge_group *group)
{
	for (size_t i = 0; i < group->fresh_count; i++)
		free(group->fresh[i].key);
	free(group->fresh);
	group->fresh = NULL;
	group->fresh_count = 0;
}

static void take_over(struct judge_group *group, struct judge_group *old)
{
	struct tally *tally = group->tally;
	struct seen seen = group->seen;

	group->tally = old->tally;
	group->seen = old->seen;
	group->seen.most = seen.most;
	group->next = old->next;
	group->newest = old->newest;
	group->whole = old->whole;
	old->tally = tally;
	old->seen = seen;
	free_fresh(group);
	group->fresh = old->fresh;
	group->fresh_count = old->fresh_count;
	old->fresh = NULL;
	old->fresh_count = 0;
}

void judge_groups_take_over(struct judge *judge, struct judge *old)
{
	for (size_t i = 0; i < judge->groups; i++)
		for (size_t n = 0; n < old->groups; n++) {
			const struct rule *rule = judge->group[i].rule, *other = old->group[n].rule;

			if (!are_alike(rule, other) && !see_alike(rule, other))
				continue;
			take_over(&judge->group[i], &old->group[n]);
			break;
		}
}

void judge_groups_close(struct judge *judge)
{
	for (size_t i = 0; i < judge->groups; i++) {
		struct judge_group *group = &judge->group[i];

		tally_free(group->tally);
		seen_free(&group->seen);
		free_fresh(group);
	}
	for (size_t i = 0; i < judge->rules; i++)
		alarms_free(&judge->rule[i].alarms);
	free(judge->rule);
	free(judge->group);
	free(judge->test);
	free(judge->key);
	free(judge->of[0]);
	free(judge->of[1]);
}

static int check_rule(const struct rule *rule, size_t memory)
{
	const struct usage_key key = say_key(rule);
	const struct tally_options options = tally_options(rule, &key, memory);
	__u64 rows = tally_rows(&options), bound;

	if (!rows)
		return fail(EINVAL,
			    "rule '%s' (line %u): there is not enough memory for a single key in "
			    "each slice of the window; raise --memory or 'every'",
			    rule->name, rule->line);
	bound = 2ULL * MILLION / rows + 1;
	if (rule->share && rule->kind == RULE_TOO_OFTEN && rule->share < bound)
		return fail(
			EINVAL,
			"rule '%s' (line %u): 'share' is %g%%, but with this memory calls can be "
			"told apart down to %g%% of a window; raise 'share', --memory or 'every'",
			rule->name, rule->line, rule->share / 10000.0, bound / 10000.0);
	return 0;
}

int judge_check(const struct rules *rules, size_t memory)
{
	size_t each = memory_of_each(rules, memory);
	int err = 0;

	for (size_t i = 0; i < rules->count && !err; i++)
		if (has_tally(&rules->rule[i]) && has_keys(&rules->rule[i]))
			err = check_rule(&rules->rule[i], each);
	return err;
}
