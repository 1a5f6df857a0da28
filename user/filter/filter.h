/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The expression of a live capture, for all kinds of links.
 */
#ifndef HDRTAP_USER_FILTER_H
#define HDRTAP_USER_FILTER_H

#include "filter/compile.h"

struct filter {
	const char *expression; /* not owned */
	struct filter_program program[FILTER_LINKS];
};

/*
 * Compiles the expression, makes sure that the kernel can have it, and warns when it may take heads
 * apart. Returns 0, also when it is only for some kinds of links, or -errno (reported): EINVAL, the
 * expression is wrong.
 */
int filter_open(struct filter *filter, const char *expression);

void filter_close(struct filter *filter);

#endif
