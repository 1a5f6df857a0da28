/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_openapi.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#define BASE_MAX 2048 /* bytes of a server's URL */

struct reading {
	struct api_templates *t;
	struct api_file *file;
	struct message *message;
	yaml_document_t document;
	const char *host; /* that all is of, whatever servers say; NULL: as they say */
};

/* Where calls go. */
struct server {
	char host[API_HOST_MAX + 1]; /* "": any */
	char base[BASE_MAX];         /* without '/' at its end */
};

static int wrong(struct reading *r, const yaml_node_t *node, const char *text)
{
	return api_file_wrong(r->file, node->start_mark.line + 1, node->start_mark.column + 1,
			      r->message, text);
}

/* --- the tree --- */

static yaml_node_t *node_of(struct reading *r, int index)
{
	return yaml_document_get_node(&r->document, index);
}

static bool is_scalar(const yaml_node_t *node)
{
	return node && node->type == YAML_SCALAR_NODE &&
	       !memchr(node->data.scalar.value, '\0', node->data.scalar.length);
}

/* Of a scalar. */
static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static bool is_word(const yaml_node_t *node, const char *word)
{
	return is_scalar(node) && !strcmp(text_of(node), word);
}

/* The value of a key in a mapping; NULL: there is none. */
static yaml_node_t *value_of(struct reading *r, const yaml_node_t *node, const char *key)
{
	const yaml_node_pair_t *pair;

	if (!node || node->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
		if (is_word(node_of(r, pair->key), key))
			return node_of(r, pair->value);
	return NULL;
}

/* --- servers --- */

/* Without a port, and brackets of an IPv6 address. */
static struct view_bytes bare_host(const char *host, size_t size)
{
	const char *end = size && *host == '[' ? memchr(host, ']', size) : NULL;

	if (end)
		return (struct view_bytes){ (const __u8 *)host + 1, end - host - 1 };
	end = memchr(host, ':', size);
	return (struct view_bytes){ (const __u8 *)host, end ? (size_t)(end - host) : size };
}

/* Whether one variable is all of it. */
static bool is_variable(struct view_bytes host)
{
	return host.size && *host.bytes == '{' &&
	       memchr(host.bytes, '}', host.size) == host.bytes + host.size - 1;
}

static int set_host(struct reading *r, const yaml_node_t *node, struct server *server,
		    const char *text, size_t size)
{
	struct view_bytes host = bare_host(text, size);

	if (is_variable(host))
		return 0;
	if (host.size > API_HOST_MAX || !host.size)
		return wrong(r, node,
			     "a server without a host, or with one of more than 128 bytes");
	memcpy(server->host, host.bytes, host.size);
	return 0;
}

static int set_base(struct reading *r, const yaml_node_t *node, struct server *server,
		    const char *base)
{
	size_t size = strcspn(base, "?#");

	while (size && base[size - 1] == '/')
		size--;
	if (size >= BASE_MAX)
		return wrong(r, node, "a server's URL of more than 2,047 bytes");
	if (size && *base != '/')
		return wrong(r, node, "the path of a server must begin with '/'");
	memcpy(server->base, base, size);
	server->base[size] = '\0';
	return 0;
}

/* An absolute URL, or one without a host. */
static int set_server(struct reading *r, const yaml_node_t *node, struct server *server)
{
	const char *url, *host, *path;
	int err = 0;

	if (!is_scalar(node))
		return wrong(r, node, "the URL of a server must be text");
	url = text_of(node);
	memset(server, 0, sizeof(*server));
	host = strstr(url, "://");
	path = url;
	if (host || !strncmp(url, "//", 2)) {
		host = host ? host + 3 : url + 2;
		path = host + strcspn(host, "/?#");
		err = set_host(r, node, server, host, path - host);
	}
	return err ? err : set_base(r, node, server, path);
}

/* --- paths --- */

/* A path of the document, of which an operation is read. */
struct operation {
	const yaml_node_t *path;
	__u32 methods;
};

static int add_template(struct reading *r, const struct operation *of, const struct server *server)
{
	const char *host = r->host ? r->host : server->host;
	const yaml_mark_t *mark = &of->path->start_mark;
	bool quoted = of->path->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	size_t base = strlen(server->base), size = base + of->path->data.scalar.length;
	struct api_wrong bad;
	char *path = malloc(size + 1);
	int err;

	if (!path)
		return -ENOMEM;
	memcpy(path, server->base, base);
	strcpy(path + base, text_of(of->path));
	err = api_templates_add(r->t, of->methods,
				(struct view_bytes){ *host ? (const __u8 *)host : NULL,
						     strlen(host) },
				(struct view_bytes){ (const __u8 *)path, size }, &bad);
	free(path);
	if (err != -EINVAL)
		return err;
	return api_file_wrong(r->file, mark->line + 1,
			      mark->column + 1 + quoted + (bad.at > base ? bad.at - base : 0),
			      r->message, bad.text);
}

static int add_servers(struct reading *r, const struct operation *of, const yaml_node_t *list)
{
	const yaml_node_item_t *item;
	struct server server;
	int err = 0;

	if (list->type != YAML_SEQUENCE_NODE)
		return wrong(r, list, "servers must be a list");
	for (item = list->data.sequence.items.start; item < list->data.sequence.items.top && !err;
	     item++) {
		yaml_node_t *node = node_of(r, *item), *url = value_of(r, node, "url");

		err = url ? set_server(r, url, &server) : wrong(r, node, "a server without a url");
		if (!err)
			err = add_template(r, of, &server);
	}
	return err;
}

/* Of 2.0. */
static int set_swagger(struct reading *r, struct server *server)
{
	yaml_node_t *root = yaml_document_get_root_node(&r->document);
	yaml_node_t *host = value_of(r, root, "host"), *base = value_of(r, root, "basePath");
	int err = 0;

	memset(server, 0, sizeof(*server));
	if (host)
		err = is_scalar(host)
			      ? set_host(r, host, server, text_of(host), strlen(text_of(host)))
			      : wrong(r, host, "host must be text");
	if (base && !err)
		err = is_scalar(base) ? set_base(r, base, server, text_of(base))
				      : wrong(r, base, "basePath must be text");
	return err;
}

/* Where the calls of an operation go: its own servers, the path's, or the document's. */
static int add_operation(struct reading *r, const struct operation *of, const yaml_node_t *item,
			 const yaml_node_t *operation)
{
	yaml_node_t *root = yaml_document_get_root_node(&r->document);
	const yaml_node_t *list = value_of(r, operation, "servers");
	struct server server;
	int err;

	list = list ? list : value_of(r, item, "servers");
	list = list ? list : value_of(r, root, "servers");
	if (list && list->type == YAML_SEQUENCE_NODE &&
	    list->data.sequence.items.start == list->data.sequence.items.top)
		list = NULL;
	if (list)
		return add_servers(r, of, list);
	err = set_swagger(r, &server);
	return err ? err : add_template(r, of, &server);
}

static int add_path(struct reading *r, const yaml_node_t *path, const yaml_node_t *item)
{
	static const char *const words[] = { "get",  "put",   "post",  "delete", "options",
					     "head", "patch", "trace", "query",  NULL };
	struct operation of = { .path = path };
	struct api_wrong bad;
	int err = 0;

	if (item->type != YAML_MAPPING_NODE)
		return wrong(r, item, "a path must contain methods");
	if (value_of(r, item, "$ref"))
		return wrong(r, value_of(r, item, "$ref"),
			     "a $ref is not supported here; write the path out");
	for (const char *const *word = words; *word && !err; word++) {
		const yaml_node_t *operation = value_of(r, item, *word);
		char method[API_METHOD_MAX] = "";

		if (!operation)
			continue;
		for (int i = 0; (*word)[i]; i++)
			method[i] = (*word)[i] & ~0x20;
		of.methods =
			api_method_add(&r->t->methods,
				       (struct view_bytes){ (const __u8 *)method, strlen(method) },
				       &bad);
		err = add_operation(r, &of, item, operation);
	}
	return err;
}

static int add_paths(struct reading *r, const yaml_node_t *paths)
{
	const yaml_node_pair_t *pair;
	int err = 0;

	if (paths->type != YAML_MAPPING_NODE)
		return wrong(r, paths, "paths must be a mapping");
	for (pair = paths->data.mapping.pairs.start; pair < paths->data.mapping.pairs.top && !err;
	     pair++) {
		const yaml_node_t *path = node_of(r, pair->key);

		if (!is_scalar(path))
			err = wrong(r, path, "a path must be text");
		else if (strncmp(text_of(path), "x-", 2)) /* extensions */
			err = add_path(r, path, node_of(r, pair->value));
	}
	return err;
}

static int check_version(struct reading *r, const yaml_node_t *root)
{
	const yaml_node_t *openapi = value_of(r, root, "openapi");
	const yaml_node_t *swagger = value_of(r, root, "swagger");

	if (is_scalar(openapi) && !strncmp(text_of(openapi), "3.", 2))
		return 0;
	if (is_scalar(swagger) && !strcmp(text_of(swagger), "2.0"))
		return 0;
	if (openapi || swagger)
		return wrong(r, openapi ? openapi : swagger,
			     "this version is not supported; use 3.x or 2.0");
	return wrong(r, root, "not an OpenAPI document: it has no version (openapi or swagger)");
}

static int add_document(struct reading *r)
{
	yaml_node_t *root = yaml_document_get_root_node(&r->document), *paths;
	int err;

	if (!root || root->type != YAML_MAPPING_NODE)
		return api_file_wrong(r->file, 1, 1, r->message, "not an OpenAPI document");
	err = check_version(r, root);
	paths = value_of(r, root, "paths");
	if (!err && !paths)
		err = wrong(r, root, "no paths");
	return err ? err : add_paths(r, paths);
}

/* --- the file --- */

/* libyaml takes no escapes of JSON for characters beyond U+FFFF; there are none in paths that
 * matter, so they become others of the same length. */
static void replace_surrogates(struct api_file *file)
{
	char *at = file->bytes, *end = file->bytes + file->size;

	if (file->bytes[strspn(file->bytes, " \t\r\n")] != '{')
		return;
	while ((at = memchr(at, '\\', end - at)) && end - at > 6) {
		if (at[1] == 'u' && (at[2] | 0x20) == 'd' &&
		    ((at[3] | 0x20) >= 'a' || at[3] == '8' || at[3] == '9'))
			memcpy(at + 2, "FFFD", 4);
		at += 2;
	}
}

/* The place of the byte at that offset. */
static yaml_mark_t mark_of(const struct api_file *file, size_t offset)
{
	yaml_mark_t mark = { .index = offset };

	for (size_t i = 0; i < offset && i < file->size; i++) {
		mark.column = file->bytes[i] == '\n' ? 0 : mark.column + 1;
		mark.line += file->bytes[i] == '\n';
	}
	return mark;
}

static int wrong_syntax(struct reading *r, const yaml_parser_t *parser)
{
	yaml_mark_t mark = parser->error == YAML_READER_ERROR
				   ? mark_of(r->file, parser->problem_offset)
				   : parser->problem_mark;

	return api_file_wrong(r->file, mark.line + 1, mark.column + 1, r->message,
			      parser->problem ? parser->problem : "neither YAML nor JSON");
}

static int load(struct reading *r)
{
	yaml_parser_t parser;
	int err = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)r->file->bytes, r->file->size);
	if (!yaml_parser_load(&parser, &r->document))
		err = wrong_syntax(r, &parser);
	yaml_parser_delete(&parser);
	return err;
}

int api_openapi_add(struct api_templates *t, struct api_file *file, const char *host,
		    struct message *message)
{
	struct reading r = { .t = t, .file = file, .message = message, .host = host };
	int err;

	if (host && strlen(host) > API_HOST_MAX)
		return message_set(message, EINVAL, "%s: host of more than %d bytes", file->path,
				   API_HOST_MAX);
	replace_surrogates(file);
	err = load(&r);
	if (!err) {
		err = add_document(&r);
		yaml_document_delete(&r.document);
	}
	if (err == -ENOMEM)
		message_set(message, ENOMEM, "%s: out of memory; end other programs", file->path);
	return err;
}
