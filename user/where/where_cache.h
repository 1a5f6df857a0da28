/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What was found of a head when a predicate first asked for it, for others that are decided about
 * the same head.
 */
#ifndef HDRTAP_USER_WHERE_CACHE_H
#define HDRTAP_USER_WHERE_CACHE_H

#include "view/view.h"

/* `viewed` and `split` false: nothing yet. Belongs to one head. */
struct where_cache {
	bool viewed; /* `view` is there */
	bool split;  /* `path` and `query` are there */
	struct view view;
	struct view_bytes path, query;
};

#endif
