/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_names.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_bytes.h"
#include "api/api_file.h"
#include "api/api_list.h"
#include "api/api_openapi.h"
#include "api/api_path.h"
#include "api/api_rule.h"
#include "api/api_search.h"
#include "run/words.h"

struct api_names {
	struct api_templates templates;
};

struct api_names *api_names_new(void)
{
	return calloc(1, sizeof(struct api_names));
}

void api_names_free(struct api_names *names)
{
	if (names)
		api_templates_free(&names->templates);
	free(names);
}

size_t api_names_count(const struct api_names *names)
{
	return names->templates.templates;
}

int api_names_add_list(struct api_names *names, const char *path, struct message *message)
{
	struct api_file file;
	int err = api_file_read(&file, path, message);

	if (!err)
		err = api_list_add(&names->templates, &file, message);
	api_file_free(&file);
	return err;
}

int api_names_add_openapi(struct api_names *names, const char *path, const char *host,
			  struct message *message)
{
	struct api_file file;
	int err = api_file_read(&file, path, message);

	if (!err)
		err = api_openapi_add(&names->templates, &file, host, message);
	api_file_free(&file);
	return err;
}

/* --- requests --- */

static struct view_bytes bytes_of(const char *text)
{
	return (struct view_bytes){ (const __u8 *)text, strlen(text) };
}

static struct view_bytes method_of(const struct view *view)
{
	const struct view_value *value;

	if (view->rec->method > HDRTAP_METHOD_OTHER && view->rec->method < HDRTAP_METHOD_MAX)
		return bytes_of(word_method(view->rec->method));
	value = view_find(view, HDRTAP_SLOT_METHOD);
	return value ? value->stored : (struct view_bytes){ 0 };
}

struct api_request api_request_of(const struct view *view, __u8 host)
{
	const struct view_value *target = view_find(view, HDRTAP_SLOT_TARGET);
	struct api_request request = {
		.method = method_of(view),
		.host = view_server(view, host),
	};

	if (target && target->mode == HDRTAP_MODE_KEEP) {
		request.target = target->stored;
		request.cut = view_cut(view, target);
	}
	return request;
}

/* --- names --- */

/* What stands in place of a path. */
enum form {
	FORM_PATH,
	FORM_ASTERISK,
	FORM_AUTHORITY,
	FORM_UNKNOWN,
};

static void put(struct api_name *name, const void *bytes, size_t size)
{
	memcpy(name->text + name->size, bytes, size);
	name->size += size;
}

static void put_path(struct api_name *name, const void *bytes, size_t size)
{
	put(name, bytes, size);
	name->path_size += size;
}

static void put_word(struct api_name *name, const char *word)
{
	put_path(name, word, strlen(word));
}

/* --- hosts --- */

#define HOST_KINDS (API_LETTERS | API_DIGIT | API_DASH | API_DOT | API_COLON)

/* In lower case, into `to`; absent where it is no host. */
static struct view_bytes fold_host(__u8 to[API_HOST_MAX], struct view_bytes host)
{
	unsigned int seen = 0;

	if (host.size > 1 && host.bytes[host.size - 1] == '.')
		host.size--;
	if (!host.size || host.size > API_HOST_MAX)
		return (struct view_bytes){ 0 };
	for (size_t i = 0; i < host.size; i++) {
		unsigned int kind = api_kinds[host.bytes[i]];

		seen |= kind;
		to[i] = host.bytes[i] | (kind & (API_UPPER | API_UPPER_HEX) ? 0x20 : 0);
	}
	if (seen & ~HOST_KINDS)
		return (struct view_bytes){ 0 };
	return (struct view_bytes){ to, host.size };
}

/* Writes method and host. Returns the host as documents know it; absent where it is none. */
static struct view_bytes put_host(struct api_name *name, const struct api_request *request,
				  bool known)
{
	__u8 text[API_HOST_MAX];
	struct view_bytes host = fold_host(text, request->host), shown = host;
	struct view_bytes method = request->method;

	if (!shown.bytes)
		shown = bytes_of(request->host.size ? "{host}" : "-");
	if (!known)
		method = bytes_of(word_method(HDRTAP_METHOD_OTHER));
	put(name, method.bytes, method.size);
	name->method_size = name->size;
	put(name, " ", 1);
	put(name, shown.bytes, shown.size);
	name->host_size = shown.size;
	return host.bytes ? api_name_host(name) : host;
}

/* --- paths --- */

static enum form form_of(const struct api_request *request, struct view_bytes *path)
{
	struct view_bytes target = request->target, query;

	*path = target;
	if (target.size && *target.bytes == '/')
		return FORM_PATH;
	view_split_target(target, path, &query);
	if (path->bytes)
		return FORM_PATH;
	if (target.size == 1 && *target.bytes == '*')
		return FORM_ASTERISK;
	if (request->method.size == 7 && !memcmp(request->method.bytes, "CONNECT", 7))
		return FORM_AUTHORITY;
	return FORM_UNKNOWN;
}

/* By rule. There is always room for "/{more}" left, and for what a segment becomes at most. */
static void put_segments(struct api_name *name, const struct api_path *path)
{
	static const char more[] = "/{more}";
	__u32 whole = path->count - path->cut;

	for (__u32 i = 0; i < whole; i++) {
		const struct api_segment *segment = &path->segment[i];
		char *to = name->text + name->size;
		size_t size = 1 + api_rule_segment(to + 1, segment->text, segment->seen);

		if (name->path_size + size + sizeof(more) > API_PATH_MAX) {
			put_word(name, more);
			return;
		}
		*to = '/';
		name->size += size;
		name->path_size += size;
	}
	if (path->cut)
		put_word(name, "/{cut}");
	else if (path->more)
		put_word(name, more);
}

static void put_target(struct api_name *name, const struct api_templates *t,
		       const struct api_request *request, struct view_bytes host, __u32 method)
{
	struct view_bytes text;
	struct api_path path;
	struct api_match match = { 0 };

	switch (form_of(request, &text)) {
	case FORM_PATH:
		break;
	case FORM_ASTERISK:
		put_word(name, " *");
		return;
	case FORM_AUTHORITY:
		return;
	default:
		put_word(name, " unknown");
		return;
	}
	api_path_read(&path, text, request->cut);
	if (t && !path.cut)
		match = api_search(t, method, host, &path);
	if (match.path.bytes) {
		name->source = API_DOCUMENT;
		put_path(name, match.path.bytes, match.path.size);
	} else if (match.documented) {
		name->source = API_UNDOCUMENTED;
		put_word(name, " undocumented");
	} else {
		put_segments(name, &path);
	}
}

void api_name(struct api_name *name, const struct api_names *names,
	      const struct api_request *request)
{
	const struct api_templates *t = names ? &names->templates : NULL;
	__u32 method = api_method_bit(t ? &t->methods : NULL, request->method);
	struct view_bytes host;

	name->source = API_RULE;
	name->size = name->path_size = 0;
	host = put_host(name, request, method);
	put_target(name, t, request, host, method);
}
