/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of an option before it is given.
 */
#ifndef HDRTAP_USER_OPTION_ROW_H
#define HDRTAP_USER_OPTION_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

struct option_word {
	const char *text;
	__u32 value;
};

struct option_row;

/* What a list of values means. */
enum option_list_kind {
	OPTION_NO_LIST,
	OPTION_REPEATED, /* the option as often */
	OPTION_COMMAS,   /* one value with commas: the option again takes the place of the first */
};

/* Checks the argument and puts it into the field. Returns 0 or -errno (reported). */
typedef int (*option_parse)(const struct option_row *row, void *field, const char *argument);

struct option_row {
	const char *option;   /* "-c" or "--heads", NULL: a heading */
	const char *key;      /* in a configuration file, NULL: it has none there */
	const char *argument; /* NULL: takes none */
	const char *help;
	option_parse parse;
	size_t field;                    /* offset in struct options */
	const struct option_word *words; /* parse_word: ends with a NULL text */
	enum option_list_kind list;
	bool live;        /* can be changed while a capture runs */
	const char *name; /* the long one of an option that has a letter, NULL: none */
	__u32 most; /* of an option that means more the more often it is given; 0: it does not */
};

#endif
