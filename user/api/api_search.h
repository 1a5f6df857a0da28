/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which template a request is of.
 */
#ifndef HDRTAP_USER_API_SEARCH_H
#define HDRTAP_USER_API_SEARCH_H

#include "api/api_path.h"
#include "api/api_templates.h"

/* What is known of a request's host and path. */
struct api_match {
	struct view_bytes path; /* the template; absent: none */
	bool documented;        /* the host is in a document */
};

/* `method`: a bit. `host`: in lower case; absent: none. */
struct api_match api_search(const struct api_templates *t, __u32 method, struct view_bytes host,
			    const struct api_path *path);

#endif
