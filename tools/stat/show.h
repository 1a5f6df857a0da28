/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What hdrtap-stat prints.
 */
#ifndef HDRTAP_STAT_SHOW_H
#define HDRTAP_STAT_SHOW_H

#include <stdio.h>

#include "stat/stat_read.h"

#define SHOW_RUN_TEXT 33 /* bytes of a run id in hexadecimal, with the NUL */

/* For people. `before`: as it was at an earlier look, for rates; NULL: there was none. */
void show_text(FILE *out, const struct stat_list *now, const struct stat_list *before);

/* One JSON object in one line. Returns 0 or -ENOMEM (reported). */
int show_json(FILE *out, const struct stat_list *now);

/* Prometheus' text format. Returns 0 or -ENOMEM (reported). */
int show_prometheus(FILE *out, const struct stat_list *now);

/* A run's id in hexadecimal, to `text`, which is returned. */
const char *show_run(char text[SHOW_RUN_TEXT], const struct stat_snapshot *of);

/* How packets of a direction are looked at, NULL: not at all. */
const char *show_hook(__u32 hook);

/* The time of day, CLOCK_REALTIME in ns, of a time of the snapshot's. */
__s64 show_utc(const struct stat_snapshot *of, __u64 time);

/* Whether there is something to say of a CPU. */
int show_cpu(const struct stat_snapshot *of, __u32 cpu);

#endif
