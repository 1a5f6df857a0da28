/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An Alertmanager with several URLs becomes a receiver for each: every one of a cluster is told.
 */
#include "rules_receivers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "rules_value.h"

#define MS       1000000ULL
#define URL_MOST 2000
#define KIND(s)  (1u << RECEIVER_##s)
#define HTTP     (KIND(ALERTMANAGER) | KIND(WEBHOOK))
#define ALL      ((1u << RECEIVER_KIND_MAX) - 1)

static const char *const kind_words[] = {
#define WORD(s, text) text,
	RECEIVER_KINDS(WORD)
#undef WORD
};

const char *receiver_kind_word(enum receiver_kind kind)
{
	return kind_words[kind];
}

struct reader {
	const struct rules_yaml *yaml;
	struct receivers *receivers;
	struct receiver *receiver; /* that is read */
	const yaml_node_t *urls;   /* of it: a list of several, NULL: none */
};

static int read_name(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_copy(r->yaml, node, key, RULE_NAME_MAX, &r->receiver->name);
}

static int read_url(struct reader *r, const yaml_node_t *node, const char *key)
{
	const char *url;
	int err = rules_value_copy(r->yaml, node, key, URL_MOST, &r->receiver->url);

	if (err)
		return err;
	url = r->receiver->url;
	if (strncmp(url, "http://", 7) && strncmp(url, "https://", 8))
		return rules_yaml_wrong(
			r->yaml, node,
			"%s must be a URL that begins with http:// or https://, not "
			"'%.60s'",
			key, url);
	return 0;
}

static int read_urls(struct reader *r, const yaml_node_t *node, const char *key)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return read_url(r, node, key);
	if (!rules_yaml_count(node))
		return rules_yaml_wrong(r->yaml, node, "%s is empty; give a URL", key);
	r->urls = node;
	return read_url(r, rules_yaml_item(r->yaml, node, 0), key);
}

static int read_command(struct reader *r, const yaml_node_t *node, const char *key)
{
	size_t count = rules_yaml_count(node);
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE || !count || count > RECEIVER_ARGUMENTS)
		return rules_yaml_wrong(r->yaml, node,
					"%s must be a list of a program and up to %d arguments, as "
					"in [/usr/bin/page, --now]; there is no shell",
					key, RECEIVER_ARGUMENTS - 1);
	for (size_t i = 0; i < count && !err; i++)
		err = rules_value_copy(r->yaml, rules_yaml_item(r->yaml, node, i), key, URL_MOST,
				       &r->receiver->argument[i]);
	if (!err && *r->receiver->argument[0] != '/')
		err = rules_yaml_wrong(r->yaml, node,
				       "%s must begin with the whole path of the program, not "
				       "'%.60s'",
				       key, r->receiver->argument[0]);
	return err;
}

static int read_true(struct reader *r, const yaml_node_t *node, const char *key)
{
	const char *text = NULL;
	int err = rules_value_text(r->yaml, node, key, &text);

	if (!err && strcmp(text, "true"))
		err = rules_yaml_wrong(r->yaml, node, "%s must be true, or left out", key);
	return err;
}

static int read_timeout(struct reader *r, const yaml_node_t *node, const char *key)
{
	__u64 ns = 0;
	int err = rules_value_duration(r->yaml, node, key, 100 * MS, 600 * RULE_S, &ns);

	r->receiver->timeout_ms = ns / MS;
	return err;
}

static int read_resend(struct reader *r, const yaml_node_t *node, const char *key)
{
	__u64 ns = 0;
	int err = rules_value_duration(r->yaml, node, key, RULE_S, 3600 * RULE_S, &ns);

	r->receiver->resend_ms = ns / MS;
	return err;
}

static int read_authorization(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_copy(r->yaml, node, key, URL_MOST, &r->receiver->authorization_file);
}

static int read_ca_file(struct reader *r, const yaml_node_t *node, const char *key)
{
	return rules_value_copy(r->yaml, node, key, URL_MOST, &r->receiver->ca_file);
}

static const struct row {
	const char *key;
	__u32 kinds; /* bit per enum receiver_kind that has it */
	int (*read)(struct reader *r, const yaml_node_t *node, const char *key);
} rows[] = {
	{ "name", ALL, read_name },
	{ "alertmanager", KIND(ALERTMANAGER), read_urls },
	{ "webhook", KIND(WEBHOOK), read_url },
	{ "command", KIND(COMMAND), read_command },
	{ "stderr", KIND(STDERR), read_true },
	{ "syslog", KIND(SYSLOG), read_true },
	{ "journal", KIND(JOURNAL), read_true },
	{ "timeout", HTTP | KIND(COMMAND), read_timeout },
	{ "resend", KIND(ALERTMANAGER), read_resend },
	{ "authorization_file", HTTP, read_authorization },
	{ "ca_file", HTTP, read_ca_file },
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static const char *key_at(size_t i, const void *context)
{
	const struct receiver *receiver = context;

	if (i >= ROWS)
		return NULL;
	return rows[i].kinds >> receiver->kind & 1 ? rows[i].key : "";
}

static const char *kind_at(size_t i, const void *context)
{
	(void)context;
	return i < RECEIVER_KIND_MAX ? kind_words[i] : NULL;
}

static int find_kind(struct reader *r, const yaml_node_t *node)
{
	char kinds[120];
	int found = 0;

	for (size_t i = 0; i < rules_yaml_count(node); i++) {
		const char *key = yaml_text(rules_yaml_key(r->yaml, node, i));

		for (int kind = 0; key && kind < RECEIVER_KIND_MAX; kind++)
			if (!strcmp(kind_words[kind], key)) {
				r->receiver->kind = kind;
				found++;
			}
	}
	if (found == 1)
		return 0;
	rules_join(kinds, sizeof(kinds), kind_at, NULL);
	return rules_yaml_wrong(r->yaml, node, "a receiver needs one of %s, and only one", kinds);
}

static const struct row *row_of(const struct receiver *receiver, const char *key)
{
	for (size_t i = 0; i < ROWS; i++)
		if (!strcmp(rows[i].key, key) && rows[i].kinds >> receiver->kind & 1)
			return &rows[i];
	return NULL;
}

static int read_pair(struct reader *r, const yaml_node_t *node, size_t i, __u32 *seen)
{
	const yaml_node_t *key = rules_yaml_key(r->yaml, node, i);
	const struct row *row;
	const char *text = NULL;
	char keys[200];
	int err = rules_value_text(r->yaml, key, "a key", &text);

	if (err)
		return err;
	row = row_of(r->receiver, text);
	if (!row) {
		rules_join(keys, sizeof(keys), key_at, r->receiver);
		return rules_yaml_wrong(r->yaml, key,
					"a receiver of %s has no key '%.60s'; it may have %s",
					kind_words[r->receiver->kind], text, keys);
	}
	if (*seen >> (row - rows) & 1)
		return rules_yaml_wrong(r->yaml, key, "'%s' is repeated; remove one", text);
	*seen |= 1u << (row - rows);
	return row->read(r, rules_yaml_value(r->yaml, node, i), text);
}

static int read_receiver(struct reader *r, const yaml_node_t *node)
{
	__u32 seen = 0;
	int err;

	r->receiver->timeout_ms = RECEIVER_TIMEOUT_MS;
	r->receiver->resend_ms = RECEIVER_RESEND_MS;
	if (node->type != YAML_MAPPING_NODE)
		return rules_yaml_wrong(r->yaml, node, "a receiver must be a mapping");
	err = find_kind(r, node);
	for (size_t i = 0; i < rules_yaml_count(node) && !err; i++)
		err = read_pair(r, node, i, &seen);
	if (!err && !r->receiver->name)
		err = rules_yaml_wrong(r->yaml, node, "a receiver needs 'name'; add it");
	for (const struct receiver *other = r->receivers->list; !err && other < r->receiver;
	     other++)
		if (!strcmp(other->name, r->receiver->name))
			err = rules_yaml_wrong(r->yaml, node,
					       "there are two receivers '%s'; rename one",
					       other->name);
	return err;
}

/* A place for one more. */
static int add(struct reader *r, const yaml_node_t *node)
{
	if (r->receivers->count == RECEIVERS_MAX)
		return rules_yaml_wrong(
			r->yaml, node,
			"there are more than %d receivers, each URL counted; remove "
			"some",
			RECEIVERS_MAX);
	r->receiver = &r->receivers->list[r->receivers->count++];
	return 0;
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* The other Alertmanagers of the list. */
static int read_others(struct reader *r)
{
	const struct receiver *first = r->receiver;
	const yaml_node_t *urls = r->urls;
	int err = 0;

	for (size_t i = 1; urls && i < rules_yaml_count(urls) && !err; i++) {
		const yaml_node_t *node = rules_yaml_item(r->yaml, urls, i);

		err = add(r, node);
		if (err)
			break;
		*r->receiver = (struct receiver){
			.name = copy(first->name),
			.kind = first->kind,
			.authorization_file = copy(first->authorization_file),
			.ca_file = copy(first->ca_file),
			.timeout_ms = first->timeout_ms,
			.resend_ms = first->resend_ms,
		};
		err = r->receiver->name ? read_url(r, node, "alertmanager")
					: rules_out_of_memory(r->yaml);
	}
	return err;
}

int rules_receivers_read(const struct rules_yaml *yaml, const yaml_node_t *node,
			 struct receivers *receivers)
{
	struct reader r = { .yaml = yaml, .receivers = receivers };
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return rules_yaml_wrong(yaml, node, "receivers must be a list");
	for (size_t i = 0; i < rules_yaml_count(node) && !err; i++) {
		const yaml_node_t *item = rules_yaml_item(yaml, node, i);

		err = add(&r, item);
		r.urls = NULL;
		if (!err)
			err = read_receiver(&r, item);
		if (!err)
			err = read_others(&r);
	}
	return err;
}

void receivers_free(struct receivers *receivers)
{
	for (size_t i = 0; i < receivers->count; i++) {
		struct receiver *receiver = &receivers->list[i];

		free(receiver->name);
		free(receiver->url);
		free(receiver->authorization_file);
		free(receiver->ca_file);
		for (size_t n = 0; n < RECEIVER_ARGUMENTS; n++)
			free(receiver->argument[n]);
	}
	*receivers = (struct receivers){ 0 };
}
