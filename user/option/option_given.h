/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options as they were given, on the command line or in a configuration file, before any of
 * them is looked at.
 */
#ifndef HDRTAP_USER_OPTION_GIVEN_H
#define HDRTAP_USER_OPTION_GIVEN_H

#include <stdbool.h>
#include <stddef.h>

struct option_row;

struct option_given {
	const struct option_row *row;
	char *argument; /* owned; NULL: it takes none */
	char *place;    /* owned; " (FILE:LINE:COLUMN)", "": on the command line */
};

struct options_given {
	struct option_given *item; /* owned, as all arguments */
	size_t count;
};

/* Adds one, with copies of the texts. Returns 0 or -ENOMEM (reported). */
int given_add(struct options_given *list, const struct option_row *row, const char *argument,
	      const char *place);

/* The last argument of an option, NULL: it was not given. */
const char *given_argument(const struct options_given *list, const struct option_row *row);

bool given_has(const struct options_given *list, const struct option_row *row);

/* Whether it was given on the command line, and not, or not only, in a configuration file. */
bool given_on_line(const struct options_given *list, const struct option_row *row);

/* For messages: the place of the last one of an option, "" when it was not given. */
const char *given_place(const struct options_given *list, const struct option_row *row);

/* Likewise of an argument, by its address. */
const char *given_place_of(const struct options_given *list, const char *argument);

/* Whether an option was given otherwise in one than in the other. */
bool given_differs(const struct options_given *one, const struct options_given *other,
		   const struct option_row *row);

void given_free(struct options_given *list);

#endif
