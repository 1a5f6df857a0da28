/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the head parser means to differ from llhttp. */
#ifndef HDRTAP_TEST_LLHTTP_DIFFERENCES_H
#define HDRTAP_TEST_LLHTTP_DIFFERENCES_H

#include <stddef.h>

struct llhttp_difference {
	const char *name, *reason;
};

extern const struct llhttp_difference llhttp_differences[];
extern const size_t llhttp_difference_count;

/* The reason why a case differs, NULL: it must not. */
const char *llhttp_difference(const char *name);

#endif
