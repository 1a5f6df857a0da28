/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Templates of hosts and paths as a tree: below the root a node for each host, below these a node
 * for each segment. A node is found by its parent and its text; those with parameters in them are a
 * list of their parent's.
 */
#ifndef HDRTAP_USER_API_TEMPLATES_H
#define HDRTAP_USER_API_TEMPLATES_H

#include "api/api_method.h"

#define API_NO_NODE (~0U)

/* The first nodes: what hosts, and hosts below others, are found under, and every host. */
enum {
	API_HOSTS,
	API_BELOW,
	API_EVERY,
	API_ROOTS,
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

struct api_templates {
	struct api_node *node; /* owned */
	__u32 count, room;
	__u32 *place; /* owned: literal nodes by parent and text, + 1 */
	__u32 places;
	__u32 templates; /* one for each method */
	struct api_methods methods;
};

/* All zero is empty. NULL is fine. */
void api_templates_free(struct api_templates *t);

/*
 * Adds a template. `host`: large letters are small ones; absent: every host; it may begin with "*.",
 * and have parameters. `path` begins with '/'. Returns 0, -EINVAL (`wrong`; its place is in the path) or
 * -ENOMEM.
 */
int api_templates_add(struct api_templates *t, __u32 methods, struct view_bytes host,
		      struct view_bytes path, struct api_wrong *wrong);

/* The place of a node with a literal text; 0 in it: there is none. */
__u32 *api_templates_place(const struct api_templates *t, __u32 parent, struct view_bytes text);

#endif
