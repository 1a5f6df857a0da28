/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * At the start it goes hand in hand with the worker: each waits for the other's next word. After
 * that it only tells. What the worker has to know before it can see a record that needs it is sent
 * before there can be such a record.
 *
 * At the end nothing may be in flight: first the programs are detached and those still running
 * waited for, then heads in progress are emitted as they are, then the counters are read.
 */
#include "guard/guard.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/error.h"
#include "base/signals.h"
#include "guard/guard_stat.h"
#include "guard/guard_state.h"
#include "guard/hint.h"
#include "guard/kernel_counters.h"
#include "guard/live_attach.h"
#include "guard/live_follow.h"
#include "guard/live_watch.h"
#include "guard/perf_events.h"
#include "guard/talk.h"
#include "guard/unreached.h"
#include "service/service.h"
#include "share/channel.h"

#define NS_PER_MS 1000000ULL
#define LOOK_NS   LIVE_WATCH_NS      /* between two looks at the counters */
#define MANY      200                /* interfaces, from which on it takes seconds to end */
#define SWEEP_NS  (1000 * NS_PER_MS) /* between two looks for heads that wait too long */

static int publish_counters(struct guard *guard)
{
	int err = kernel_counters_read(&guard->counters);

	if (!err)
		guard_stat_write(guard->with->shared, guard->with->worker, &guard->counters,
				 &guard->interfaces, guard->attach);
	return err;
}

/* A capture that was stopped must not have its losses unsaid. */
static int beat(struct guard *guard)
{
	__u64 missed;
	int err = attach_beat(guard->attach, &missed);

	if (missed)
		warn_line("hdrtap was stopped: for %llu ms its programs ignored all "
			  "packets",
			  missed / NS_PER_MS);
	return err;
}

/* What is done now and then: looks for CPUs, for packets that do not reach us, and for heads that
 * wait too long. */
static int sweep_idle(struct guard *guard)
{
	__u64 now = clock_boottime();

	if (now - guard->swept < SWEEP_NS || now < HDRTAP_IDLE_NS)
		return 0;
	guard->swept = now;
	perf_events_follow(guard->events);
	unreached_look(&guard->interfaces);
	return attach_sweep(guard->attach, now - HDRTAP_IDLE_NS, HDRTAP_FLAG(TIMEOUT));
}

static void say_alive(const struct hdrtap_counters *sum)
{
	const __u64 *count = sum->count;

	service_alive("%llu heads emitted, %llu lost", count[HDRTAP_COUNTER_EMITTED],
		      count[HDRTAP_COUNTER_LOST_SPACE] + count[HDRTAP_COUNTER_LOST_RING] +
			      count[HDRTAP_COUNTER_LOST_OTHER]);
}

static int on_timer(struct guard *guard)
{
	__u64 expirations;
	int err;

	if (read(guard->timer_fd, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		return fail(errno, "cannot read the timer: %s; please report it", strerror(errno));
	err = beat(guard);
	live_watch(&guard->interfaces, clock_boottime());
	if (!err)
		err = sweep_idle(guard);
	if (!err)
		err = publish_counters(guard);
	if (err)
		return err;
	hint_look(&guard->hint, &guard->counters.sum, clock_boottime());
	if (service_due(&guard->service, clock_boottime()))
		say_alive(&guard->counters.sum);
	return 0;
}

/*
 * Gives the programs the settings of `meta` and `chosen`. The worker is told first: slots keep
 * their meaning for the whole run, so it can read records of both generations from then on.
 */
static int change(struct guard *guard, struct run_meta *meta, const struct settings_options *chosen)
{
	struct hdrtap_settings settings;
	int err = settings_build(&settings, meta, chosen, guard->generation + 1);

	if (err)
		return err;
	run_meta_generation(meta, guard->generation + 1);
	err = talk_describe(guard, meta);
	if (!err)
		err = attach_change(guard->attach, &settings);
	if (err)
		return err;
	*guard->options->meta = *meta;
	guard->generation++;
	return 0;
}

/* Whatever comes of it, the capture goes on. */
static void reload(struct guard *guard)
{
	const struct live_options *options = guard->options;
	struct settings_options chosen = *options->settings;
	struct run_meta meta = *options->meta;
	int err = options->reload(options->context, &meta, &chosen);

	if (!err)
		err = change(guard, &meta, &chosen);
	if (!err)
		warn_line("configuration reloaded");
}

static int on_signal(struct guard *guard)
{
	unsigned int seen = signals_read(guard->with->signal_fd);
	int err = 0;

	if (seen & SIGNALS_ACCOUNTS) {
		err = publish_counters(guard);
		talk_say(guard, CHANNEL_ACCOUNTS);
	}
	if (ending_asked()) {
		guard->stop = true;
		talk_hurry(guard);
	} else if (seen & SIGNALS_HANGUP) {
		service_reloading();
		reload(guard);
		service_ready();
	}
	return err;
}

/* Returns 0 or -errno (reported) when the capture cannot go on. */
static int handle(struct guard *guard, int fd)
{
	int said;

	if (fd == guard->with->signal_fd)
		return on_signal(guard);
	if (fd == guard->timer_fd)
		return on_timer(guard);
	if (fd == live_follow_fd(&guard->interfaces))
		live_follow_read(&guard->interfaces);
	else if (fd == perf_events_fd(guard->events))
		perf_events_follow(guard->events);
	else {
		said = talk_take(guard);
		return said < 0 ? said : 0;
	}
	return 0;
}

/* Attaches to what waits for it. */
static int follow(struct guard *guard)
{
	int err = live_follow(&guard->interfaces);

	if (err || guard->ready || !guard->interfaces.listening)
		return err;
	guard->ready = true;
	service_ready();
	return publish_counters(guard);
}

static int wait_and_handle(struct guard *guard)
{
	struct epoll_event events[4];
	int count = epoll_wait(guard->epoll_fd, events, 4, live_follow_wait(&guard->interfaces));
	int err = 0;

	if (count < 0 && errno != EINTR)
		return fail(errno, "cannot wait for events: %s; please report it", strerror(errno));
	for (int i = 0; i < count && !err; i++)
		err = handle(guard, events[i].data.fd);
	return err;
}

static int loop(struct guard *guard)
{
	int err = 0;

	while (!err && !guard->stop) {
		err = follow(guard);
		if (!err)
			err = wait_and_handle(guard);
	}
	return err;
}

static int watch(struct guard *guard, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(guard->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int open_loop(struct guard *guard)
{
	struct itimerspec period = { { 0, LOOK_NS }, { 0, LOOK_NS } };

	guard->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	guard->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (guard->epoll_fd < 0 || guard->timer_fd < 0 ||
	    timerfd_settime(guard->timer_fd, 0, &period, NULL) ||
	    watch(guard, guard->with->signal_fd) || watch(guard, guard->timer_fd) ||
	    watch(guard, guard->with->channel) ||
	    watch(guard, live_follow_fd(&guard->interfaces)) ||
	    watch(guard, perf_events_fd(guard->events)))
		return fail(errno,
			    "cannot wait for events: %s; check that there is enough free "
			    "memory",
			    strerror(errno));
	return 0;
}

/* Gives the worker the rings. */
static int share_rings(struct guard *guard)
{
	int err = perf_events_open(&guard->events, attach_maps(guard->attach).events,
				   guard->options->ring_bytes, guard->options->meta->record_size,
				   &talk_ring_events, guard);

	if (!err)
		err = perf_events_follow(guard->events);
	return err ? err : talk_begin(guard, perf_events_bytes(guard->events));
}

static int load(struct guard *guard)
{
	const struct live_options *options = guard->options;
	struct hdrtap_settings settings;
	int err = live_interfaces_find(&guard->interfaces, options);

	guard->interfaces.promiscuous = guard->with->promiscuous;
	if (!err)
		err = settings_build(&settings, options->meta, options->settings, 0);
	if (!err)
		err = attach_open(&guard->attach, &settings, &options->attach);
	if (!err)
		err = kernel_counters_open(&guard->counters, attach_maps(guard->attach).counters);
	return err;
}

/* Nothing is attached yet. */
static int prepare(struct guard *guard)
{
	int err;

	signals_end_at_once(true);
	err = talk_wait_for(guard, CHANNEL_OPEN);
	if (!err)
		err = load(guard);
	if (!err)
		err = share_rings(guard);
	signals_end_at_once(false);
	return err;
}

static int start(struct guard *guard)
{
	int err = prepare(guard);

	if (!err)
		err = open_loop(guard);
	if (!err)
		err = talk_describe(guard, guard->options->meta);
	if (!err)
		err = live_attach_begin(&guard->interfaces, guard->attach, talk_name, guard);
	if (!err)
		err = publish_counters(guard);
	if (err)
		return err;
	live_shared_show(guard->with->shared);
	return confine_for(CONFINE_GUARD);
}

static void say_slow(const struct guard *guard)
{
	size_t attached = live_interfaces_attached(&guard->interfaces);

	if (attached >= MANY)
		warn_line("detaching from %zu interfaces: the kernel takes some 30 ms for each",
			  attached);
}

/* Returns the first error of the steps, all of which are done. */
static int finish(struct guard *guard)
{
	int detached, swept, published;

	say_slow(guard);
	detached = attach_detach(guard->attach);
	swept = attach_sweep(guard->attach, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	published = publish_counters(guard);
	return detached ? detached : swept ? swept : published;
}

static void release(struct guard *guard)
{
	if (guard->timer_fd >= 0)
		close(guard->timer_fd);
	if (guard->epoll_fd >= 0)
		close(guard->epoll_fd);
	perf_events_close(guard->events);
	kernel_counters_free(&guard->counters);
	attach_close(guard->attach);
	live_interfaces_free(&guard->interfaces);
}

int guard_run(const struct guard_options *with)
{
	struct guard guard = {
		.with = with, .options = with->live, .timer_fd = -1, .epoll_fd = -1
	};
	int err = start(&guard), finished;

	if (!err) {
		service_open(&guard.service);
		err = loop(&guard);
		service_stopping();
	}
	if (guard.interfaces.attach) { /* something may be attached, though the start failed */
		finished = finish(&guard);
		err = err ? err : finished;
	}
	talk_end(&guard, err);
	release(&guard);
	return err;
}
