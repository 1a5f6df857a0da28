/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of an option before it is given. A program has a table of such rows
 * (option_table.h); command line, configuration file, help and completion are made of it.
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

/*
 * Checks the argument (NULL: the option takes none) and puts it into the field; the text stays
 * valid as long as the options do. Returns 0 or -errno (reported: `row->option` has the place in
 * the configuration file behind it, so that it is all that a message needs).
 */
typedef int (*option_parse)(const struct option_row *row, void *field, const char *argument);

struct option_row {
	const char *option;   /* "-c" or "--heads"; NULL: a heading, or the end if `help` is, too */
	const char *key;      /* in a configuration file, NULL: it has none there */
	const char *argument; /* NULL: takes none */
	const char *help;
	option_parse parse;
	size_t field;                    /* offset in the struct of its part (option_table.h) */
	const struct option_word *words; /* option_parse_word: ends with a NULL text */
	enum option_list_kind list;
	bool live;        /* can be changed while the program runs */
	const char *name; /* the long one of an option that has a letter, NULL: none */
	__u32 most; /* of an option that means more the more often it is given; 0: it does not */
};

#endif
