/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options of hdrtap-top.
 */
#ifndef HDRTAP_TOP_OPTIONS_H
#define HDRTAP_TOP_OPTIONS_H

#include "lib/companion.h"
#include "lib/companion_apis.h"
#include "top_state.h"
#include "view/text_options.h"

#define TOP_SPEED_MAX 10000

struct top_options {
	struct companion_options companion;
	struct option_list interfaces; /* -i */
	struct option_list elements;   /* -e */
	const char *by;                /* --by; NULL: api */
	__u32 window;                  /* --window: enum top_window + 1; 0: not given */
	__u32 sort;                    /* --sort: enum top_column_id */
	bool batch;                    /* -b */
	__u64 tables;                  /* -n; 0: as many as there are */
	__u64 speed;                   /* --speed; 0: as fast as it can be read */
	struct companion_apis apis;    /* --openapi, --apis */
	__u64 memory;                  /* --memory, bytes */
	__u64 history;                 /* --history, bytes */
	__u32 color;                   /* --color: enum text_color */
	char where[TOP_PROMPT_MAX];    /* what --where had been */
	struct api_names *names;       /* owned */
};

extern const struct option_table top_option_table;

/* As in struct companion_tool. */
void top_options_defaults(void *options);
int top_options_check(void *options);
void top_options_discard(void *options);

/* Whether records come from a log that has an end and can be read again. */
bool top_options_has_end(const struct top_options *options);

/* The window to begin with. */
enum top_window top_options_window(const struct top_options *options);

/* The arguments of the hdrtap that is to be started; NULL: out of memory (reported). The array and
 * the texts in it are freed by top_options_free_arguments(). */
char **top_options_arguments(const struct top_options *options);
void top_options_free_arguments(char **arguments);

#endif
