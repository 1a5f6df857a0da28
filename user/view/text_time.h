/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When a head was seen, as -t has it.
 */
#ifndef HDRTAP_USER_TEXT_TIME_H
#define HDRTAP_USER_TEXT_TIME_H

#include <time.h>

#include "view/text_options.h"

#define TEXT_TIME_MAX 48 /* bytes of a time and the space behind it */

struct text_time {
	enum text_times kind;
	bool local;
	bool begun;       /* there was a line with a time */
	__u64 first;      /* ns: the first one's time */
	__u64 before;     /* ns: that of the line before */
	time_t second;    /* that `clock` is the text of; -1: none */
	char clock[19];   /* 2023-11-14 22:13:20 */
	char zone[6];     /* Z or +01:00, then */
	size_t zone_size; /* bytes of it */
};

/* Local time is read here, before privileges are dropped. */
void text_time_open(struct text_time *time, const struct text_options *options);

/* Writes at most TEXT_TIME_MAX bytes: the time, "-" when `ns` (since 1970) is NULL because none is
 * known, and a space; nothing with TEXT_TIMES_NONE. Returns the end. */
char *text_time_put(struct text_time *time, char *to, const __u64 *ns);

#endif
