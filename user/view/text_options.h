/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What lines of text show, as far as one may choose.
 */
#ifndef HDRTAP_USER_TEXT_OPTIONS_H
#define HDRTAP_USER_TEXT_OPTIONS_H

#include <stdbool.h>

#include <hdrtap/types.h>

#define TEXT_VERBOSE_MAX 2
#define TEXT_TIMES_MAX   5

/* Numbered as tcpdump's -t is repeated. */
enum text_times {
	TEXT_TIMES_DAY,   /* of day */
	TEXT_TIMES_NONE,  /* no time */
	TEXT_TIMES_EPOCH, /* seconds since 1970 */
	TEXT_TIMES_DELTA, /* since the line before */
	TEXT_TIMES_DATE,  /* date and time of day */
	TEXT_TIMES_FIRST, /* since the first line */
};

enum text_color {
	TEXT_COLOR_AUTO, /* where there is a terminal that has colors, and nobody said NO_COLOR */
	TEXT_COLOR_NEVER,
	TEXT_COLOR_ALWAYS,
};

/* Zeros: one line a head, as most want it. */
struct text_options {
	__u32 verbose;   /* 1: each field on a line of its own; 2: and what else the record has */
	bool brief;      /* without `verbose`: no interface, direction, version and fields */
	__u32 times;     /* enum text_times */
	bool local_time; /* of the local time zone, not UTC */
	__u32 color;     /* enum text_color */
};

#endif
