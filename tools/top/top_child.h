/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A capture of our own: hdrtap, started with `-i ... -w -`, whose record stream we read.
 */
#ifndef HDRTAP_TOP_CHILD_H
#define HDRTAP_TOP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Ends with us; all zero: none. */
struct top_child {
	pid_t pid;  /* 0: none, or no more */
	int stream; /* what it writes, to be read; closed by top_child_end() */
	int status; /* of waitpid(2), once it has ended */
	bool ended;
};

/* Starts `arguments` (ended by NULL; the first is the program's name, looked for where our own is,
 * then in PATH). Returns 0 or -errno (reported). */
int top_child_start(struct top_child *child, char *const *arguments);

/* Waits until it has begun to write. Returns 0, or -errno when it has ended before that (reported),
 * or when a signal asked us to end. */
int top_child_wait(struct top_child *child);

/* How it ended, in words: "exit status 1", "killed by signal 9". */
void top_child_words(const struct top_child *child, char *text, size_t size);

/* Ends it, and waits until it has: twenty seconds at most, then it is killed. */
void top_child_end(struct top_child *child);

#endif
