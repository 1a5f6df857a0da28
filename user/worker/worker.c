/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One loop over three descriptors: a ring has a batch, the timer says that it is time, the guard
 * says something.
 *
 * Order: a look at the rings that begins at time T leaves behind only records made later than T. A
 * record is made right after the head's last byte passed, so what was fetched and is older than T
 * by the hold is followed by nothing older, unless a head took longer than the hold to arrive.
 *
 * Meaning: the guard says what records mean and what interfaces are called before there can be any,
 * and what it said is read after the rings were and before the sink gets what was in them.
 */
#include "worker/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "confine/confine.h"
#include "share/channel.h"
#include "worker/interface_names.h"
#include "worker/merge.h"
#include "worker/rings.h"

#define NS_PER_MS 1000000ULL

/* A head's line is out after both of these, and what the scheduler adds: half of the 100 ms that
 * somebody who looks may wait. */
#define DRAIN_NS  (10 * NS_PER_MS) /* how long a record may wait in a ring */
#define HOLD_NS   (40 * NS_PER_MS) /* and to be put in order */
#define TELL_EACH 2                /* drains: counters are many, on each CPU */

/* Of records held for order: with records of 768 bytes the hold at 410,000 per second, shorter
 * beyond. Used only as far as needed. */
#define HELD_BYTES (12U << 20)

struct reading {
	const struct worker *worker;
	struct source *source;
	struct rings *rings;
	struct merge *merge;
	struct interface_names *names;
	int timer_fd;
	int epoll_fd;
	__u64 *lost;             /* per CPU: as the guard says */
	__u64 *told;             /* per CPU: that the sink knows of */
	struct stat_ring *state; /* per CPU: how full its ring was */
	__s64 utc_offset;
	__u64 drains; /* by the timer */
	bool begun;   /* the rings are there */
	bool enough;  /* the sink wants no more, which the guard was told */
	bool ended;   /* the guard said so, or is gone */
	int err;      /* what the capture ends with */
};

static void say_enough(struct reading *r)
{
	if (!r->enough)
		channel_say(r->worker->channel, CHANNEL_ENOUGH);
	r->enough = true;
}

/* Only a reader that has gone away does not come back. */
static void note_sink_error(struct reading *r, int err)
{
	if (err != -EPIPE)
		return;
	r->err = r->err ? r->err : err;
	say_enough(r);
}

static void on_merged(void *context, const struct hdrtap_record *rec)
{
	struct reading *r = context;
	struct sink *sink = r->source->sink;
	const char *interface = interface_names_find(r->names, rec->ifindex, rec->time);
	int result = sink->ops->write(sink, rec, r->utc_offset, interface);

	r->source->accounts->user[result < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	if (result == SINK_ENOUGH)
		say_enough(r);
	note_sink_error(r, result);
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	struct reading *r = context;

	merge_push(r->merge, cpu, record);
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	struct reading *r = context;

	(void)cpu;
	r->source->accounts->user[HDRTAP_USER_LOST_REPORTED] += count;
}

static void on_invalid(void *context, unsigned int cpu)
{
	struct reading *r = context;

	if (!r->source->accounts->user[HDRTAP_USER_DROPPED]++)
		warn_line("dropped a sample from CPU %u: it is not a record; please "
			  "report it",
			  cpu);
}

static const struct rings_ops rings_ops = {
	.record = on_record,
	.lost = on_lost,
	.invalid = on_invalid,
};

/* Tells the sink what was lost since it was told last. */
static void read_counters(struct reading *r)
{
	struct sink *sink = r->source->sink;

	live_shared_read(r->worker->shared, r->source->accounts, r->lost);
	for (unsigned int cpu = 0; cpu < r->worker->shared->cpus; cpu++) {
		if (r->lost[cpu] > r->told[cpu])
			note_sink_error(r, sink_lost(sink, cpu, r->lost[cpu] - r->told[cpu]));
		r->told[cpu] = r->lost[cpu];
	}
}

/* Tells whoever reads the stat file. */
static void tell(struct reading *r)
{
	for (unsigned int cpu = 0; cpu < r->worker->shared->cpus; cpu++)
		r->state[cpu] = rings_state(r->rings, cpu);
	live_shared_tell(r->worker->shared, r->source->accounts, r->state);
}

/* Maps rings, and tells the guard how large they are. Returns 0 or -errno (not reported). */
static int map_rings(struct reading *r, size_t wanted)
{
	ssize_t bytes = rings_map(r->rings, wanted);
	struct channel_message answer = {
		.kind = CHANNEL_MAPPED,
		.bytes = bytes < 0 ? 0 : bytes,
		.fd = -1,
	};

	if (bytes < 0)
		warn_line("cannot map a ring buffer: %s; records of its CPU count as "
			  "lost; check that there is enough free memory",
			  strerror(-bytes));
	return channel_send(r->worker->channel, &answer, NULL);
}

static int add_ring(struct reading *r, const struct channel_message *message)
{
	rings_add(r->rings, message->cpu, message->fd);
	return r->begun ? map_rings(r, message->bytes) : 0;
}

static void print_accounts(struct reading *r)
{
	read_counters(r);
	accounts_say(r->source->accounts, r->source->verbose);
}

/* From here on there is no privilege left. Returns 0 or -errno. */
static int begin(struct reading *r, size_t ring_bytes)
{
	int err = map_rings(r, ring_bytes);

	if (!err)
		err = confine_for(CONFINE_WORKER);
	r->begun = true;
	return err ? err : channel_say(r->worker->channel, CHANNEL_READY);
}

static void note_name(struct reading *r, const struct channel_message *message)
{
	if (interface_names_tell(r->names, message->ifindex, message->name, message->since))
		warn_line("cannot remember the name of %s: out of memory; its records will have "
			  "none; free some memory",
			  message->name);
}

static int handle_message(struct reading *r, const struct channel_message *message)
{
	struct sink *sink = r->source->sink;

	switch (message->kind) {
	case CHANNEL_RING:
		return add_ring(r, message);
	case CHANNEL_RING_GONE:
		rings_remove(r->rings, message->cpu);
		return 0;
	case CHANNEL_BEGIN:
		return begin(r, message->bytes);
	case CHANNEL_DESCRIBE:
		note_sink_error(r, sink->ops->describe(sink, r->source->meta));
		return 0;
	case CHANNEL_NAME:
		note_name(r, message);
		return 0;
	case CHANNEL_ACCOUNTS:
		print_accounts(r);
		return 0;
	case CHANNEL_FAILED:
		r->err = r->err ? r->err : -ECANCELED;
		/* fall through */
	case CHANNEL_END:
		r->ended = true;
		return 0;
	default:
		return -EPROTO;
	}
}

/* The guard is gone without saying so: what is in the rings is all there will be. */
static void lose_guard(struct reading *r, int err)
{
	r->ended = true;
	r->source->accounts->stale = r->begun;
	if (r->err)
		return;
	r->err = err;
	if (r->begun)
		r->err = fail(err == -EPIPE ? ESRCH : -err,
			      "the guard is gone: the capture ends; records received until "
			      "then are kept");
}

static void take_message(struct reading *r)
{
	struct channel_message message;
	int err = channel_receive(r->worker->channel, &message, r->source->meta);

	if (!err)
		err = handle_message(r, &message);
	if (err)
		lose_guard(r, err);
}

static void take_messages(struct reading *r)
{
	struct pollfd fd = { .fd = r->worker->channel, .events = POLLIN };

	while (!r->ended && poll(&fd, 1, 0) == 1)
		take_message(r);
}

/* Lets go what nothing older can follow, and tells the sink until when that is. */
static void release_until(struct reading *r, __u64 time, __u64 until)
{
	struct sink *sink = r->source->sink;

	merge_release(r->merge, time);
	note_sink_error(r, sink_complete(sink, until, r->utc_offset));
}

/* Takes what the rings have. */
static void fetch(struct reading *r)
{
	__u64 begin = clock_boottime();

	rings_drain(r->rings);
	take_messages(r);
	release_until(r, begin - HOLD_NS, begin - HOLD_NS);
}

static void on_timer(struct reading *r)
{
	struct sink *sink = r->source->sink;
	__u64 expirations;

	if (read(r->timer_fd, &expirations, sizeof(expirations)) < 0)
		return; /* it was none */
	r->utc_offset = clock_utc_offset();
	fetch(r);
	r->drains++;
	if (r->drains % TELL_EACH == 0)
		read_counters(r);
	note_sink_error(r, sink_tick(sink));
	if (r->drains % TELL_EACH == 0)
		tell(r);
}

static int loop(struct reading *r)
{
	struct epoll_event events[3];

	while (!r->ended) {
		int count = epoll_wait(r->epoll_fd, events, 3, -1);

		if (count < 0 && errno != EINTR)
			return fail(errno, "cannot wait for records: %s; please report it",
				    strerror(errno));
		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == r->timer_fd)
				on_timer(r);
			else
				fetch(r);
		}
	}
	return 0;
}

static int watch(struct reading *r, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(r->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int open_loop(struct reading *r)
{
	struct itimerspec period = { { 0, DRAIN_NS }, { 0, DRAIN_NS } };

	r->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	r->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (r->epoll_fd < 0 || r->timer_fd < 0 || timerfd_settime(r->timer_fd, 0, &period, NULL) ||
	    watch(r, rings_fd(r->rings)) || watch(r, r->timer_fd) || watch(r, r->worker->channel))
		return fail(errno,
			    "cannot wait for records: %s; check that there is enough "
			    "free memory",
			    strerror(errno));
	return 0;
}

static int start(struct reading *r)
{
	unsigned int cpus = r->worker->shared->cpus;
	__u32 record_size = r->source->meta->record_size;
	int err = rings_new(&r->rings, cpus, record_size, &rings_ops, r);

	if (err)
		return err;
	r->lost = calloc(cpus, sizeof(*r->lost));
	r->told = calloc(cpus, sizeof(*r->told));
	r->state = calloc(cpus, sizeof(*r->state));
	r->merge = merge_new(cpus, HELD_BYTES / record_size, record_size, on_merged, r);
	r->names = interface_names_new();
	if (!r->lost || !r->told || !r->state || !r->merge || !r->names)
		return fail(ENOMEM, "cannot capture: out of memory; free some memory");
	r->utc_offset = clock_utc_offset();
	err = open_loop(r);
	if (!err)
		err = channel_say(r->worker->channel, CHANNEL_OPEN);
	while (!err && !r->begun && !r->ended)
		take_message(r);
	return err;
}

/* Nothing is in flight any more but what the rings hold. */
static void finish(struct reading *r)
{
	__u64 begin = clock_boottime();

	rings_drain(r->rings);
	release_until(r, (__u64)-1, begin);
	read_counters(r);
}

static void release(struct reading *r)
{
	if (r->timer_fd >= 0)
		close(r->timer_fd);
	if (r->epoll_fd >= 0)
		close(r->epoll_fd);
	merge_free(r->merge);
	interface_names_free(r->names);
	rings_free(r->rings);
	free(r->lost);
	free(r->told);
	free(r->state);
}

int worker_run(const struct worker *worker, struct source *source)
{
	struct reading r = { .worker = worker, .source = source, .timer_fd = -1, .epoll_fd = -1 };
	int err;

	source->accounts->live = true;
	err = start(&r);
	if (!err && r.begun) {
		err = loop(&r);
		finish(&r);
	}
	release(&r);
	return err ? err : r.err;
}
