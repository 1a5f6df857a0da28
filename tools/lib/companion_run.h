/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A companion that runs: from everything open to the end of its loop.
 */
#ifndef HDRTAP_TOOLS_LIB_COMPANION_RUN_H
#define HDRTAP_TOOLS_LIB_COMPANION_RUN_H

#include "companion_loop.h"
#include "service/service.h"
#include "source/log_feed.h"

struct companion {
	const struct companion_tool *tool;
	int argc;
	char **argv;
	struct companion_options *options; /* as it began */
	void *fresh;                       /* those of the last reload, NULL: none */
	void *context;
	struct sink *sink;                  /* NULL: closed */
	struct log_source_options *sources; /* owned */
	size_t source_count;
	struct log_feed *feed;
	enum log_feed_state state;
	struct accounts accounts;
	__u64 unwritten; /* records that --where held and could not hand on */
	struct companion_loop loop;
	struct service service;
	int signal_fd, timer_fd;
	bool held, stop;
	__u64 caught_up, reloads, refused;
};

/* Makes the loop with its timer and signals. Returns 0 or -errno (reported). */
int run_open(struct companion *companion);

/* Whether records wake the loop, as things are now. Returns 0 or -errno (reported). */
int run_watch_records(struct companion *companion);

/* Until a signal, an error, or the end. Returns 0 or -errno (reported). */
int run_loop(struct companion *companion);

/* Closes the sink, if it is open. */
int run_close_sink(struct companion *companion);

void run_say_accounts(struct companion *companion);

void run_close(struct companion *companion);

#endif
