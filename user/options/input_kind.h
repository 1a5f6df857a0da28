/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the arguments of -r are, found out by looking.
 */
#ifndef HDRTAP_USER_INPUT_KIND_H
#define HDRTAP_USER_INPUT_KIND_H

#include <stddef.h>

#include <hdrtap/types.h>

#include "options/options.h"

#define INPUT_BEGUN_MAX 8 /* bytes, LOG_MAGIC_SIZE: enough to tell */

enum input_kind {
	INPUT_CAPTURE, /* also whatever is neither of the others: reading it says what is wrong */
	INPUT_LOG,     /* a directory, a segment, or a stream on standard input */
};

struct input {
	enum input_kind kind;
	__u8 begun[INPUT_BEGUN_MAX]; /* taken from standard input by looking */
	size_t begun_size;
};

/* Looks at all paths, and at standard input ("-"), for which it waits. One that is a capture is
 * the only one. Returns 0 or -errno (reported). */
int input_look(struct input *input, const struct option_list *paths);

/* Whether the options fit what -r is, which can be told only then. Returns 0 or -errno (reported).
 */
int input_check(const struct input *input, const struct options *options);

#endif
