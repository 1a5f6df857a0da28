/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "log_read/log_lane.h"

#include <string.h>

#include "base/clock.h"

#define NS_PER_S 1000000000ULL
#define LATE_NS  (15 * NS_PER_S) /* heads wait no longer for their end, and are late then */
#define LOOK_NS  (20 * NS_PER_S / 1000)
#define HOLD_NS  (2 * NS_PER_S) /* a batch is written before its records are that old */

int lane_event(const struct lane *lane, struct log_merge_now *now, int event)
{
	now->description = log_reader_description(lane->reader);
	now->batch = lane->batch;
	now->complete_until = lane->complete_clock;
	now->complete_utc = lane->complete;
	return event;
}

static int tell(const struct lane *lane, struct log_merge_now *now, const char *text)
{
	now->text = text;
	return lane_event(lane, now, LOG_MERGE_NOTICE);
}

static int pass_loss(struct lane *lane, struct log_merge_now *now)
{
	now->loss = log_decode_loss(lane->batch, lane->lost++);
	return lane_event(lane, now, LOG_MERGE_LOSS);
}

static int pass_complete(struct lane *lane, struct log_merge_now *now)
{
	lane->news = false;
	return lane_event(lane, now, LOG_MERGE_COMPLETE);
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
static int end_batch(struct lane *lane, struct log_merge_now *now, struct message *notice)
{
	__u32 senseless = lane->senseless;

	complete(lane, lane->batch->complete_until, lane->batch->utc_offset);
	lane->batch = NULL;
	lane->senseless = 0;
	if (!senseless)
		return 0;
	message_set(notice, 0, "%u records are inconsistent; skipped them", senseless);
	return tell(lane, now, notice->text);
}

/* Whether nothing more can be wanted, however long one waits. */
static bool is_past(const struct lane *lane)
{
	return lane->want.until && lane->complete >= lane->want.until + LATE_NS;
}

/* Goes on in the lane's log. Returns an event, 0: the lane's state says more, or -errno. */
static int next_batch(struct lane *lane, struct log_merge_now *now)
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
		return lane_event(lane, now, LOG_MERGE_META);
	case LOG_EVENT_NOTICE:
		return tell(lane, now, log_reader_notice(lane->reader));
	case LOG_EVENT_IDLE:
		lane->state = is_past(lane) ? LANE_OVER : LANE_IDLE;
		lane->looked = clock_utc();
		return 0;
	default:
		lane->state = LANE_OVER;
		now->text = log_reader_error(lane->reader);
		return lane_event(lane, now, got);
	}
}

int lane_move_on(struct lane *lane, struct log_merge_now *now, struct message *notice)
{
	int got = 0;

	lane->state = LANE_NEXT;
	while (!got && lane->state == LANE_NEXT) {
		if (lane->news)
			got = pass_complete(lane, now);
		else if (!lane->batch)
			got = next_batch(lane, now);
		else if (lane->lost < lane->batch->loss_count)
			got = pass_loss(lane, now);
		else if (!lane_next_record(lane))
			got = end_batch(lane, now, notice);
	}
	return got;
}

bool lane_has_none_before(const struct lane *lane, __u64 time)
{
	return lane->complete >= time || lane->looked >= time + HOLD_NS;
}

bool lane_is_ignored(const struct lane *lane)
{
	return lane->ignored && clock_utc() - lane->looked < LOOK_NS;
}

bool lane_is_overdue(struct lane *lane)
{
	__u64 now = clock_boottime();

	if (!lane->held)
		lane->held = now;
	lane->ignored = lane->ignored || now - lane->held >= HOLD_NS;
	return lane->ignored;
}
