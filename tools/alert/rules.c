/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "rules_check.h"
#include "rules_receivers.h"
#include "rules_rule.h"
#include "rules_value.h"
#include "rules_yaml.h"

static const char *const kind_words[] = {
#define WORD(s, text) text,
	RULE_KINDS(WORD)
#undef WORD
};

const char *rule_kind_word(enum rule_kind kind)
{
	return kind_words[kind];
}

/* What may stand in the file. */
enum section {
	RECEIVERS, /* first: rules name them */
	LABELS,
	RULES,
	SECTIONS
};

static const char *const section_keys[SECTIONS] = { "receivers", "labels", "rules" };

static int find_sections(const struct rules_yaml *yaml, const yaml_node_t *at[SECTIONS])
{
	for (size_t i = 0; i < rules_yaml_count(yaml->root); i++) {
		const yaml_node_t *key = rules_yaml_key(yaml, yaml->root, i);
		const char *text = NULL;
		int err = rules_value_text(yaml, key, "a key", &text), section = 0;

		if (err)
			return err;
		while (section < SECTIONS && strcmp(section_keys[section], text))
			section++;
		if (section == SECTIONS)
			return rules_yaml_wrong(yaml, key,
						"'%.60s' is no key of a file of rules; use "
						"receivers, labels and rules",
						text);
		if (at[section])
			return rules_yaml_wrong(yaml, key, "'%s' is repeated; remove one", text);
		at[section] = rules_yaml_value(yaml, yaml->root, i);
	}
	return 0;
}

static const struct rule *rule_named(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i + 1 < rules->count; i++)
		if (!strcmp(rules->rule[i].name, name))
			return &rules->rule[i];
	return NULL;
}

static int read_rules(const struct rules_yaml *yaml, const yaml_node_t *node, struct rules *rules)
{
	size_t count = rules_yaml_count(node);
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE || !count)
		return rules_yaml_wrong(yaml, node, "rules must be a list of at least one rule");
	if (count > RULES_MAX)
		return rules_yaml_wrong(yaml, node, "there are more than %d rules; remove some",
					RULES_MAX);
	rules->rule = calloc(count, sizeof(*rules->rule));
	if (!rules->rule)
		return rules_out_of_memory(yaml);
	for (size_t i = 0; i < count && !err; i++) {
		const yaml_node_t *item = rules_yaml_item(yaml, node, i);
		struct rule *rule = &rules->rule[rules->count++];

		err = rules_rule_read(yaml, item, &rules->receivers, rule);
		if (!err && rule_named(rules, rule->name))
			err = rules_yaml_wrong(yaml, item,
					       "there are two rules '%s' (line %u); rename one",
					       rule->name, rule_named(rules, rule->name)->line);
	}
	return err;
}

static int read_sections(const struct rules_yaml *yaml, struct rules *rules)
{
	const yaml_node_t *at[SECTIONS] = { NULL };
	int err;

	if (yaml->root->type != YAML_MAPPING_NODE)
		return rules_yaml_wrong(yaml, yaml->root,
					"must be a mapping with receivers, labels and rules");
	err = find_sections(yaml, at);
	if (!err && at[RECEIVERS])
		err = rules_receivers_read(yaml, at[RECEIVERS], &rules->receivers);
	if (!err && at[LABELS])
		err = rules_value_pairs(yaml, at[LABELS], "labels", &rules->labels);
	if (!err && at[LABELS])
		err = rules_check_labels(yaml, at[LABELS], &rules->labels);
	if (!err)
		err = at[RULES] ? read_rules(yaml, at[RULES], rules)
				: rules_yaml_wrong(yaml, yaml->root,
						   "there are no rules; add 'rules'");
	return err;
}

/* Without receivers, standard error is one. */
static int add_default(const struct rules_yaml *yaml, struct rules *rules)
{
	struct receiver *receiver = &rules->receivers.list[0];

	if (rules->receivers.count)
		return 0;
	*receiver = (struct receiver){ .name = strdup("stderr"), .kind = RECEIVER_STDERR };
	rules->receivers.count = 1;
	return receiver->name ? 0 : rules_out_of_memory(yaml);
}

static int check_root(const struct rules_yaml *yaml)
{
	const yaml_node_t nowhere = { 0 };

	return yaml->root ? 0 : rules_yaml_wrong(yaml, &nowhere, "there are no rules; add 'rules'");
}

int rules_read(struct rules *rules, const char *path)
{
	struct rules_yaml yaml;
	int err;

	*rules = (struct rules){ 0 };
	err = rules_yaml_open(&yaml, path);
	if (!err)
		err = check_root(&yaml);
	if (!err)
		err = read_sections(&yaml, rules);
	if (!err)
		err = add_default(&yaml, rules);
	rules_yaml_close(&yaml);
	return err;
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rules_rule_free(&rules->rule[i]);
	free(rules->rule);
	receivers_free(&rules->receivers);
	rules_pairs_free(&rules->labels);
	*rules = (struct rules){ 0 };
}

__u64 rules_longest(const struct rules *rules)
{
	__u64 longest = 0;

	for (size_t i = 0; i < rules->count; i++)
		if (rules->rule[i].kind != RULE_NEW_VALUE && rules->rule[i].window > longest)
			longest = rules->rule[i].window;
	return longest;
}
