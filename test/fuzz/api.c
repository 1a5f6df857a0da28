/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of APIs: whatever a document has, it is taken or refused with its place; whatever a request
 * has, its name is short and harmless, the same again, and does not depend on the query.
 *
 * Up to the first line that is "--" stands a document, whose first byte says of which kind: 'l' a
 * list, 'o' OpenAPI, anything else none. Behind it stand requests, a line each: method, host,
 * target.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/api_names.h"
#include "api/api_path.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct view_bytes next_word(const char **at, const char *end)
{
	const char *begin = *at, *space = memchr(begin, ' ', end - begin);

	*at = space ? space + 1 : end;
	return (struct view_bytes){ (const __u8 *)begin, (space ? space : end) - begin };
}

static void check_name(const struct api_name *name, bool rule)
{
	must(name->size == name->method_size + 1 + name->host_size + name->path_size);
	must(name->method_size <= API_METHOD_MAX && name->host_size <= API_HOST_MAX);
	must(name->path_size <= API_PATH_MAX && name->source < API_SOURCE_MAX);
	for (size_t i = 0; i < name->size; i++) {
		must((unsigned char)name->text[i] >= ' ' && name->text[i] != 0x7f);
		must(!rule || (name->text[i] > 0 && !strchr("\"'\\<>&`", name->text[i])));
	}
}

static bool same(const struct api_name *one, const struct api_name *other)
{
	return one->source == other->source && one->size == other->size &&
	       !memcmp(one->text, other->text, one->size);
}

/* In memory of its own, so that nothing behind it is read unseen. */
static void name(const struct api_names *names, const char *line, const char *end)
{
	char *copy = malloc(end - line + 2);
	const char *at = copy, *copied = copy + (end - line);
	struct api_request request;
	struct api_name first, again;

	must(copy);
	memcpy(copy, line, end - line);
	request.method = next_word(&at, copied);
	request.host = next_word(&at, copied);
	request.target = (struct view_bytes){ (const __u8 *)at, copied - at };
	request.cut = request.method.size == 3;
	api_name(&first, names, &request);
	check_name(&first, first.source != API_DOCUMENT);
	api_name(&again, names, &request);
	must(same(&first, &again));
	if (request.target.size && *at == '/' && request.target.size < API_PATH_BYTES &&
	    !memchr(at, '?', copied - at) && !memchr(at, '#', copied - at)) {
		memcpy(copy + (copied - copy), "?x", 2);
		request.cut = false;
		api_name(&first, names, &request);
		request.target.size += 2;
		api_name(&again, names, &request);
		must(same(&first, &again));
	}
	api_name(&first, NULL, &request);
	check_name(&first, true);
	must(first.source == API_RULE);
	free(copy);
}

/* Reads the document, and throws it away if it is none. */
static void read_document(struct api_names *names, const char *text, size_t size)
{
	int fd = memfd_create("document", 0), err = 0;
	bool list = size && *text == 'l';
	struct message message;
	char path[32];

	must(fd >= 0 && write(fd, text + list, size - list) == (ssize_t)(size - list));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (list)
		err = api_names_add_list(names, path, &message);
	else if (size && (*text == 'o' || *text == '{'))
		err = api_names_add_openapi(names, path, NULL, &message);
	must(err <= 0 && (!err || !strncmp(message.text, path, strlen(path))));
	must(api_names_count(names) <= API_TEMPLATES_MAX);
	close(fd);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct api_names *names = api_names_new();
	const char *at = (const char *)data, *all = at + size;
	const char *behind = size ? memmem(at, size, "\n--\n", 4) : NULL;

	must(names);
	if (behind) {
		read_document(names, at, behind - at);
		at = behind + 4;
	}
	while (at < all) {
		const char *end = memchr(at, '\n', all - at);

		end = end ? end : all;
		name(names, at, end);
		at = end + 1;
	}
	api_names_free(names);
	return 0;
}
