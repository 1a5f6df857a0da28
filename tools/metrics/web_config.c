/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A mapping is read by a table of its keys: who a key is for, and what its value becomes.
 */
#include "web_config.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "option/yaml_file.h"

#define PEM_MAX (1 << 20) /* bytes */

struct reader {
	struct yaml_file yaml;
	struct web_config *to;
	bool asks_clients;            /* for a certificate */
	const yaml_node_t *no_client; /* client_ca_file, without that */
};

/* Takes the value of a key. Returns 0 or -errno (reported). */
typedef int (*take_value)(struct reader *reader, const char *key, const yaml_node_t *value);

struct key {
	const char *name;
	take_value take;
};

static int wrong(const struct reader *reader, const yaml_node_t *node, const char *what,
		 const char *detail)
{
	return yaml_file_wrong(&reader->yaml, &node->start_mark, what, detail);
}

static int no_memory(const struct reader *reader)
{
	return fail(ENOMEM, "%s %s: out of memory; free some memory", reader->yaml.what,
		    reader->yaml.path);
}

static const struct key *find_key(const struct key *keys, const char *name)
{
	while (keys->name && strcmp(keys->name, name))
		keys++;
	return keys->name ? keys : NULL;
}

/* Whether an earlier pair of a mapping has the same key. */
static bool is_repeated(const struct reader *reader, const yaml_node_t *mapping,
			const yaml_node_pair_t *pair, const char *name)
{
	for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
		const char *other = yaml_text(yaml_file_node(&reader->yaml, p->key));

		if (other && !strcmp(other, name))
			return true;
	}
	return false;
}

/* Every pair of a mapping, by its key; `keys` NULL: all keys are `take`'s. */
static int take_mapping(struct reader *reader, const yaml_node_t *node, const struct key *keys,
			take_value take)
{
	int err = 0;

	if (node->type != YAML_MAPPING_NODE)
		return wrong(reader, node, "must be a mapping of keys to values", "");
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top && !err; pair++) {
		const yaml_node_t *key = yaml_file_node(&reader->yaml, pair->key);
		const char *name = yaml_text(key);
		const struct key *known = name && keys ? find_key(keys, name) : NULL;

		if (!name)
			return wrong(reader, key, "a key must be a word", "");
		if (keys && !known)
			return wrong(reader, key, "unknown key: ", name);
		if (is_repeated(reader, node, pair, name))
			return wrong(reader, key, "repeated key: ", name);
		err = (known ? known->take : take)(reader, name,
						   yaml_file_node(&reader->yaml, pair->value));
	}
	return err;
}

static int take_text(const struct reader *reader, const char *key, const yaml_node_t *node,
		     const char **text)
{
	*text = yaml_text(node);
	return *text && **text ? 0 : wrong(reader, node, "must be a single value: ", key);
}

/* --- files that it names --- */

static int read_pem(struct reader *reader, const yaml_node_t *node, const char *path, char **to)
{
	FILE *file = fopen(path, "re");
	char reason[PATH_MAX + 64];
	size_t size;

	if (!file) {
		snprintf(reason, sizeof(reason), "%s: %s", path, strerror(errno));
		return wrong(reader, node, "cannot read ", reason);
	}
	free(*to);
	*to = malloc(PEM_MAX + 1);
	size = *to ? fread(*to, 1, PEM_MAX + 1, file) : 0;
	fclose(file);
	if (!*to)
		return no_memory(reader);
	if (!size || size > PEM_MAX)
		return wrong(reader, node, "empty or larger than 1 MiB: ", path);
	(*to)[size] = '\0';
	return 0;
}

static int take_file(struct reader *reader, const char *key, const yaml_node_t *node, char **to)
{
	char path[PATH_MAX], directory[PATH_MAX];
	const char *text;
	int err = take_text(reader, key, node, &text);

	if (err)
		return err;
	snprintf(directory, sizeof(directory), "%s", reader->yaml.path);
	if (*text == '/')
		snprintf(path, sizeof(path), "%s", text);
	else if (snprintf(path, sizeof(path), "%s/%s", dirname(directory), text) >=
		 (int)sizeof(path))
		return wrong(reader, node, "too long: ", key);
	return read_pem(reader, node, path, to);
}

static int take_certificate(struct reader *reader, const char *key, const yaml_node_t *node)
{
	return take_file(reader, key, node, &reader->to->certificate);
}

static int take_key(struct reader *reader, const char *key, const yaml_node_t *node)
{
	return take_file(reader, key, node, &reader->to->key);
}

static int take_client_ca(struct reader *reader, const char *key, const yaml_node_t *node)
{
	reader->no_client = node;
	return take_file(reader, key, node, &reader->to->client_ca);
}

/* --- the other keys of TLS --- */

static int take_client_auth(struct reader *reader, const char *key, const yaml_node_t *node)
{
	const char *text;
	int err = take_text(reader, key, node, &text);

	if (err)
		return err;
	reader->asks_clients = !strcmp(text, "RequireAndVerifyClientCert");
	if (reader->asks_clients || !strcmp(text, "NoClientCert"))
		return 0;
	return wrong(reader, node, "must be NoClientCert or RequireAndVerifyClientCert: ", text);
}

static int take_version(struct reader *reader, const char *key, const yaml_node_t *node,
			enum web_tls_version *version)
{
	const char *text;
	int err = take_text(reader, key, node, &text);

	if (err)
		return err;
	if (strcmp(text, "TLS12") && strcmp(text, "TLS13"))
		return wrong(reader, node, "must be TLS12 or TLS13: ", text);
	*version = text[4] == '2' ? WEB_TLS_12 : WEB_TLS_13;
	return 0;
}

static int take_min(struct reader *reader, const char *key, const yaml_node_t *node)
{
	return take_version(reader, key, node, &reader->to->min);
}

static int take_max(struct reader *reader, const char *key, const yaml_node_t *node)
{
	return take_version(reader, key, node, &reader->to->max);
}

static int take_tls(struct reader *reader, const char *name, const yaml_node_t *node)
{
	static const struct key keys[] = {
		{ "cert_file", take_certificate },
		{ "key_file", take_key },
		{ "client_auth_type", take_client_auth },
		{ "client_ca_file", take_client_ca },
		{ "min_version", take_min },
		{ "max_version", take_max },
		{ 0 },
	};
	struct web_config *to = reader->to;
	int err = take_mapping(reader, node, keys, NULL);

	(void)name;
	if (err)
		return err;
	if (!to->certificate || !to->key)
		return wrong(reader, node, "must have cert_file and key_file", "");
	if (to->max && to->max < to->min)
		return wrong(reader, node, "max_version is below min_version", "");
	if (reader->asks_clients && !to->client_ca)
		return wrong(reader, node, "must have client_ca_file", "");
	if (reader->no_client && !reader->asks_clients)
		return wrong(reader, reader->no_client,
			     "of no use without client_auth_type: RequireAndVerifyClientCert", "");
	to->tls = true;
	return 0;
}

/* --- users --- */

/* "$2y$10$" and 53 characters. */
static bool is_bcrypt(const char *hash)
{
	static const char characters[] =
		"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	return strlen(hash) == 60 && hash[0] == '$' && hash[1] == '2' && strchr("aby", hash[2]) &&
	       hash[3] == '$' && hash[4] >= '0' && hash[4] <= '3' && hash[5] >= '0' &&
	       hash[5] <= '9' && hash[6] == '$' && strspn(hash + 7, characters) == 53;
}

static int take_user(struct reader *reader, const char *name, const yaml_node_t *node)
{
	struct web_config *to = reader->to;
	struct web_user *user = &to->user[to->users];
	const char *hash;
	int err = take_text(reader, name, node, &hash);

	if (err)
		return err;
	if (!*name || strchr(name, ':'))
		return wrong(reader, node, "a user's name is empty or has a colon: ", name);
	if (!is_bcrypt(hash))
		return wrong(reader, node,
			     "no password hashed by bcrypt (htpasswd -nBC 10 NAME): ", name);
	if (to->users == WEB_USERS_MAX)
		return wrong(reader, node, "more than 64 users: ", name);
	*user = (struct web_user){ strdup(name), strdup(hash) };
	to->users++;
	return user->name && user->hash ? 0 : no_memory(reader);
}

static int take_users(struct reader *reader, const char *name, const yaml_node_t *node)
{
	(void)name;
	return take_mapping(reader, node, NULL, take_user);
}

/* --- HTTP: only what is so anyway --- */

static int take_http2(struct reader *reader, const char *key, const yaml_node_t *node)
{
	const char *text;
	int err = take_text(reader, key, node, &text);

	if (err || !strcasecmp(text, "false"))
		return err;
	return wrong(reader, node, "only HTTP/1.1 is spoken; must be false: ", key);
}

static int take_http(struct reader *reader, const char *name, const yaml_node_t *node)
{
	static const struct key keys[] = { { "http2", take_http2 }, { 0 } };

	(void)name;
	return take_mapping(reader, node, keys, NULL);
}

int web_config_read(struct web_config *config, const char *path)
{
	static const struct key keys[] = {
		{ "tls_server_config", take_tls },
		{ "basic_auth_users", take_users },
		{ "http_server_config", take_http },
		{ 0 },
	};
	struct reader reader = {
		.yaml = { .what = "web configuration",
			  .option = "--web-config",
			  .manual = "hdrtap-metrics(1)",
			  .path = path },
		.to = config,
	};
	int err = yaml_file_read(&reader.yaml);
	const yaml_node_t *root = err ? NULL : yaml_file_root(&reader.yaml);

	if (root)
		err = take_mapping(&reader, root, keys, NULL);
	yaml_file_free(&reader.yaml);
	return err;
}

void web_config_free(struct web_config *config)
{
	free(config->certificate);
	free(config->key);
	free(config->client_ca);
	for (size_t i = 0; i < config->users; i++) {
		free(config->user[i].name);
		free(config->user[i].hash);
	}
	*config = (struct web_config){ 0 };
}
