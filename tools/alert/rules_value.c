/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "rules_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/numbers.h"

#define NS_PER_MS  1000000ULL
#define MILLION    1000000ULL
#define TEXT_SHOWN 60

int rules_out_of_memory(const struct rules_yaml *yaml)
{
	return fail(ENOMEM, "rules %s: out of memory; free some memory", yaml->file.path);
}

int rules_value_text(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     const char **text)
{
	if (node->type != YAML_SCALAR_NODE)
		return rules_yaml_wrong(yaml, node, "%s must be a single value", key);
	*text = yaml_text(node);
	if (!*text)
		return rules_yaml_wrong(yaml, node, "%s has a zero byte in it; leave it out", key);
	if (!**text)
		return rules_yaml_wrong(yaml, node, "%s is empty; give a value", key);
	return 0;
}

int rules_value_copy(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     size_t most, char **copy)
{
	const char *text = NULL;
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (strlen(text) > most)
		return rules_yaml_wrong(yaml, node, "%s is longer than %zu bytes; shorten it", key,
					most);
	free(*copy);
	*copy = strdup(text);
	return *copy ? 0 : rules_out_of_memory(yaml);
}

int rules_value_number(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		       __u64 least, __u64 most, __u64 *number)
{
	const char *text = NULL;
	int err = rules_value_text(yaml, node, key, &text);

	if (!err && (!number_parse(text, number) || *number < least || *number > most))
		err = rules_yaml_wrong(yaml, node,
				       "%s must be a number from %llu to %llu, not '%.*s'", key,
				       least, most, TEXT_SHOWN, text);
	return err;
}

/* "5m", as a user would write that many ns. */
static const char *duration_text(char text[24], __u64 ns)
{
	static const struct {
		__u64 ms;
		const char *unit;
	} units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" } };
	__u64 ms = ns / NS_PER_MS;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (ms && ms % units[i].ms == 0) {
			snprintf(text, 24, "%llu%s", ms / units[i].ms, units[i].unit);
			return text;
		}
	snprintf(text, 24, "%llums", ms);
	return text;
}

int rules_value_duration(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
			 __u64 least, __u64 most, __u64 *ns)
{
	char from[24], to[24];
	const char *text = NULL;
	__u64 ms;
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (!duration_parse(text, &ms) || ms < least / NS_PER_MS || ms > most / NS_PER_MS)
		return rules_yaml_wrong(yaml, node,
					"%s must be a time from %s to %s, as in 500ms, 10s, 5m, 2h "
					"or 1d, not '%.*s'",
					key, duration_text(from, least), duration_text(to, most),
					TEXT_SHOWN, text);
	*ns = ms * NS_PER_MS;
	return 0;
}

/* Digits with a point and up to six more behind it, in millionths of one. */
static bool parse_decimal(const char *text, size_t size, __u64 *millionths)
{
	__u64 sum = 0, unit = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '.' && !unit && i && i + 1 < size) {
			unit = MILLION;
		} else if (text[i] < '0' || text[i] > '9' || unit == 1 || sum > 1000 * MILLION) {
			return false;
		} else {
			sum = sum * 10 + (text[i] - '0');
			unit /= 10;
		}
	}
	for (unit = unit ? unit : MILLION; unit > 1; unit /= 10)
		sum *= 10;
	*millionths = sum;
	return size > 0;
}

int rules_value_share(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      __u32 *share)
{
	const char *text = NULL;
	__u64 millionths = 0;
	size_t size;
	bool percent;
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	size = strlen(text);
	percent = text[size - 1] == '%';
	if (!parse_decimal(text, size - percent, &millionths))
		millionths = 0;
	if (percent)
		millionths /= 100;
	if (!millionths || millionths > MILLION)
		return rules_yaml_wrong(yaml, node,
					"%s must be a share from 0.0001%% to 100%%, as in 5%% or "
					"0.05, not '%.*s'",
					key, TEXT_SHOWN, text);
	*share = millionths;
	return 0;
}

/* Columns from the node's place to the text's column `column`, from 1. */
static size_t columns_ahead(const yaml_node_t *node, size_t column)
{
	yaml_scalar_style_t style = node->data.scalar.style;

	if (node->start_mark.line != node->end_mark.line)
		return 0;
	return column - 1 +
	       (style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
		style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

int rules_value_where(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct where **where)
{
	struct where_error error;
	const char *text = NULL;
	int err = rules_value_text(yaml, node, key, &text);

	if (err)
		return err;
	if (!*where)
		*where = where_new();
	err = *where ? where_add(*where, text, &error) : -ENOMEM;
	if (err == -EINVAL)
		return rules_yaml_wrong_at(yaml, node, columns_ahead(node, error.column), "%s: %s",
					   key, error.text);
	return err ? rules_out_of_memory(yaml) : 0;
}

/* As Prometheus has names of labels. */
static bool is_label(const char *name)
{
	if (strlen(name) > RULE_NAME_MAX || !strncmp(name, "__", 2))
		return false;
	for (const char *at = name; *at; at++)
		if (!(*at == '_' || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
		      (at > name && *at >= '0' && *at <= '9')))
			return false;
	return *name;
}

static int add_pair(const struct rules_yaml *yaml, const yaml_node_t *key, const yaml_node_t *value,
		    const char *what, struct rule_pairs *pairs)
{
	struct rule_pair *pair = &pairs->pair[pairs->count];
	const char *name = NULL;
	int err = rules_value_text(yaml, key, "a name", &name);

	if (err)
		return err;
	if (!is_label(name) || !strcmp(name, "alertname") || !strcmp(name, "severity"))
		return rules_yaml_wrong(yaml, key,
					"'%.*s' cannot be a name in %s: use letters, digits and _, "
					"a letter first, but not alertname or severity",
					TEXT_SHOWN, name, what);
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->pair[i].name, name))
			return rules_yaml_wrong(yaml, key, "'%s' is repeated in %s; remove one",
						name, what);
	if (pairs->count == RULE_PAIRS_MAX)
		return rules_yaml_wrong(yaml, key, "%s has more than %d names; remove some", what,
					RULE_PAIRS_MAX);
	err = rules_value_copy(yaml, value, name, RULE_TEXT_MAX, &pair->value);
	if (err)
		return err;
	pair->name = strdup(name);
	pairs->count++;
	return pair->name ? 0 : rules_out_of_memory(yaml);
}

int rules_value_pairs(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct rule_pairs *pairs)
{
	size_t count = rules_yaml_count(node);
	int err = 0;

	if (node->type != YAML_MAPPING_NODE)
		return rules_yaml_wrong(yaml, node, "%s must be a mapping of names to texts", key);
	for (size_t i = 0; i < count && !err; i++)
		err = add_pair(yaml, rules_yaml_key(yaml, node, i), rules_yaml_value(yaml, node, i),
			       key, pairs);
	return err;
}

void rules_pairs_free(struct rule_pairs *pairs)
{
	for (size_t i = 0; i < RULE_PAIRS_MAX; i++) {
		free(pairs->pair[i].name);
		free(pairs->pair[i].value);
	}
	*pairs = (struct rule_pairs){ 0 };
}

void rules_join(char *text, size_t size, rules_key_at at, const void *context)
{
	size_t used = 0;
	const char *key;

	text[0] = '\0';
	for (size_t i = 0; (key = at(i, context)) && used < size; i++)
		if (*key)
			used += snprintf(text + used, size - used, "%s%s", used ? ", " : "", key);
}
