/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "rules_by.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "rules_value.h"

static const char *const by_words[] = {
#define WORD(s, text) text,
	RULE_BYS(WORD)
#undef WORD
};

static const char *by_at(size_t i, const void *context)
{
	(void)context;
	return i < RULE_BY_WHAT_MAX ? by_words[i] : NULL;
}

/* As RFC 9110 has a field's name, and a record can have it. */
static bool is_name(const char *name, size_t size)
{
	if (!size || size > HDRTAP_NAME_MAX)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("!#$%&'*+-.^_`|~", name[i]))
			return false;
	return true;
}

/* "request[NAME]" or "response[NAME]". */
static bool take_header(struct rule_by *by, const char *text)
{
	size_t size = strlen(text), head = strcspn(text, "[");

	if (head == size || text[size - 1] != ']' || !is_name(text + head + 1, size - head - 2))
		return false;
	if (head == 7 && !memcmp(text, "request", head))
		by->what = RULE_BY_REQUEST;
	else if (head == 8 && !memcmp(text, "response", head))
		by->what = RULE_BY_RESPONSE;
	else
		return false;
	for (size_t i = 0; i < size - head - 2; i++)
		by->name[i] = tolower((unsigned char)text[head + 1 + i]);
	snprintf(by->label, sizeof(by->label), "%.*s_%s", (int)head, text, by->name);
	for (char *at = by->label; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	return true;
}

static bool take_by(struct rule_by *by, const char *text)
{
	*by = (struct rule_by){ 0 };
	for (int what = 0; what < RULE_BY_REQUEST; what++)
		if (!strcmp(by_words[what], text)) {
			by->what = what;
			snprintf(by->label, sizeof(by->label), "%s", text);
			return true;
		}
	return take_header(by, text);
}

static int add_by(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		  struct rule *rule)
{
	char words[200];
	const char *text = NULL;
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (rule->by_count == RULE_BY_MAX)
		return rules_yaml_wrong(yaml, node, "%s has more than %d items; remove some", key,
					RULE_BY_MAX);
	if (!take_by(&rule->by[rule->by_count], text)) {
		rules_join(words, sizeof(words), by_at, NULL);
		return rules_yaml_wrong(yaml, node,
					"%s: '%.60s' is nothing that calls can be told apart by; "
					"use %s",
					key, text, words);
	}
	for (size_t i = 0; i < rule->by_count; i++)
		if (!strcmp(rule->by[i].label, rule->by[rule->by_count].label))
			return rules_yaml_wrong(yaml, node, "%s: '%s' is repeated; remove one", key,
						text);
	rule->by_count++;
	return 0;
}

int rules_by_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		  struct rule *rule)
{
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return add_by(yaml, node, key, rule);
	for (size_t i = 0; i < rules_yaml_count(node) && !err; i++)
		err = add_by(yaml, rules_yaml_item(yaml, node, i), key, rule);
	return err;
}

/* Adds a predicate that is made of what was checked. */
static int count(const struct rules_yaml *yaml, struct rule *rule, const char *text)
{
	struct where_error error;
	int err;

	rule->counted = where_new();
	err = rule->counted ? where_add(rule->counted, text, &error) : -ENOMEM;
	return err == -ENOMEM ? rules_out_of_memory(yaml) : err;
}

int rules_field_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     struct rule *rule)
{
	struct rule_by by = { 0 };
	const char *text = NULL;
	char predicate[128];
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (!take_header(&by, text))
		return rules_yaml_wrong(yaml, node,
					"%s: '%.60s' is not a header field; use request[NAME] or "
					"response[NAME]",
					key, text);
	snprintf(rule->field, sizeof(rule->field), "%s[%s]",
		 by.what == RULE_BY_REQUEST ? "request" : "response", by.name);
	snprintf(predicate, sizeof(predicate), "%shas(%s)", rule->kind == RULE_MISSING ? "!" : "",
		 rule->field);
	err = count(yaml, rule, predicate);
	if (err == -EINVAL)
		err = rules_yaml_wrong(yaml, node, "%s: '%.60s' cannot be asked for", key, text);
	return err;
}

static int wrong_status(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
			const char *text)
{
	return rules_yaml_wrong(yaml, node,
				"%s must be like 404, 500-503 or 5xx, with commas between "
				"several, not '%.60s'",
				key, text);
}

int rules_status_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct rule *rule)
{
	const char *text = NULL;
	char predicate[128];
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (strlen(text) >= sizeof(rule->status) || strspn(text, "0123456789x-,") != strlen(text))
		return wrong_status(yaml, node, key, text);
	strcpy(rule->status, text);
	snprintf(predicate, sizeof(predicate), "status == %s", text);
	err = count(yaml, rule, predicate);
	return err == -EINVAL ? wrong_status(yaml, node, key, text) : err;
}

static int choose(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		  const struct receivers *receivers, __u64 *chosen)
{
	const char *text = NULL;
	__u64 bits = 0;
	int err = rules_value_text(yaml, node, key, &text);

	for (size_t i = 0; i < receivers->count && !err; i++)
		if (!strcmp(receivers->list[i].name, text))
			bits |= 1ULL << i;
	if (!err && !bits)
		err = rules_yaml_wrong(yaml, node,
				       "%s: there is no receiver '%.60s'; use the name of one in "
				       "'receivers' of the file",
				       key, text);
	*chosen |= bits;
	return err;
}

int rules_receivers_choose(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
			   const struct receivers *receivers, __u64 *chosen)
{
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return choose(yaml, node, key, receivers, chosen);
	for (size_t i = 0; i < rules_yaml_count(node) && !err; i++)
		err = choose(yaml, rules_yaml_item(yaml, node, i), key, receivers, chosen);
	if (!err && !*chosen)
		err = rules_yaml_wrong(yaml, node, "%s is empty; name one, or leave it out", key);
	return err;
}
