/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Waiting for descriptors, one event at a time: so a function that is called may end to watch any
 * of them.
 */
#ifndef HDRTAP_TOOLS_LIB_COMPANION_LOOP_H
#define HDRTAP_TOOLS_LIB_COMPANION_LOOP_H

#include "companion.h"

struct companion_watched {
	int fd;
	companion_ready ready;
	void *argument;
};

struct companion_loop {
	int epoll_fd;
	struct companion_watched *list; /* owned */
	size_t count;
};

/* Returns 0 or -errno (reported). To be closed in any case. */
int loop_open(struct companion_loop *loop);
void loop_close(struct companion_loop *loop);

/* As companion_watch() and companion_unwatch(). */
int loop_watch(struct companion_loop *loop, int fd, __u32 events, companion_ready ready,
	       void *argument);
void loop_unwatch(struct companion_loop *loop, int fd);

/* Waits up to `ms` (-1: any time) for an event, and calls functions for those that are there, some
 * at most. Returns 0 or what one of them returned that was not 0. */
int loop_wait(struct companion_loop *loop, int ms);

#endif
