/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each log is a lane that has one record at hand, and the oldest of these is next. A lane that has
 * none for now holds the others up until it is known to have none that is older (log_lane.h). So
 * memory is a batch per log.
 */
#include "log_read/log_merge.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "log_read/log_lane.h"

#define WAIT_MS 50

struct log_merge {
	struct lane *lane;
	unsigned int lanes;
	int epoll;
	bool in_batch; /* the last event was a record */
	struct log_merge_now now;
	struct message notice;
};

int log_merge_new(struct log_merge **merge)
{
	struct log_merge *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (m->epoll < 0) {
		int err = -errno;

		free(m);
		return err;
	}
	*merge = m;
	return 0;
}

void log_merge_free(struct log_merge *m)
{
	if (!m)
		return;
	for (unsigned int i = 0; i < m->lanes; i++)
		log_reader_close(m->lane[i].reader);
	free(m->lane);
	close(m->epoll);
	free(m);
}

/* Disarmed until somebody waits for it. A file that cannot be waited for is none to poll. */
static void poll_lane(struct log_merge *m, struct lane *lane)
{
	struct epoll_event event = { .events = EPOLLONESHOT };
	int fd = log_reader_fd(lane->reader);

	lane->pollable = fd >= 0 && !epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &event);
}

int log_merge_add(struct log_merge *m, const struct log_source_options *options,
		  struct message *message)
{
	struct lane *lanes = reallocarray(m->lane, m->lanes + 1, sizeof(*lanes));
	struct lane lane = { 0 };
	int err;

	if (!lanes)
		return message_set(message, ENOMEM,
				   "cannot read %s: out of memory; end other programs",
				   options->path);
	m->lane = lanes;
	err = log_reader_open(&lane.reader, options, message);
	if (err)
		return err;
	lane.want = log_want(options->since, options->until, NULL);
	poll_lane(m, &lane);
	lanes[m->lanes++] = lane;
	return 0;
}

static struct lane *oldest(struct log_merge *m)
{
	struct lane *found = NULL;

	for (struct lane *lane = m->lane; lane < m->lane + m->lanes; lane++)
		if (lane->state == LANE_READY && (!found || lane->time < found->time))
			found = lane;
	return found;
}

/* Returns an event of the lane, 0: its state says more, or -errno. */
static int move_on(struct log_merge *m, struct lane *lane)
{
	int got = lane_move_on(lane, &m->now, &m->notice);

	if (got)
		m->now.source = lane - m->lane;
	return got;
}

/* Moves lanes on that have to. Returns an event, 0: all have a state, or -errno. */
static int move_all(struct log_merge *m)
{
	int got = 0;

	for (struct lane *lane = m->lane; lane < m->lane + m->lanes && !got; lane++)
		if (lane->state == LANE_NEXT)
			got = move_on(m, lane);
	return got;
}

/*
 * Looks at the idle lanes that may have something older than `first`, all when there is none.
 * Returns an event, -errno, or 0; `*held` tells whether one of them must be waited for.
 */
static int look_at_idle(struct log_merge *m, const struct lane *first, bool *held)
{
	int got = 0;

	*held = false;
	for (struct lane *lane = m->lane; lane < m->lane + m->lanes && !got; lane++) {
		if (lane->state != LANE_IDLE ||
		    (first && (lane_has_none_before(lane, first->time) || lane_is_ignored(lane))))
			continue;
		got = move_on(m, lane);
		if (got || lane->state != LANE_IDLE || !first)
			continue;
		if (lane_has_none_before(lane, first->time))
			lane->held = 0;
		else if (!lane_is_overdue(lane))
			*held = true;
	}
	return got;
}

static inline void take_record(struct log_merge *m, struct lane *lane)
{
	m->now.rec = lane->rec;
	m->now.at = lane->next - 1;
	lane->state = LANE_NEXT;
}

static int pass_record(struct log_merge *m, struct lane *lane)
{
	take_record(m, lane);
	m->now.source = lane - m->lane;
	return lane_event(lane, &m->now, LOG_MERGE_RECORD);
}

/* Whoever waits is woken by streams that are idle, and by no others. */
static int idle(struct log_merge *m)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT }, woken;
	bool any = false;

	while (epoll_wait(m->epoll, &woken, 1, 0) > 0) /* disarms it, also when it has ended */
		;

	for (struct lane *lane = m->lane; lane < m->lane + m->lanes; lane++) {
		any = any || lane->state != LANE_OVER;
		if (lane->state == LANE_IDLE && lane->pollable)
			epoll_ctl(m->epoll, EPOLL_CTL_MOD, log_reader_fd(lane->reader), &event);
	}
	return any ? LOG_MERGE_IDLE : LOG_MERGE_END;
}

/* The next record of the only log's batch, if there is one: then the last event was a record, too.
 */
static inline bool goes_on(struct log_merge *m)
{
	struct lane *lane = m->lane;

	m->in_batch = m->in_batch && m->lanes == 1 && lane_next_record(lane);
	if (m->in_batch)
		take_record(m, lane);
	return m->in_batch;
}

int log_merge_next(struct log_merge *m)
{
	struct lane *first;
	bool held;
	int got;

	if (goes_on(m))
		return LOG_MERGE_RECORD;
	do {
		got = move_all(m);
		if (got)
			return got;
		first = oldest(m);
		got = look_at_idle(m, first, &held);
		if (got)
			return got;
	} while (oldest(m) != first);
	m->in_batch = first && !held;
	return m->in_batch ? pass_record(m, first) : idle(m);
}

const struct log_merge_now *log_merge_now(const struct log_merge *m)
{
	return &m->now;
}

bool log_merge_damaged(const struct log_merge *m)
{
	bool damaged = false;

	for (unsigned int i = 0; i < m->lanes; i++)
		damaged = damaged || log_reader_damaged(m->lane[i].reader);
	return damaged;
}

int log_merge_fd(const struct log_merge *m)
{
	return m->epoll;
}

int log_merge_wait(const struct log_merge *m)
{
	for (unsigned int i = 0; i < m->lanes; i++)
		if (m->lane[i].state == LANE_READY ||
		    (m->lane[i].state == LANE_IDLE && !m->lane[i].pollable))
			return WAIT_MS;
	return -1;
}

__u64 log_merge_complete(const struct log_merge *m)
{
	__u64 complete = UINT64_MAX;

	for (unsigned int i = 0; i < m->lanes; i++)
		if (m->lane[i].state != LANE_OVER && m->lane[i].complete < complete)
			complete = m->lane[i].complete;
	return complete == UINT64_MAX ? 0 : complete;
}

struct log_read_counters log_merge_counters(const struct log_merge *m)
{
	struct log_read_counters all = { 0 };

	for (unsigned int i = 0; i < m->lanes; i++) {
		struct log_read_counters one = log_reader_counters(m->lane[i].reader);

		all.bytes += one.bytes;
		all.batches += one.batches;
		all.skipped += one.skipped;
	}
	return all;
}
