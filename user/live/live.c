/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One loop over four descriptors: a ring has a batch, the timer says that it is time, a signal
 * came, something became of an interface.
 *
 * Order: a look at the rings that begins at time T leaves behind only records made later than T. A
 * record is made right after the head's last byte passed, so what was fetched and is older than T
 * by the hold is followed by nothing older, unless a head took longer than the hold to arrive.
 *
 * At the end nothing may be in flight: first the programs are detached and those still running
 * waited for, then heads in progress are put out as they are, then the rings are emptied, then what
 * is held for order goes out, then the counters are read.
 */
#include "live.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <hdrtap/config.h>
#include <hdrtap/work.h>

#include "attach.h"
#include "clock.h"
#include "error.h"
#include "hint.h"
#include "live_follow.h"
#include "merge.h"
#include "rings.h"

#define NS_PER_MS 1000000ULL
#define DRAIN_NS  (20 * NS_PER_MS)   /* how long a record may wait in a ring */
#define HOLD_NS   (50 * NS_PER_MS)   /* and to be put in order */
#define SWEEP_NS  (1000 * NS_PER_MS) /* between two looks for heads that wait too long */

/* Records held for order: the hold at 1.3 million per second. 48 MiB, used only as far as needed.
 */
#define HELD_MAX 65536

struct live {
	const struct live_options *options;
	struct source *source;
	struct live_interfaces interfaces;
	struct attach *attach;
	struct rings *rings;
	struct merge *merge;
	int counters_fd;
	int timer_fd;
	int epoll_fd;
	unsigned int cpus;                /* that are possible */
	struct hdrtap_counters *counters; /* one per CPU */
	struct hdrtap_counters *element;  /* one per CPU: one element of the map */
	__u64 *lost;                      /* per CPU: losses that the sink knows of */
	__s64 utc_offset;
	struct hint hint;
	__u32 generation; /* of the settings in use */
	__u64 swept;      /* ns: when it was looked for heads that wait too long */
	bool enough;      /* the sink wants no more */
	int err;          /* what ends the capture */
};

/* Only a reader that has gone away does not come back. */
static void note_sink_error(struct live *live, int err)
{
	if (err == -EPIPE && !live->err)
		live->err = err;
}

static void on_merged(void *context, const struct hdrtap_record *rec)
{
	struct live *live = context;
	struct sink *sink = live->source->sink;
	int result = sink->ops->write(sink, rec, live->utc_offset);

	live->source->accounts->user[result < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	if (result == SINK_ENOUGH)
		live->enough = true;
	note_sink_error(live, result);
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	struct live *live = context;

	merge_push(live->merge, cpu, record);
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	struct live *live = context;

	(void)cpu;
	live->source->accounts->user[HDRTAP_USER_LOST_REPORTED] += count;
}

static void on_invalid(void *context, unsigned int cpu)
{
	struct live *live = context;

	if (!live->source->accounts->user[HDRTAP_USER_DROPPED]++)
		warn_line("a sample from CPU %u is no record and was dropped; please report it",
			  cpu);
}

static const struct rings_ops rings_ops = {
	.record = on_record,
	.lost = on_lost,
	.invalid = on_invalid,
};

static __u64 lost_on_cpu(const struct hdrtap_counters *counters)
{
	return counters->count[HDRTAP_COUNTER_LOST_SPACE] +
	       counters->count[HDRTAP_COUNTER_LOST_RING] +
	       counters->count[HDRTAP_COUNTER_LOST_OTHER];
}

/* Tells the sink what was lost since it was told last. */
static void forward_losses(struct live *live)
{
	struct sink *sink = live->source->sink;

	for (unsigned int cpu = 0; cpu < live->cpus; cpu++) {
		__u64 lost = lost_on_cpu(&live->counters[cpu]);

		if (lost > live->lost[cpu] && sink->ops->lost)
			note_sink_error(live, sink->ops->lost(sink, cpu, lost - live->lost[cpu]));
		live->lost[cpu] = lost;
	}
}

/* Adds what CPUs counted in one element of the map to live->counters. */
static int add_counters(struct live *live, __u32 element)
{
	if (bpf_map_lookup_elem(live->counters_fd, &element, live->element))
		return fail(errno, "cannot read the kernel's counters: %s; please report it",
			    strerror(errno));
	for (unsigned int cpu = 0; cpu < live->cpus; cpu++)
		for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
			live->counters[cpu].count[i] += live->element[cpu].count[i];
	return 0;
}

static int read_counters(struct live *live)
{
	struct hdrtap_counters *sum = &live->source->accounts->kernel;
	int err = 0;

	memset(live->counters, 0, live->cpus * sizeof(*live->counters));
	for (__u32 element = 0; element < HDRTAP_WORK_MAX && !err; element++)
		err = add_counters(live, element);
	memset(sum, 0, sizeof(*sum));
	for (unsigned int cpu = 0; cpu < live->cpus && !err; cpu++)
		for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
			sum->count[i] += live->counters[cpu].count[i];
	return err;
}

/* Takes what the rings have, and lets go what nothing older can follow. */
static int fetch(struct live *live)
{
	__u64 begin = clock_boottime();
	int err = rings_drain(live->rings);

	merge_release(live->merge, begin - HOLD_NS);
	return err;
}

/* What is done now and then: looks for CPUs, and for heads that wait too long. */
static int sweep_idle(struct live *live)
{
	__u64 now = clock_boottime();

	if (now - live->swept < SWEEP_NS || now < HDRTAP_IDLE_NS)
		return 0;
	live->swept = now;
	rings_follow(live->rings);
	return attach_sweep(live->attach, now - HDRTAP_IDLE_NS, HDRTAP_FLAG(TIMEOUT));
}

static int on_timer(struct live *live)
{
	struct sink *sink = live->source->sink;
	__u64 expirations;
	int err;

	if (read(live->timer_fd, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		return fail(errno, "cannot read the timer: %s; please report it", strerror(errno));
	live->utc_offset = clock_utc_offset();
	err = sweep_idle(live);
	if (!err)
		err = fetch(live);
	if (!err)
		err = read_counters(live);
	if (err)
		return err;
	hint_look(&live->hint, &live->source->accounts->kernel, clock_boottime());
	forward_losses(live);
	if (sink->ops->tick)
		note_sink_error(live, sink->ops->tick(sink));
	return 0;
}

/*
 * Gives the programs the settings of `meta` and `chosen`. The sink hears first: slots keep their
 * meaning for the whole run, so it can read records of both generations from then on.
 */
static int change(struct live *live, struct run_meta *meta, const struct settings_options *chosen)
{
	struct run_meta *current = live->source->meta, before = *current;
	struct hdrtap_settings settings;
	int err = settings_build(&settings, meta, chosen, live->generation + 1);

	if (err)
		return err;
	run_meta_generation(meta, live->generation + 1);
	*current = *meta;
	note_sink_error(live, live->source->sink->ops->describe(live->source->sink, current));
	err = attach_change(live->attach, &settings);
	if (err)
		*current = before;
	else
		*meta = before;
	live->generation += !err;
	return err;
}

/* Whatever comes of it, the capture goes on. */
static void reload(struct live *live)
{
	struct settings_options chosen = *live->source->settings;
	struct run_meta meta = { 0 };
	int err = run_meta_copy(&meta, live->source->meta);

	if (!err)
		err = live->options->reload(live->options->context, &meta, &chosen);
	if (!err)
		err = change(live, &meta, &chosen);
	if (!err)
		warn_line("the configuration was read again");
	run_meta_free(&meta);
}

/* Returns 0, 1 on a signal that stops, or -errno (said). */
static int on_signal(struct live *live)
{
	int err = read_counters(live);
	enum source_signal signal;

	if (err)
		return err;
	signal = source_signals(live->source);
	if (signal == SOURCE_RELOAD)
		reload(live);
	return signal == SOURCE_STOP;
}

static int handle(struct live *live, int fd)
{
	if (fd == live->source->signal_fd)
		return on_signal(live);
	if (fd == live_follow_fd(&live->interfaces)) {
		note_sink_error(live, live_follow(&live->interfaces));
		return 0;
	}
	return fd == live->timer_fd ? on_timer(live) : fetch(live);
}

static int loop(struct live *live)
{
	struct epoll_event events[4];
	int result = 0;

	while (!result && !live->enough && !live->err) {
		int count = epoll_wait(live->epoll_fd, events, 4, -1);

		if (count < 0 && errno != EINTR)
			return fail(errno, "cannot wait for records: %s; please report it",
				    strerror(errno));
		for (int i = 0; i < count && !result; i++)
			result = handle(live, events[i].data.fd);
	}
	return result < 0 ? result : 0;
}

static int watch(struct live *live, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(live->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int open_loop(struct live *live)
{
	struct itimerspec period = { { 0, DRAIN_NS }, { 0, DRAIN_NS } };

	live->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	live->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (live->epoll_fd < 0 || live->timer_fd < 0 ||
	    timerfd_settime(live->timer_fd, 0, &period, NULL) ||
	    watch(live, rings_fd(live->rings)) || watch(live, live->timer_fd) ||
	    watch(live, live->source->signal_fd) || watch(live, live_follow_fd(&live->interfaces)))
		return fail(errno, "cannot wait for records: %s; is there enough memory?",
			    strerror(errno));
	return 0;
}

/* Everything the reader needs, behind the maps. */
static int open_reader(struct live *live, const struct live_options *options)
{
	struct attach_maps maps = attach_maps(live->attach);
	int err = rings_open(&live->rings, maps.events, options->ring_bytes, &rings_ops, live);

	if (err)
		return err;
	live->counters_fd = maps.counters;
	live->cpus = libbpf_num_possible_cpus();
	live->counters = calloc(live->cpus, sizeof(*live->counters));
	live->element = calloc(live->cpus, sizeof(*live->element));
	live->lost = calloc(live->cpus, sizeof(*live->lost));
	live->merge = merge_new(live->cpus, HELD_MAX, on_merged, live);
	if (!live->counters || !live->element || !live->lost || !live->merge)
		return fail(ENOMEM, "cannot capture: out of memory; free some");
	live->utc_offset = clock_utc_offset();
	return open_loop(live);
}

static int start(struct live *live, const struct live_options *options)
{
	struct hdrtap_settings settings;
	int err = live_interfaces_find(&live->interfaces, options);

	if (!err)
		err = settings_build(&settings, live->source->meta, live->source->settings, 0);
	if (!err)
		err = attach_open(&live->attach, &settings, &options->attach);
	if (!err)
		err = open_reader(live, options);
	return err ? err : live_interfaces_attach(&live->interfaces, live->attach, live->source);
}

/* Returns the first error of the steps, all of which are done. */
static int finish(struct live *live)
{
	int detached = attach_detach(live->attach);
	int swept = attach_sweep(live->attach, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	int drained = rings_drain(live->rings), read;

	merge_release(live->merge, (__u64)-1);
	read = read_counters(live);
	if (!read)
		forward_losses(live);
	return detached ? detached : swept ? swept : drained ? drained : read;
}

static void release(struct live *live)
{
	if (live->timer_fd >= 0)
		close(live->timer_fd);
	if (live->epoll_fd >= 0)
		close(live->epoll_fd);
	merge_free(live->merge);
	rings_close(live->rings);
	attach_close(live->attach);
	live_interfaces_free(&live->interfaces);
	free(live->counters);
	free(live->element);
	free(live->lost);
}

int live_source_run(const struct live_options *options, struct source *source)
{
	struct live live = { .options = options, .source = source, .timer_fd = -1, .epoll_fd = -1 };
	int err, finished;

	source->accounts->live = true;
	err = start(&live, options);
	if (!err) {
		err = loop(&live);
		finished = finish(&live);
		err = err ? err : live.err ? live.err : finished;
	}
	release(&live);
	return err;
}
