/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each log is a lane that has one record at hand, and the oldest of these is next. A lane that has
 * none for now may still get an older one: it holds the others up until it is known to have none,
 * by what its log says of that, by the clock, or by having been waited for long enough. So memory
 * is a batch per log.
 */
#include "log_read/log_merge.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define WAIT_MS  50
#define NS_PER_S 1000000000ULL
#define LATE_NS  (15 * NS_PER_S) /* heads wait no longer for their end, and are late then */
#define LOOK_NS  (20 * NS_PER_S / 1000)
#define HOLD_NS  (2 * NS_PER_S) /* a batch is written before its records are that old */

enum lane_state {
	LANE_NEXT, /* has to be moved on */
	LANE_READY,
	LANE_IDLE,
	LANE_OVER
};

struct lane {
	struct log_reader *reader;
	struct log_want want; /* as to time */
	__u8 run_id[16];      /* of the run that `complete` is of */
	__u64 passed;         /* batches passed over that were taken into account */
	enum lane_state state;
	const struct log_batch *batch; /* NULL: none */
	__u32 next, lost;              /* of the batch: records and losses that were handed on */
	__u32 senseless;
	const struct hdrtap_record *rec; /* LANE_READY */
	__u64 time;                      /* of that, UTC */
	__u64 complete;                  /* UTC: no older record will come; 0: not known */
	__u64 complete_clock;            /* the same by the run's clock */
	bool news;                       /* of these */
	__u64 looked;                    /* UTC, LANE_IDLE: nothing had been written then */
	__u64 held;   /* CLOCK_BOOTTIME, LANE_IDLE: since when others wait for it; 0: they do not */
	bool ignored; /* waited for long enough; until it goes on */
	bool pollable; /* a stream whose descriptor tells when there is more */
};

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

static __u64 utc_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int event(struct log_merge *m, struct lane *lane, int event)
{
	m->now.source = lane - m->lane;
	m->now.description = log_reader_description(lane->reader);
	m->now.batch = lane->batch;
	m->now.complete_until = lane->complete_clock;
	m->now.complete_utc = lane->complete;
	return event;
}

static int notice(struct log_merge *m, struct lane *lane, const char *text)
{
	m->now.text = text;
	return event(m, lane, LOG_MERGE_NOTICE);
}

static int pass_loss(struct log_merge *m, struct lane *lane)
{
	m->now.loss = log_decode_loss(lane->batch, lane->lost++);
	return event(m, lane, LOG_MERGE_LOSS);
}

static int pass_complete(struct log_merge *m, struct lane *lane)
{
	lane->news = false;
	return event(m, lane, LOG_MERGE_COMPLETE);
}

/* The next record of the batch that makes sense. Returns whether there is one. */
static inline bool next_record(struct lane *lane)
{
	while (lane->next < lane->batch->record_count) {
		lane->rec = log_reader_record(lane->reader, lane->next++);
		if (!lane->rec) {
			lane->senseless++;
			continue;
		}
		lane->time = lane->rec->time + lane->batch->utc_offset;
		if (log_want_time(&lane->want, lane->time)) {
			lane->state = LANE_READY;
			return true;
		}
	}
	return false;
}

static void complete(struct lane *lane, __u64 clock, __s64 utc_offset)
{
	if (!clock)
		return;
	lane->news = lane->news || clock != lane->complete_clock;
	lane->complete_clock = clock;
	lane->complete = clock + utc_offset;
}

/* Batches that were passed over say how far everything is known, too. */
static void take_passed(struct lane *lane)
{
	struct log_passed passed = log_reader_passed(lane->reader);

	if (passed.batches == lane->passed)
		return;
	lane->passed = passed.batches;
	complete(lane, passed.complete_until, passed.utc_offset);
}

/* Another run's clock says nothing of this one's. Returns whether there is another run. */
static bool begin_run(struct lane *lane)
{
	const struct log_description *description = log_reader_description(lane->reader);

	if (!description || !memcmp(lane->run_id, description->meta.run_id, sizeof(lane->run_id)))
		return false;
	memcpy(lane->run_id, description->meta.run_id, sizeof(lane->run_id));
	lane->complete = lane->complete_clock = 0;
	lane->news = false;
	lane->passed = log_reader_passed(lane->reader).batches;
	return true;
}

/* Everything of the batch was handed on. */
static int end_batch(struct log_merge *m, struct lane *lane)
{
	__u32 senseless = lane->senseless;

	complete(lane, lane->batch->complete_until, lane->batch->utc_offset);
	lane->batch = NULL;
	lane->senseless = 0;
	if (!senseless)
		return 0;
	message_set(&m->notice, 0, "%u records are inconsistent; skipped them", senseless);
	return notice(m, lane, m->notice.text);
}

/* Whether nothing more can be wanted, however long one waits. */
static bool is_past(const struct lane *lane)
{
	return lane->want.until && lane->complete >= lane->want.until + LATE_NS;
}

/* Goes on in the lane's log. Returns an event, 0: the lane's state says more, or -errno. */
static int next_batch(struct log_merge *m, struct lane *lane)
{
	int got = log_reader_next(lane->reader);

	if (!begin_run(lane))
		take_passed(lane);
	if (got != LOG_EVENT_IDLE) {
		lane->ignored = false;
		lane->held = 0;
	}
	switch (got) {
	case LOG_EVENT_BATCH:
		lane->batch = log_reader_batch(lane->reader);
		lane->next = lane->lost = 0;
		return 0;
	case LOG_EVENT_META:
		return event(m, lane, LOG_MERGE_META);
	case LOG_EVENT_NOTICE:
		return notice(m, lane, log_reader_notice(lane->reader));
	case LOG_EVENT_IDLE:
		lane->state = is_past(lane) ? LANE_OVER : LANE_IDLE;
		lane->looked = utc_now();
		return 0;
	default:
		lane->state = LANE_OVER;
		m->now.text = log_reader_error(lane->reader);
		return event(m, lane, got);
	}
}

/* Moves a lane on until it has a record, an event or nothing. Returns that event, 0 or -errno. */
static int move_on(struct log_merge *m, struct lane *lane)
{
	int got = 0;

	lane->state = LANE_NEXT;
	while (!got && lane->state == LANE_NEXT) {
		if (lane->news)
			got = pass_complete(m, lane);
		else if (!lane->batch)
			got = next_batch(m, lane);
		else if (lane->lost < lane->batch->loss_count)
			got = pass_loss(m, lane);
		else if (!next_record(lane))
			got = end_batch(m, lane);
	}
	return got;
}

/* Whether an idle lane is known to have no record that is older. */
static bool has_none_before(const struct lane *lane, __u64 time)
{
	return lane->complete >= time || lane->looked >= time + HOLD_NS;
}

/* Whether nobody waits for an idle lane. It is looked at now and then all the same. */
static bool is_ignored(const struct lane *lane)
{
	return lane->ignored && utc_now() - lane->looked < LOOK_NS;
}

/* An idle lane holds up a record of that time. Returns whether it has done so for too long. */
static bool is_overdue(struct lane *lane)
{
	__u64 now = clock_boottime();

	if (!lane->held)
		lane->held = now;
	lane->ignored = lane->ignored || now - lane->held >= HOLD_NS;
	return lane->ignored;
}

static struct lane *oldest(struct log_merge *m)
{
	struct lane *found = NULL;

	for (struct lane *lane = m->lane; lane < m->lane + m->lanes; lane++)
		if (lane->state == LANE_READY && (!found || lane->time < found->time))
			found = lane;
	return found;
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
		    (first && (has_none_before(lane, first->time) || is_ignored(lane))))
			continue;
		got = move_on(m, lane);
		if (got || lane->state != LANE_IDLE || !first)
			continue;
		if (has_none_before(lane, first->time))
			lane->held = 0;
		else if (!is_overdue(lane))
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
	return event(m, lane, LOG_MERGE_RECORD);
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

	m->in_batch = m->in_batch && m->lanes == 1 && next_record(lane);
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
