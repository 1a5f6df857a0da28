/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_templates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_path.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* --- nodes --- */

__u32 *api_templates_place(const struct api_templates *t, __u32 parent, struct view_bytes text)
{
	__u32 at = XXH3_64bits_withSeed(text.bytes, text.size, parent);

	for (at &= t->places - 1; t->place[at]; at = (at + 1) & (t->places - 1)) {
		const struct api_node *node = &t->node[t->place[at] - 1];

		if (node->parent == parent && node->size == text.size &&
		    !memcmp(node->text, text.bytes, text.size))
			break;
	}
	return &t->place[at];
}

static int grow(struct api_templates *t)
{
	__u32 room = t->room ? 2 * t->room : 64;
	struct api_node *node = realloc(t->node, room * sizeof(*node));
	__u32 *place = calloc(2 * room, sizeof(*place));

	if (node)
		t->node = node;
	if (!node || !place) {
		free(place);
		return -ENOMEM;
	}
	free(t->place);
	t->place = place;
	t->room = room;
	t->places = 2 * room;
	for (__u32 i = API_ROOTS; i < t->count; i++)
		*api_templates_place(t, node[i].parent,
				     (struct view_bytes){ node[i].text, node[i].size }) = i + 1;
	return 0;
}

/* Bytes beside parameters. */
static __u16 literal_size(struct view_bytes text)
{
	bool inside = false;
	__u16 size = 0;

	for (size_t i = 0; i < text.size; i++) {
		inside = inside || text.bytes[i] == '{';
		size += !inside;
		inside = inside && text.bytes[i] != '}';
	}
	return size;
}

/* Among the parameters of its parent: those with more literal text first, otherwise as they came.
 */
static void link_parameter(struct api_templates *t, __u32 number)
{
	struct api_node *node = &t->node[number];
	__u32 *at = &t->node[node->parent].parameters;

	while (*at != API_NO_NODE && t->node[*at].literal >= node->literal)
		at = &t->node[*at].next;
	node->next = *at;
	*at = number;
}

static int new_node(struct api_templates *t, __u32 parent, struct view_bytes text, __u32 *number)
{
	int err = t->count == t->room ? grow(t) : 0;
	__u8 *copy = err ? NULL : malloc(text.size + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text.bytes, text.size);
	*number = t->count;
	t->node[t->count++] = (struct api_node){
		.parent = parent,
		.next = API_NO_NODE,
		.parameters = API_NO_NODE,
		.text = copy,
		.size = text.size,
		.literal = literal_size(text),
	};
	if (parent == API_NO_NODE)
		return 0;
	*api_templates_place(t, parent, text) = *number + 1;
	if (t->node[*number].literal < text.size)
		link_parameter(t, *number);
	return 0;
}

static int make_roots(struct api_templates *t)
{
	__u32 number;
	int err = 0;

	while (t->count < API_ROOTS && !err)
		err = new_node(t, API_NO_NODE, (struct view_bytes){ (const __u8 *)"", 0 }, &number);
	return err;
}

/* Two texts are one where they differ in names of parameters alone. */
static bool same_shape(struct view_bytes one, struct view_bytes other)
{
	size_t a = 0, b = 0;

	while (a < one.size && b < other.size && one.bytes[a] == other.bytes[b]) {
		if (one.bytes[a] == '{') {
			a = (const __u8 *)memchr(one.bytes + a, '}', one.size - a) - one.bytes;
			b = (const __u8 *)memchr(other.bytes + b, '}', other.size - b) -
			    other.bytes;
		}
		a++;
		b++;
	}
	return a == one.size && b == other.size;
}

static int child(struct api_templates *t, __u32 parent, struct view_bytes text, __u32 *number)
{
	__u32 at = t->node[parent].parameters;

	for (; at != API_NO_NODE; at = t->node[at].next)
		if (same_shape((struct view_bytes){ t->node[at].text, t->node[at].size }, text)) {
			*number = at;
			return 0;
		}
	at = *api_templates_place(t, parent, text);
	*number = at - 1;
	return at ? 0 : new_node(t, parent, text, number);
}

/* --- adding --- */

/* Braces in pairs, with a name between them that makes sense; parameters do not touch. */
static int check_parameters(struct view_bytes text, size_t at, struct api_wrong *wrong)
{
	size_t open = text.size, behind = text.size;

	for (size_t i = 0; i < text.size; i++) {
		if (text.bytes[i] == '{') {
			if (open < text.size)
				return api_refuse(wrong, at + i, "'{' inside of a parameter");
			if (behind == i)
				return api_refuse(wrong, at + i,
						  "two parameters with nothing between them");
			open = i;
		} else if (text.bytes[i] == '}') {
			if (open == text.size)
				return api_refuse(wrong, at + i, "'}' without '{'");
			if (i == open + 1)
				return api_refuse(wrong, at + i, "a parameter without a name");
			open = text.size;
			behind = i + 1;
		} else if (text.bytes[i] < ' ' || text.bytes[i] == 0x7f) {
			return api_refuse(wrong, at + i, "a control character");
		}
	}
	return open < text.size ? api_refuse(wrong, at + open, "'{' without '}'") : 0;
}

/* In lower case (RFC 3986 section 3.2.2), into `to`. */
static struct view_bytes fold(__u8 to[API_HOST_MAX], struct view_bytes host)
{
	for (size_t i = 0; i < host.size; i++) {
		__u8 c = host.bytes[i];

		to[i] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	return (struct view_bytes){ to, host.size };
}

static int host_node(struct api_templates *t, struct view_bytes host, __u32 *number,
		     struct api_wrong *wrong)
{
	__u32 root = API_HOSTS;
	__u8 text[API_HOST_MAX];

	if (!host.bytes) {
		*number = API_EVERY;
		return 0;
	}
	if (host.size > 2 && !memcmp(host.bytes, "*.", 2)) {
		host = (struct view_bytes){ host.bytes + 2, host.size - 2 };
		root = API_BELOW;
	}
	if (!host.size || host.size > API_HOST_MAX || memchr(host.bytes, '*', host.size) ||
	    (root == API_BELOW && memchr(host.bytes, '{', host.size)))
		return api_refuse(
			wrong, 0,
			"not a host; write a name, like shop.example.com or *.example.com");
	if (check_parameters(host, 0, wrong))
		return -EINVAL;
	return child(t, root, fold(text, host), number);
}

/* The next segment at `*at`, behind its '/', which moves to the one in front of the next. */
static struct view_bytes next_segment(struct view_bytes path, size_t *at)
{
	const __u8 *begin = path.bytes + *at + 1;
	const __u8 *end = memchr(begin, '/', path.size - *at - 1);

	if (!end)
		end = path.bytes + path.size;
	*at = end - path.bytes;
	return (struct view_bytes){ begin, end - begin };
}

static int check_path(struct view_bytes path, struct api_wrong *wrong)
{
	if (!path.size || path.bytes[0] != '/')
		return api_refuse(wrong, 0, "a path must begin with '/'");
	if (path.size > API_PATH_MAX)
		return api_refuse(wrong, API_PATH_MAX, "longer than 256 bytes");
	if (memchr(path.bytes, '?', path.size))
		return api_refuse(wrong,
				  (const __u8 *)memchr(path.bytes, '?', path.size) - path.bytes,
				  "a template has no query; remove it");
	return 0;
}

/* Goes down the segments of a path, which are made where they are missing. */
static int path_node(struct api_templates *t, struct view_bytes path, __u32 *number,
		     struct api_wrong *wrong)
{
	__u8 text[API_PATH_MAX];
	size_t at = 0, begin;
	int err = 0;

	for (int count = 0; at < path.size && !err; count++) {
		begin = at + 1;
		struct view_bytes segment = next_segment(path, &at);

		if (count == API_SEGMENTS_MAX)
			return api_refuse(wrong, begin, "more than 16 segments");
		err = check_parameters(segment, begin, wrong);
		segment = (struct view_bytes){ text, api_unescape(text, segment) };
		if (!err)
			err = child(t, *number, segment, number);
	}
	return err;
}

static int end_here(struct api_templates *t, __u32 number, __u32 methods, struct view_bytes path)
{
	struct api_node *node = &t->node[number];

	if (!node->path) {
		node->path = malloc(path.size + 1);
		if (!node->path)
			return -ENOMEM;
		node->path[api_unescape((__u8 *)node->path, path)] = '\0';
	}
	methods &= ~node->methods;
	t->templates +=
		node->methods || methods != API_ANY_METHOD ? __builtin_popcount(methods) : 1;
	node->methods |= methods;
	return 0;
}

int api_templates_add(struct api_templates *t, __u32 methods, struct view_bytes host,
		      struct view_bytes path, struct api_wrong *wrong)
{
	__u32 number = 0;
	int err = make_roots(t);

	if (!err)
		err = check_path(path, wrong);
	if (!err && t->templates >= API_TEMPLATES_MAX)
		err = api_refuse(wrong, 0, "more than 100,000 templates; remove some");
	if (!err)
		err = host_node(t, host, &number, wrong);
	if (!err)
		err = path_node(t, path, &number, wrong);
	return err ? err : end_here(t, number, methods, path);
}

void api_templates_free(struct api_templates *t)
{
	for (__u32 i = 0; t && i < t->count; i++) {
		free(t->node[i].text);
		free(t->node[i].path);
	}
	if (!t)
		return;
	free(t->node);
	free(t->place);
}
