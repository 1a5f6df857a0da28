/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A path is looked for in the order in which templates go before each other, and the first one that
 * has the method is it. Where a literal segment leads nowhere, parameters are tried: at most as
 * many nodes are looked at as the documents have, whatever a stranger asks for.
 */
#include "api/api_templates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define NONE  (~0U)
#define ROOTS 3 /* nodes: what hosts, and hosts below others, are found under; every host */

enum {
	HOSTS,
	BELOW,
	EVERY
};

struct api_node {
	__u32 parent;
	__u32 next;       /* of its parent's list */
	__u32 parameters; /* first of those below with a parameter in them, in order */
	__u32 methods;    /* of templates that end here; 0: none */
	__u8 *text;       /* owned: the segment, parameters in braces */
	__u16 size;
	__u16 literal; /* bytes beside parameters: more of them go before others */
	char *path;    /* owned: the template; NULL: none ends here */
};

static int refuse(struct api_wrong *wrong, size_t at, const char *text)
{
	wrong->at = at;
	snprintf(wrong->text, sizeof(wrong->text), "%s", text);
	return -EINVAL;
}

/* --- methods --- */

#define X_METHOD(s, text, ...) text,
static const char *const known[] = { HDRTAP_METHODS(X_METHOD) };

static bool is_text(struct view_bytes bytes, const char *text)
{
	return strlen(text) == bytes.size && !memcmp(bytes.bytes, text, bytes.size);
}

__u32 api_method_bit(const struct api_templates *t, struct view_bytes method)
{
	if (!method.size)
		return 0;
	for (__u32 i = HDRTAP_METHOD_OTHER + 1; i < HDRTAP_METHOD_MAX; i++)
		if (*known[i] == *method.bytes && is_text(method, known[i]))
			return 1U << i;
	for (__u32 i = 0; t && i < t->methods; i++)
		if (is_text(method, t->method[i]))
			return 1U << (HDRTAP_METHOD_MAX + i);
	return 0;
}

static bool is_token(struct view_bytes method)
{
	for (size_t i = 0; i < method.size; i++)
		if (method.bytes[i] <= ' ' || method.bytes[i] > '~' ||
		    strchr("\"(),/:;<=>?@[\\]{}", method.bytes[i]))
			return false;
	return method.size && method.size <= API_METHOD_MAX;
}

__u32 api_method_add(struct api_templates *t, struct view_bytes method, struct api_wrong *wrong)
{
	__u32 bit = api_method_bit(t, method);

	if (bit)
		return bit;
	if (!is_token(method)) {
		refuse(wrong, 0, "no method; write a token of at most 16 bytes, like GET");
		return 0;
	}
	if (t->methods + HDRTAP_METHOD_MAX == API_METHODS_MAX) {
		refuse(wrong, 0, "too many methods of its own; leave the method out");
		return 0;
	}
	memcpy(t->method[t->methods], method.bytes, method.size);
	return 1U << (HDRTAP_METHOD_MAX + t->methods++);
}

/* --- nodes --- */

static __u32 *place_of(const struct api_templates *t, __u32 parent, struct view_bytes text)
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
	for (__u32 i = ROOTS; i < t->count; i++)
		*place_of(t, node[i].parent, (struct view_bytes){ node[i].text, node[i].size }) =
			i + 1;
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

	while (*at != NONE && t->node[*at].literal >= node->literal)
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
		.next = NONE,
		.parameters = NONE,
		.text = copy,
		.size = text.size,
		.literal = literal_size(text),
	};
	if (parent == NONE)
		return 0;
	*place_of(t, parent, text) = *number + 1;
	if (t->node[*number].literal < text.size)
		link_parameter(t, *number);
	return 0;
}

static int make_roots(struct api_templates *t)
{
	__u32 number;
	int err = 0;

	while (t->count < ROOTS && !err)
		err = new_node(t, NONE, (struct view_bytes){ (const __u8 *)"", 0 }, &number);
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

	for (; at != NONE; at = t->node[at].next)
		if (same_shape((struct view_bytes){ t->node[at].text, t->node[at].size }, text)) {
			*number = at;
			return 0;
		}
	at = *place_of(t, parent, text);
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
				return refuse(wrong, at + i, "'{' inside of a parameter");
			if (behind == i)
				return refuse(wrong, at + i,
					      "two parameters with nothing between them");
			open = i;
		} else if (text.bytes[i] == '}') {
			if (open == text.size)
				return refuse(wrong, at + i, "'}' without '{'");
			if (i == open + 1)
				return refuse(wrong, at + i, "a parameter without a name");
			open = text.size;
			behind = i + 1;
		} else if (text.bytes[i] < ' ' || text.bytes[i] == 0x7f) {
			return refuse(wrong, at + i, "a control character");
		}
	}
	return open < text.size ? refuse(wrong, at + open, "'{' without '}'") : 0;
}

static int host_node(struct api_templates *t, struct view_bytes host, __u32 *number,
		     struct api_wrong *wrong)
{
	__u32 root = HOSTS;

	if (!host.bytes) {
		*number = EVERY;
		return 0;
	}
	if (host.size > 2 && !memcmp(host.bytes, "*.", 2)) {
		host = (struct view_bytes){ host.bytes + 2, host.size - 2 };
		root = BELOW;
	}
	if (!host.size || host.size > API_HOST_MAX || memchr(host.bytes, '*', host.size) ||
	    (root == BELOW && memchr(host.bytes, '{', host.size)))
		return refuse(wrong, 0,
			      "no host; write a name, like shop.example.com or "
			      "*.example.com");
	return check_parameters(host, 0, wrong) ? -EINVAL : child(t, root, host, number);
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
		return refuse(wrong, 0, "a path has to begin with '/'");
	if (path.size > API_PATH_MAX)
		return refuse(wrong, API_PATH_MAX, "longer than 256 bytes");
	if (memchr(path.bytes, '?', path.size))
		return refuse(wrong, (const __u8 *)memchr(path.bytes, '?', path.size) - path.bytes,
			      "APIs are told apart by paths, not by queries; leave that out");
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
			return refuse(wrong, begin, "more than 16 segments");
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
		err = refuse(wrong, 0, "more than 100,000 templates; leave some out");
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

/* --- finding --- */

/* Whether a text is one with parameters, each of which takes at least a byte, and none `never`.
 * Where a literal part does not fit, the parameter in front of it takes a byte more; those before
 * need not be tried again. */
static bool is_like(struct view_bytes text, struct view_bytes pattern, __u8 never)
{
	size_t at = 0, in = 0, again_at = 0, again_in = 0; /* behind the last parameter; 0: none */

	for (;;) {
		bool more = at < text.size, open = in < pattern.size && pattern.bytes[in] == '{';

		if (open && more && text.bytes[at] != never) {
			again_at = ++at;
			while (pattern.bytes[in++] != '}')
				;
			again_in = in;
		} else if (!more && in == pattern.size) {
			return true;
		} else if (!open && more && in < pattern.size &&
			   text.bytes[at] == pattern.bytes[in]) {
			at++;
			in++;
		} else if (!again_in || again_at == text.size || text.bytes[again_at] == never) {
			return false;
		} else {
			at = ++again_at;
			in = again_in;
		}
	}
}

struct search {
	const struct api_templates *t;
	const struct api_path *path;
	__u32 methods;
};

/* The node where the path ends, from segment `depth` on; NULL: there is none. */
static const struct api_node *descend(const struct search *search, __u32 number, __u32 depth)
{
	const struct api_templates *t = search->t;
	const struct api_node *found = NULL;
	struct view_bytes text;
	__u32 at;

	if (depth == search->path->count)
		return t->node[number].methods & search->methods ? &t->node[number] : NULL;
	text = search->path->segment[depth].text;
	at = *place_of(t, number, text);
	if (at && t->node[at - 1].literal == t->node[at - 1].size)
		found = descend(search, at - 1, depth + 1);
	for (at = t->node[number].parameters; at != NONE && !found; at = t->node[at].next)
		if (is_like(text, (struct view_bytes){ t->node[at].text, t->node[at].size }, '/'))
			found = descend(search, at, depth + 1);
	return found;
}

/* Of a host of the documents: whether its paths have it. */
static void try_host(const struct search *search, __u32 number, struct api_match *match)
{
	const struct api_node *node = match->path.bytes ? NULL : descend(search, number, 0);

	match->documented = true;
	if (node)
		match->path = (struct view_bytes){ (const __u8 *)node->path, strlen(node->path) };
}

static void try_hosts(const struct search *search, struct view_bytes host, struct api_match *match)
{
	const struct api_templates *t = search->t;
	__u32 at = *place_of(t, HOSTS, host);

	if (at)
		try_host(search, at - 1, match);
	for (at = t->node[HOSTS].parameters; at != NONE; at = t->node[at].next)
		if (is_like(host, (struct view_bytes){ t->node[at].text, t->node[at].size }, '.'))
			try_host(search, at, match);
	for (size_t i = 1; i + 1 < host.size; i++)
		if (host.bytes[i] == '.') {
			at = *place_of(t, BELOW,
				       (struct view_bytes){ host.bytes + i + 1,
							    host.size - i - 1 });
			if (at)
				try_host(search, at - 1, match);
		}
}

static struct api_match find(const struct search *search, struct view_bytes host)
{
	struct api_match match = { 0 };
	bool documented;

	if (host.bytes)
		try_hosts(search, host, &match);
	documented = match.documented;
	if (!match.path.bytes)
		try_host(search, EVERY, &match);
	match.documented = documented;
	return match;
}

struct api_match api_templates_find(const struct api_templates *t, __u32 method,
				    struct view_bytes host, const struct api_path *path)
{
	struct search search = { t, path, method };
	struct api_match match = { 0 };

	if (!t->count || path->more)
		return match;
	match = find(&search, host);
	if (match.path.bytes)
		return match;
	if (method == 1U << HDRTAP_METHOD_HEAD)
		search.methods = 1U << HDRTAP_METHOD_GET;
	else if (method == 1U << HDRTAP_METHOD_OPTIONS)
		search.methods = API_ANY_METHOD;
	else
		return match;
	return find(&search, host);
}
