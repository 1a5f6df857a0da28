/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Templates of hosts and paths as a tree: below the root a node for each host, below these a node
 * for each segment. A node is found by its parent and its text; those with parameters in them are a
 * list of their parent's.
 */
#ifndef HDRTAP_USER_API_TEMPLATES_H
#define HDRTAP_USER_API_TEMPLATES_H

#include "api/api_limits.h"
#include "api/api_path.h"

#define API_METHODS_MAX 32          /* that records know or a document has */
#define API_ANY_METHOD  (~(__u32)0) /* mask */

struct api_node;

struct api_templates {
	struct api_node *node; /* owned */
	__u32 count, room;
	__u32 *place; /* owned: literal nodes by parent and text, + 1 */
	__u32 places;
	__u32 templates; /* one for each method */
	__u32 methods;   /* beside those that records know */
	char method[API_METHODS_MAX][API_METHOD_MAX + 1];
};

/* Why a template was not added. */
struct api_wrong {
	size_t at; /* the byte, of what was given */
	char text[128];
};

/* All zero is empty. NULL is fine. */
void api_templates_free(struct api_templates *t);

/* The bit of a method; 0: it is neither known nor in a document. */
__u32 api_method_bit(const struct api_templates *t, struct view_bytes method);

/* Likewise, and it is in a document from here on. 0: no method, or too many (`wrong`). */
__u32 api_method_add(struct api_templates *t, struct view_bytes method, struct api_wrong *wrong);

/*
 * Adds a template. `host`: lower case; absent: every host; it may begin with "*.", and have
 * parameters. `path` begins with '/'. Returns 0, -EINVAL (`wrong`; its place is in the path) or
 * -ENOMEM.
 */
int api_templates_add(struct api_templates *t, __u32 methods, struct view_bytes host,
		      struct view_bytes path, struct api_wrong *wrong);

/* What is known of a request's host and path. */
struct api_match {
	struct view_bytes path; /* the template; absent: none */
	bool documented;        /* the host is in a document */
};

/* `method`: a bit. */
struct api_match api_templates_find(const struct api_templates *t, __u32 method,
				    struct view_bytes host, const struct api_path *path);

#endif
