/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A path is looked for in the order in which templates go before each other, and the first one that
 * has the method is it. Where a literal segment leads nowhere, parameters are tried: at most as
 * many nodes are looked at as the documents have, whatever a stranger asks for.
 */
#include "api/api_search.h"

#include <string.h>

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
	at = *api_templates_place(t, number, text);
	if (at && t->node[at - 1].literal == t->node[at - 1].size)
		found = descend(search, at - 1, depth + 1);
	for (at = t->node[number].parameters; at != API_NO_NODE && !found; at = t->node[at].next)
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
	__u32 at = *api_templates_place(t, API_HOSTS, host);

	if (at)
		try_host(search, at - 1, match);
	for (at = t->node[API_HOSTS].parameters; at != API_NO_NODE; at = t->node[at].next)
		if (is_like(host, (struct view_bytes){ t->node[at].text, t->node[at].size }, '.'))
			try_host(search, at, match);
	for (size_t i = 1; i + 1 < host.size; i++)
		if (host.bytes[i] == '.') {
			at = *api_templates_place(t, API_BELOW,
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
		try_host(search, API_EVERY, &match);
	match.documented = documented;
	return match;
}

struct api_match api_search(const struct api_templates *t, __u32 method, struct view_bytes host,
			    const struct api_path *path)
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
