/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Methods that documents have, and what is said of a document that is wrong.
 */
#ifndef HDRTAP_USER_API_METHOD_H
#define HDRTAP_USER_API_METHOD_H

#include "api/api_limits.h"
#include "view/view.h"

#define API_METHODS_MAX 32          /* that records know or a document has */
#define API_ANY_METHOD  (~(__u32)0) /* mask */

/* Beside those that records know. All zero: none. */
struct api_methods {
	__u32 count;
	char name[API_METHODS_MAX][API_METHOD_MAX + 1];
};

/* Why something was not added. */
struct api_wrong {
	size_t at; /* the byte, of what was given */
	char text[128];
};

/* Sets it. Returns -EINVAL. */
int api_refuse(struct api_wrong *wrong, size_t at, const char *text);

/* The bit of a method; 0: it is neither known nor in a document. `methods` may be NULL. */
__u32 api_method_bit(const struct api_methods *methods, struct view_bytes method);

/* Likewise, and it is in a document from here on. 0: no method, or too many (`wrong`). */
__u32 api_method_add(struct api_methods *methods, struct view_bytes method,
		     struct api_wrong *wrong);

#endif
