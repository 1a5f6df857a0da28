/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * All options of one program: rows in parts, so that programs can share some. Constant data.
 */
#ifndef HDRTAP_USER_OPTION_TABLE_H
#define HDRTAP_USER_OPTION_TABLE_H

#include "option/option_row.h"

#define OPTION_ROWS_MAX 96 /* of a table, headings included */

struct option_part {
	const struct option_row *row; /* ended by one without option and help */
	size_t field; /* offset of the struct that the rows' fields are in, in the program's */
};

/* An option on the command line that leaves another one of the file out. */
struct option_instead {
	const char *given;
	const char *left_out;
};

struct option_table {
	const char *program;  /* "hdrtap" */
	const char *usage;    /* lines that --help begins with */
	const char *examples; /* lines that it ends with, below a heading */
	const char *manual;   /* the page about the configuration file, "hdrtap.yaml(5)" */
	const char *file;     /* the configuration file that is read if it exists and none is
				 named with --config; NULL: none */
	const char *const *without_file; /* options with which it is not, ended by NULL; or NULL */
	const struct option_instead *instead; /* ended by one of NULL; or NULL */
	const struct option_part *part;       /* ended by one without rows */
};

/* Row number `i` from 0, headings included; NULL: there are no more. */
const struct option_row *option_row_at(const struct option_table *table, size_t i);

/* The row of an option, "-c" or "--heads"; NULL: there is none. */
const struct option_row *option_row_of(const struct option_table *table, const char *option);

/* Likewise of a key of configuration files. */
const struct option_row *option_row_of_key(const struct option_table *table, const char *key);

/* Number of a row of the table. */
size_t option_row_number(const struct option_table *table, const struct option_row *row);

/* Where its value is, in the program's struct. */
void *option_row_field(const struct option_table *table, const struct option_row *row,
		       void *options);

#endif
