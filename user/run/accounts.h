/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where everything went: the kernel's counters (or the native build's) beside the reader's own, and
 * the words for them.
 */
#ifndef HDRTAP_USER_ACCOUNTS_H
#define HDRTAP_USER_ACCOUNTS_H

#include <stdbool.h>
#include <stdio.h>

#include <hdrtap/counters.h>
#include <hdrtap/record.h>

/* The words for a counter. */
struct accounts_row {
	const char *name;
	const char *help;
};

extern const struct accounts_row accounts_kernel[HDRTAP_COUNTER_MAX]; /* struct hdrtap_counters */
extern const struct accounts_row accounts_user[HDRTAP_USER_MAX];

struct accounts {
	bool live;  /* kernel and reader counters; false: packets were read from a file */
	bool stale; /* kernel's counters are older than the reader's, and will stay so */
	struct hdrtap_counters kernel; /* sum over CPUs */
	__u64 user[HDRTAP_USER_MAX];
	__u64 output[HDRTAP_KIND_MAX]; /* records that reached the output, kept by the filter in
					  front of it */
	__u64 unwritten;      /* of them, what it had taken and could not write at its end */
	__u64 stdout_waiting; /* records that wait for standard output, beside the log */
};

/*
 * Prints the summary in tcpdump's manner (three short lines); with `full` every counter that is not
 * 0 and the equations that must close, each with both sides.
 */
void accounts_print(FILE *out, const struct accounts *acc, bool full);

/* Prints them as accounts_print() does on standard error, in one piece. */
void accounts_say(const struct accounts *acc, bool full);

/* True when every equation in counters.h holds. */
bool accounts_close(const struct accounts *acc);

#endif
