/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Paths of requests and templates, normalised as api_names.h says.
 */
#ifndef HDRTAP_USER_API_PATH_H
#define HDRTAP_USER_API_PATH_H

#include <stdbool.h>

#include "api/api_limits.h"
#include "view/view.h"

#define API_PATH_BYTES 1024 /* of a request's path; what is behind them is cut off */

struct api_segment {
	struct view_bytes text; /* of what was read, or of struct api_path */
	unsigned int seen;      /* kinds of its bytes (api_bytes.h) */
};

struct api_path {
	__u32 count; /* of segments; at least 1: "/" has an empty one */
	bool more;   /* there were more than API_SEGMENTS_MAX */
	bool cut;    /* more may have followed the last one */
	struct api_segment segment[API_SEGMENTS_MAX];
	__u8 bytes[API_PATH_BYTES]; /* where those are that had escapes */
};

/* Reads a path, which begins with '/' or is empty, up to '?' or '#'. `from` has to stay. */
void api_path_read(struct api_path *path, struct view_bytes from, bool cut);

/* Unescapes what need not be escaped, and writes other escapes with large letters. Returns the
 * size, which is at most that of `from`; `to` may be the same place. */
size_t api_unescape(__u8 *to, struct view_bytes from);

#endif
