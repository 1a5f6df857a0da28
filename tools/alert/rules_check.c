/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "rules_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "rules_value.h"
#include "template.h"

#define MINUTE   (60 * RULE_S)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)
#define MILLION  1000000
#define KEEP     (5 * MINUTE)
#define SHARE_OF 20000 /* RULE_SHARE_LEAST, as one says it */

/* X(kind, window, calls): what is taken where nothing is given. */
#define DEFAULTS(X)                 \
	X(TOO_OFTEN, MINUTE, 1)     \
	X(MISSING, MINUTE, 1)       \
	X(PRESENT, MINUTE, 1)       \
	X(MATCHING, MINUTE, 1)      \
	X(UNDOCUMENTED, MINUTE, 1)  \
	X(STATUS, 5 * MINUTE, 20)   \
	X(LATENCY, 5 * MINUTE, 100) \
	X(SILENCE, 5 * MINUTE, 1)   \
	X(LOSSES, MINUTE, 1)        \
	X(NEW_VALUE, DAY, 1)

static const __u64 windows[] = {
#define WINDOW(s, window, calls) window,
	DEFAULTS(WINDOW)
#undef WINDOW
};

static const __u64 calls_least[] = {
#define CALLS(s, window, calls) calls,
	DEFAULTS(CALLS)
#undef CALLS
};

/* A part of the window that divides it and is at least a second, if there is one. */
static __u64 part_of(__u64 window)
{
	__u64 every = window / RULE_SLICES;

	if (every <= RULE_S)
		return window % RULE_S || window < RULE_S ? window : RULE_S;
	every -= every % RULE_S;
	while (window % every)
		every -= RULE_S;
	return every;
}

/* `every` alone is the window, too, as API gateways have it. */
static void choose_window(struct rule *rule)
{
	if (!rule->window && rule->every && rule->kind != RULE_NEW_VALUE)
		rule->window = rule->every;
	if (!rule->window)
		rule->window = windows[rule->kind];
	if (!rule->every)
		rule->every = rule->kind == RULE_NEW_VALUE ? RULE_S : part_of(rule->window);
}

static int check_window(const struct rules_yaml *yaml, const yaml_node_t *node,
			const struct rule *rule)
{
	if (rule->kind == RULE_NEW_VALUE)
		return 0;
	if (rule->window % rule->every)
		return rules_yaml_wrong(
			yaml, node, "'window' must be a multiple of 'every'; change one of them");
	if (rule->window / rule->every > RULE_SLICES_MAX)
		return rules_yaml_wrong(
			yaml, node, "'window' is more than %d times 'every'; make 'every' longer",
			RULE_SLICES_MAX);
	return 0;
}

static int check_limit(const struct rules_yaml *yaml, const yaml_node_t *node,
		       const struct rule *rule)
{
	if (rule->kind != RULE_TOO_OFTEN)
		return 0;
	if (rule->limit == RULE_UNSET && !rule->share)
		return rules_yaml_wrong(yaml, node,
					"a rule of too_often needs 'limit', a number of calls, or "
					"'share', a share of all calls; add one");
	if (rule->limit != RULE_UNSET && rule->share)
		return rules_yaml_wrong(yaml, node,
					"a rule has either 'limit' or 'share'; remove one");
	if (rule->burst && rule->share)
		return rules_yaml_wrong(yaml, node,
					"'burst' goes with 'limit', not with 'share'; remove it");
	if (rule->share && rule->share < RULE_SHARE_LEAST)
		return rules_yaml_wrong(yaml, node,
					"'share' is below 0.005%%, 1/%d of the calls: fewer cannot "
					"be told apart in bounded memory; raise it, or use 'limit'",
					SHARE_OF);
	return 0;
}

static size_t size_of(const struct rule_pairs *pairs)
{
	size_t size = 0;

	for (size_t i = 0; i < pairs->count; i++)
		size += strlen(pairs->pair[i].name) + strlen(pairs->pair[i].value);
	return size;
}

int rules_check_labels(const struct rules_yaml *yaml, const yaml_node_t *node,
		       const struct rule_pairs *labels)
{
	if (size_of(labels) <= RULE_LABELS_MAX)
		return 0;
	return rules_yaml_wrong(yaml, node, "labels have more than %d bytes; shorten them",
				RULE_LABELS_MAX);
}

static __u64 hash_where(const struct where *where)
{
	const char *text = where ? where_text(where) : "";

	return XXH3_64bits(text, strlen(text));
}

/* What the state of a rule depends on: of another one it means something else. */
static __u64 define(const struct rule *rule)
{
	const __u64 parts[] = {
		rule->kind,
		hash_where(rule->where),
		hash_where(rule->counted),
		rule->limit,
		rule->burst,
		rule->share,
		rule->above,
		rule->quantile,
		rule->window,
		rule->every,
		rule->keep,
		rule->calls,
	};
	__u64 hash = XXH3_64bits(parts, sizeof(parts));

	for (size_t i = 0; i < rule->by_count; i++)
		hash = XXH3_64bits_withSeed(rule->by[i].label, strlen(rule->by[i].label), hash);
	return hash;
}

int rules_check(const struct rules_yaml *yaml, const yaml_node_t *node, struct rule *rule)
{
	int err;

	choose_window(rule);
	err = check_window(yaml, node, rule);
	if (!err)
		err = check_limit(yaml, node, rule);
	if (!err)
		err = rules_check_labels(yaml, node, &rule->labels);
	if (err)
		return err;
	if (!rule->where)
		rule->where = where_new();
	if (!rule->where)
		return rules_out_of_memory(yaml);
	if (!rule->calls)
		rule->calls = calls_least[rule->kind];
	if (!rule->quantile)
		rule->quantile = MILLION / 100 * 99;
	if (!rule->keep)
		rule->keep = KEEP;
	if (rule->limit == RULE_UNSET)
		rule->limit = 0;
	if (rule->learn == RULE_UNSET)
		rule->learn = rule->window;
	if (!rule->receivers)
		rule->receivers = ~0ULL;
	rule->definition = define(rule);
	return 0;
}

/* --- annotations --- */

struct check {
	const struct rules_yaml *yaml;
	const yaml_node_t *node;
	const struct rule *rule;
};

static bool has_label(const struct rule *rule, const char *name, size_t size)
{
	static const char *const always[] = { "alertname", "severity" };

	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		if (strlen(always[i]) == size && !memcmp(always[i], name, size))
			return true;
	for (size_t i = 0; i < rule->by_count; i++)
		if (strlen(rule->by[i].label) == size && !memcmp(rule->by[i].label, name, size))
			return true;
	for (size_t i = 0; i < rule->labels.count; i++)
		if (strlen(rule->labels.pair[i].name) == size &&
		    !memcmp(rule->labels.pair[i].name, name, size))
			return true;
	return false;
}

static int check_text(const struct check *check, const yaml_node_t *node, const char *text)
{
	struct template_part part;

	while (template_next(&text, &part)) {
		if (part.kind == TEMPLATE_WRONG)
			return rules_yaml_wrong(check->yaml, node,
						"'%.*s' means nothing here; use {{ $value }} or "
						"{{ $labels.NAME }}",
						(int)(part.size > 60 ? 60 : part.size), part.text);
		if (part.kind == TEMPLATE_LABEL && !has_label(check->rule, part.text, part.size))
			return rules_yaml_wrong(check->yaml, node,
						"an alarm of this rule has no label '%.*s'; name "
						"one of 'by' or 'labels'",
						(int)(part.size > 60 ? 60 : part.size), part.text);
	}
	return 0;
}

int rules_check_annotations(const struct rules_yaml *yaml, const yaml_node_t *node,
			    const struct rule *rule)
{
	const struct check check = { yaml, node, rule };
	int err = 0;

	for (size_t i = 0; i < rules_yaml_count(node) && !err; i++) {
		const yaml_node_t *value = rules_yaml_value(yaml, node, i);

		err = check_text(&check, value, yaml_text(value));
	}
	return err;
}
