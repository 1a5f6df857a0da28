/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A row per key that a rule can have, with the kinds of rules that have it. The kind is read first,
 * so that keys may stand in any order.
 */
#include "rules_rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "rules_by.h"
#include "rules_check.h"
#include "rules_value.h"

#define MS           (RULE_S / 1000)
#define EVERY_LEAST  (100 * MS)
#define DAYS(n)      ((n)*86400 * RULE_S)
#define REPEAT       (4 * 3600 * RULE_S) /* as Alertmanager's repeat_interval */
#define LATENCY_MOST (3600 * RULE_S)

#define KIND(s) (1u << RULE_##s)
#define COUNTS \
	(KIND(TOO_OFTEN) | KIND(MISSING) | KIND(PRESENT) | KIND(MATCHING) | KIND(UNDOCUMENTED))
#define RATIOS (KIND(STATUS) | KIND(LATENCY))
#define ALL    ((1u << RULE_KIND_MAX) - 1)

#define ROW_KEYS 24

struct reader {
	const struct rules_yaml *yaml;
	const struct receivers *receivers;
	struct rule *rule;
	const yaml_node_t *at[ROW_KEYS]; /* the value of that row; NULL: not given */
};

struct row {
	const char *key;
	__u32 kinds;    /* bit per enum rule_kind that has it */
	__u32 required; /* of these, those that must have it */
	int (*read)(struct reader *reader, const yaml_node_t *node, const char *key);
};

static int read_name(struct reader *r, const yaml_node_t *node, const char *key)
{
	const char *text = NULL;
	int err = rules_value_text(r->yaml, node, key, &text);

	if (!err && strlen(text) > RULE_NAME_MAX)
		err = rules_yaml_wrong(r->yaml, node, "%s is longer than %d bytes; shorten it", key,
				       RULE_NAME_MAX);
	if (!err)
		strcpy(r->rule->name, text);
	return err;
}

static int read_nothing(struct reader *r, const yaml_node_t *node, const char *key)
{
	(void)r, (void)node, (void)key;
	return 0;
}

static int read_by(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_by_read(r->yaml, node, key, r->rule);
}

static int read_field(struct reader *r, const yaml_node_t *node, const char *key)
{
	return r->rule->kind == RULE_NEW_VALUE ? rules_by_read(r->yaml, node, key, r->rule)
					       : rules_field_read(r->yaml, node, key, r->rule);
}

static int read_where(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_where(r->yaml, node, key, &r->rule->where);
}

static int read_match(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_where(r->yaml, node, key, &r->rule->counted);
}

static int read_status(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_status_read(r->yaml, node, key, r->rule);
}

static int read_share(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_share(r->yaml, node, key, &r->rule->share);
}

static int read_quantile(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_share(r->yaml, node, key, &r->rule->quantile);
}

static int read_limit(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_number(r->yaml, node, key, 0, 1000000000000, &r->rule->limit);
}

static int read_burst(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_number(r->yaml, node, key, 0, 1000000000000, &r->rule->burst);
}

static int read_calls(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_number(r->yaml, node, key, 1, 1000000000000, &r->rule->calls);
}

static int read_hour_max(struct reader *r, const yaml_node_t *node, const char *key)
{
	__u64 number = 0;
	int err = rules_value_number(r->yaml, node, key, 1, 100000, &number);

	r->rule->hour_max = number;
	return err;
}

static int read_window(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, EVERY_LEAST, DAYS(366), &r->rule->window);
}

static int read_every(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, EVERY_LEAST, DAYS(1), &r->rule->every);
}

static int read_for(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, 0, DAYS(31), &r->rule->pending);
}

static int read_continuity(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, 0, DAYS(31), &r->rule->repeat);
}

static int read_above(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, MS, LATENCY_MOST, &r->rule->above);
}

static int read_learn(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, 0, DAYS(366), &r->rule->learn);
}

static int read_keep(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_duration(r->yaml, node, key, EVERY_LEAST, DAYS(31), &r->rule->keep);
}

static int read_severity(struct reader *r, const yaml_node_t *node, const char *key)
{
	struct rule_pairs *labels = &r->rule->labels;
	struct rule_pair *pair = &labels->pair[labels->count];
	int err;

	if (labels->count == RULE_PAIRS_MAX)
		return rules_yaml_wrong(r->yaml, node, "there are more than %d labels; remove some",
					RULE_PAIRS_MAX);
	err = rules_value_copy(r->yaml, node, key, RULE_NAME_MAX, &pair->value);
	if (err)
		return err;
	pair->name = strdup(key);
	labels->count++;
	return pair->name ? 0 : rules_out_of_memory(r->yaml);
}

static int read_labels(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_pairs(r->yaml, node, key, &r->rule->labels);
}

static int read_annotations(struct reader *r, const yaml_node_t *node, const char *key)
{
	int err = rules_value_pairs(r->yaml, node, key, &r->rule->annotations);

	return err ? err : rules_check_annotations(r->yaml, node, r->rule);
}

static int read_receivers(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_receivers_choose(r->yaml, node, key, r->receivers, &r->rule->receivers);
}

/* In the order in which they are read: annotations may name what `by` says. */
static const struct row rows[ROW_KEYS] = {
	{ "alert", ALL, ALL, read_name },
	{ "when", ALL, ALL, read_nothing },
	{ "by", ALL & ~(KIND(LOSSES) | KIND(NEW_VALUE)), 0, read_by },
	{ "field", KIND(MISSING) | KIND(PRESENT) | KIND(NEW_VALUE),
	  KIND(MISSING) | KIND(PRESENT) | KIND(NEW_VALUE), read_field },
	{ "match", KIND(MATCHING), KIND(MATCHING), read_match },
	{ "status", KIND(STATUS), KIND(STATUS), read_status },
	{ "where", ALL & ~KIND(LOSSES), 0, read_where },
	{ "limit", COUNTS | KIND(LOSSES), 0, read_limit },
	{ "burst", COUNTS, 0, read_burst },
	{ "share", KIND(TOO_OFTEN) | KIND(STATUS), KIND(STATUS), read_share },
	{ "quantile", KIND(LATENCY), 0, read_quantile },
	{ "above", KIND(LATENCY), KIND(LATENCY), read_above },
	{ "calls", RATIOS | KIND(TOO_OFTEN) | KIND(SILENCE), 0, read_calls },
	{ "window", ALL, 0, read_window },
	{ "every", ALL, 0, read_every },
	{ "for", ALL & ~KIND(NEW_VALUE), 0, read_for },
	{ "continuity", ALL & ~KIND(NEW_VALUE), 0, read_continuity },
	{ "hour_max", ALL, 0, read_hour_max },
	{ "learn", KIND(NEW_VALUE), 0, read_learn },
	{ "keep", KIND(NEW_VALUE), 0, read_keep },
	{ "severity", ALL, 0, read_severity },
	{ "labels", ALL, 0, read_labels },
	{ "annotations", ALL, 0, read_annotations },
	{ "receivers", ALL, 0, read_receivers },
};

static const char *key_at(size_t i, const void *context)
{
	const struct rule *rule = context;

	if (i >= ROW_KEYS)
		return NULL;
	return rows[i].kinds >> rule->kind & 1 ? rows[i].key : "";
}

static const char *kind_at(size_t i, const void *context)
{
	(void)context;
	return i < RULE_KIND_MAX ? rule_kind_word(i) : NULL;
}

static int row_of(const char *key)
{
	for (int i = 0; i < ROW_KEYS; i++)
		if (!strcmp(rows[i].key, key))
			return i;
	return -1;
}

static int unknown_key(const struct reader *r, const yaml_node_t *key, const char *text)
{
	char keys[400];

	rules_join(keys, sizeof(keys), key_at, r->rule);
	return rules_yaml_wrong(r->yaml, key, "a rule of %s has no key '%.60s'; it may have %s",
				rule_kind_word(r->rule->kind), text, keys);
}

static int find_kind(struct reader *r, const yaml_node_t *node)
{
	char kinds[200];
	const char *text = NULL;
	int err = rules_value_text(r->yaml, node, "when", &text);

	if (err)
		return err;
	for (int kind = 0; kind < RULE_KIND_MAX; kind++)
		if (!strcmp(rule_kind_word(kind), text)) {
			r->rule->kind = kind;
			return 0;
		}
	rules_join(kinds, sizeof(kinds), kind_at, NULL);
	return rules_yaml_wrong(r->yaml, node,
				"'%.60s' is nothing that a rule can be about; use "
				"one of %s",
				text, kinds);
}

/* Where the value of a key is; NULL: there is none. */
static const yaml_node_t *find_value(const struct reader *r, const yaml_node_t *node,
				     const char *wanted)
{
	for (size_t i = 0; i < rules_yaml_count(node); i++) {
		const char *key = yaml_text(rules_yaml_key(r->yaml, node, i));

		if (key && !strcmp(key, wanted))
			return rules_yaml_value(r->yaml, node, i);
	}
	return NULL;
}

/* Finds the values of all keys. */
static int find_values(struct reader *r, const yaml_node_t *node)
{
	for (size_t i = 0; i < rules_yaml_count(node); i++) {
		const yaml_node_t *key = rules_yaml_key(r->yaml, node, i);
		const char *text = NULL;
		int err = rules_value_text(r->yaml, key, "a key", &text), row;

		if (err)
			return err;
		row = row_of(text);
		if (row < 0 || !(rows[row].kinds >> r->rule->kind & 1))
			return unknown_key(r, key, text);
		if (r->at[row])
			return rules_yaml_wrong(r->yaml, key, "'%s' is repeated; remove one", text);
		r->at[row] = rules_yaml_value(r->yaml, node, i);
	}
	return 0;
}

static int read_values(struct reader *r, const yaml_node_t *node)
{
	int err = 0;

	for (int i = 0; i < ROW_KEYS && !err; i++)
		if (r->at[i])
			err = rows[i].read(r, r->at[i], rows[i].key);
		else if (rows[i].required >> r->rule->kind & 1)
			err = rules_yaml_wrong(r->yaml, node, "a rule of %s needs '%s'; add it",
					       rule_kind_word(r->rule->kind), rows[i].key);
	return err;
}

int rules_rule_read(const struct rules_yaml *yaml, const yaml_node_t *node,
		    const struct receivers *receivers, struct rule *rule)
{
	struct reader r = { .yaml = yaml, .receivers = receivers, .rule = rule };
	const yaml_node_t *when;
	int err;

	rule->line = node->start_mark.line + 1;
	rule->learn = rule->limit = RULE_UNSET;
	rule->repeat = REPEAT;
	if (node->type != YAML_MAPPING_NODE)
		return rules_yaml_wrong(yaml, node, "a rule must be a mapping of keys to values");
	when = find_value(&r, node, "when");
	if (!when)
		return rules_yaml_wrong(yaml, node,
					"a rule needs 'when': what it is about; add it");
	err = find_kind(&r, when);
	if (!err)
		err = find_values(&r, node);
	if (!err)
		err = read_values(&r, node);
	return err ? err : rules_check(yaml, node, rule);
}

void rules_rule_free(struct rule *rule)
{
	where_free(rule->where);
	where_free(rule->counted);
	rules_pairs_free(&rule->labels);
	rules_pairs_free(&rule->annotations);
}
