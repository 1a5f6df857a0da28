/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records are handed on in steps between which descriptors are looked at, so a log that is read as
 * fast as possible holds up neither ticks nor signals.
 */
#include "companion_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/signals.h"
#include "companion_options.h"
#include "option/option_read.h"

#define STEP         1024 /* records between two looks at descriptors */
#define STATUS_MAX   200
#define ACCOUNTS_MAX 200

void companion_stop(struct companion *c)
{
	c->stop = true;
}

int companion_watch(struct companion *c, int fd, __u32 events, companion_ready ready,
		    void *argument)
{
	return loop_watch(&c->loop, fd, events, ready, argument);
}

void companion_unwatch(struct companion *c, int fd)
{
	loop_unwatch(&c->loop, fd);
}

/* Being woken is all that is asked for: records are looked at anyway. */
static int on_records(void *argument, int fd, __u32 events)
{
	struct companion *c = argument;

	(void)fd, (void)events;
	if (c->state == LOG_FEED_IDLE)
		c->state = LOG_FEED_MORE;
	return 0;
}

/* Whether there are records to come, and nobody asked to wait. */
static bool reads(const struct companion *c)
{
	return c->sink && c->feed && !c->held &&
	       (c->state == LOG_FEED_MORE || c->state == LOG_FEED_IDLE);
}

int run_watch_records(struct companion *c)
{
	if (reads(c))
		return loop_watch(&c->loop, log_feed_fd(c->feed), EPOLLIN, on_records, c);
	if (c->feed)
		loop_unwatch(&c->loop, log_feed_fd(c->feed));
	return 0;
}

void companion_hold(struct companion *c, bool hold)
{
	if (c->held == hold)
		return;
	c->held = hold;
	if (run_watch_records(c))
		c->stop = true;
}

struct companion_counts companion_counts(const struct companion *c)
{
	const __u64 *count = c->accounts.user;

	return (struct companion_counts){
		.records = count[HDRTAP_USER_WRITTEN] + count[HDRTAP_USER_DROPPED],
		.excluded = count[HDRTAP_USER_EXCLUDED],
		.lost = count[HDRTAP_USER_LOST_REPORTED],
		.notices = c->feed ? log_feed_notices(c->feed) : 0,
		.bytes = c->feed ? log_feed_bytes(c->feed) : 0,
		.newest = c->feed ? log_feed_newest(c->feed) : 0,
		.complete = c->feed ? log_feed_complete(c->feed) : 0,
		.caught_up = c->caught_up,
		.reloads = c->reloads,
		.refused = c->refused,
	};
}

/* Adds a part about something that is not 0. */
static size_t add_part(char *text, size_t size, __u64 count, const char *what)
{
	return count && size < ACCOUNTS_MAX
		       ? snprintf(text + size, ACCOUNTS_MAX - size, ", %llu %s", count, what)
		       : 0;
}

void run_say_accounts(struct companion *c)
{
	const struct companion_counts counts = companion_counts(c);
	char text[ACCOUNTS_MAX] = "";
	size_t size = add_part(text, 0, counts.excluded, "of them excluded by --where");

	size += add_part(text, size, counts.lost, "lost before they were written");
	add_part(text, size, counts.notices, "notices of damaged or missing parts");
	warn_line("%llu records read%s", counts.records, text);
	if (c->tool->account)
		c->tool->account(c->context);
}

static void say_alive(struct companion *c, __u64 now)
{
	char text[STATUS_MAX];

	if (!service_due(&c->service, now))
		return;
	if (c->tool->status)
		c->tool->status(c->context, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%llu records read", companion_counts(c).records);
	service_alive("%s", text);
}

static int on_timer(void *argument, int fd, __u32 events)
{
	struct companion *c = argument;
	__u64 expirations, now = clock_boottime();
	int err = 0;

	(void)events;
	if (read(fd, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		return fail(errno, "cannot read the timer: %s; please report it", strerror(errno));
	if (c->sink)
		err = sink_tick(c->sink);
	if (!err && c->tool->tick)
		err = c->tool->tick(c->context, now);
	say_alive(c, now);
	return err;
}

static int go_over_to(struct companion *c, struct companion_options *fresh)
{
	int err = c->tool->reload(c->context, fresh);

	if (err)
		return err;
	option_say_fixed(c->tool->table, &c->options->given, &fresh->given, "a run");
	companion_options_free(c->fresh, c->tool);
	c->fresh = fresh;
	return 0;
}

/* A mistake in a file ends no service. */
static void reload(struct companion *c)
{
	void *fresh;
	int err;

	service_reloading();
	err = companion_options_read(&fresh, c->tool, c->argc, c->argv);
	if (!err)
		err = go_over_to(c, fresh);
	if (err) {
		companion_options_free(fresh, c->tool);
		warn_line("the new configuration is not used: it has errors (see above); nothing "
			  "was changed");
	}
	c->reloads += !err;
	c->refused += !!err;
	service_ready();
}

static int on_signal(void *argument, int fd, __u32 events)
{
	struct companion *c = argument;
	unsigned int seen = signals_read(fd);

	(void)events;
	if (seen & SIGNALS_ACCOUNTS)
		run_say_accounts(c);
	if (seen & SIGNALS_STOP || (seen & SIGNALS_HANGUP && !c->tool->reload))
		c->stop = true;
	else if (seen & SIGNALS_HANGUP)
		reload(c);
	return 0;
}

int run_close_sink(struct companion *c)
{
	struct sink *sink = c->sink;

	c->sink = NULL;
	return sink ? sink->ops->close(sink) : 0;
}

/* There are no more records. */
static int end(struct companion *c)
{
	int stay = c->tool->ended ? c->tool->ended(c->context) : 0, err;

	if (stay < 0)
		return stay;
	err = run_watch_records(c);
	if (!err)
		err = run_close_sink(c);
	if (stay != COMPANION_STAY)
		c->stop = true;
	return err;
}

static int step(struct companion *c)
{
	int state = LOG_FEED_MORE;

	/* One by one, so that nothing comes after a tool has asked to wait. */
	for (int i = 0; i < STEP && state == LOG_FEED_MORE && !c->held && !c->stop; i++)
		state = log_feed_step(c->feed, 1);
	if (state < 0)
		return state;
	c->state = state;
	if (state == LOG_FEED_IDLE)
		c->caught_up = clock_boottime();
	return state == LOG_FEED_END || state == LOG_FEED_ENOUGH ? end(c) : 0;
}

/* Milliseconds until records have to be looked at again, -1: ticks are soon enough. */
static int wait_of(const struct companion *c)
{
	if (!reads(c))
		return -1;
	return c->state == LOG_FEED_MORE ? 0 : log_feed_wait(c->feed);
}

int run_loop(struct companion *c)
{
	int err = 0;

	while (!err && !c->stop) {
		err = loop_wait(&c->loop, wait_of(c));
		if (!err && !c->stop && reads(c))
			err = step(c);
	}
	return err;
}

static int open_timer(struct companion *c)
{
	const struct itimerspec every = {
		.it_interval.tv_nsec = COMPANION_TICK_NS,
		.it_value.tv_nsec = COMPANION_TICK_NS,
	};

	c->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (c->timer_fd < 0 || timerfd_settime(c->timer_fd, 0, &every, NULL))
		return fail(errno, "cannot make a timer: %s; raise the limit on open files",
			    strerror(errno));
	return loop_watch(&c->loop, c->timer_fd, EPOLLIN, on_timer, c);
}

int run_open(struct companion *c)
{
	int err = loop_open(&c->loop);

	if (err)
		return err;
	c->signal_fd = signals_open(!c->tool->reload);
	if (c->signal_fd < 0)
		return c->signal_fd;
	err = loop_watch(&c->loop, c->signal_fd, EPOLLIN, on_signal, c);
	return err ? err : open_timer(c);
}

void run_close(struct companion *c)
{
	if (c->timer_fd >= 0)
		close(c->timer_fd);
	if (c->signal_fd >= 0)
		close(c->signal_fd);
	loop_close(&c->loop);
	companion_options_free(c->fresh, c->tool);
}
