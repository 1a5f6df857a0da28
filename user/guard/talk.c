/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "guard/talk.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/error.h"
#include "guard/guard_state.h"

/* The worker does not read, or is gone: then it has said why, or how it ended will be said. */
static int cannot_tell(struct guard *guard, int err)
{
	if (err != -EPIPE)
		return fail(-err, "the worker does not respond: %s; check whether it is stopped",
			    strerror(-err));
	guard->alone = guard->stop = true;
	return err;
}

static int tell(struct guard *guard, const struct channel_message *message,
		const struct run_meta *meta)
{
	int err = channel_send(guard->with->channel, message, meta);

	return err ? cannot_tell(guard, err) : 0;
}

int talk_say(struct guard *guard, enum channel_kind kind)
{
	return tell(guard, &(struct channel_message){ .kind = kind, .fd = -1 }, NULL);
}

int talk_describe(struct guard *guard, const struct run_meta *meta)
{
	return tell(guard, &(struct channel_message){ .kind = CHANNEL_DESCRIBE, .fd = -1 }, meta);
}

int talk_name(void *context, unsigned int ifindex, const char *name)
{
	struct channel_message message = {
		.kind = CHANNEL_NAME, .ifindex = ifindex, .since = clock_boottime(), .fd = -1
	};

	strncpy(message.name, name, sizeof(message.name) - 1);
	return tell(context, &message, NULL);
}

static int on_opened(void *context, unsigned int cpu, int fd, size_t bytes)
{
	struct channel_message message = {
		.kind = CHANNEL_RING, .cpu = cpu, .bytes = bytes, .fd = fd
	};

	return tell(context, &message, NULL);
}

static void on_gone(void *context, unsigned int cpu)
{
	tell(context, &(struct channel_message){ .kind = CHANNEL_RING_GONE, .cpu = cpu, .fd = -1 },
	     NULL);
}

const struct perf_events_ops talk_ring_events = { .opened = on_opened, .gone = on_gone };

static int on_mapped(struct guard *guard, const struct channel_message *message)
{
	size_t wanted = perf_events_bytes(guard->events);

	if (!message->bytes) /* the worker has said why */
		return 0;
	if (message->bytes < wanted && !guard->small_rings)
		warn_line("ring buffers have %llu KiB per CPU instead of %zu: the "
			  "locked-memory limit is too low; grant CAP_IPC_LOCK or raise "
			  "'ulimit -l'",
			  message->bytes >> 10, wanted >> 10);
	guard->small_rings |= message->bytes < wanted;
	return perf_events_mapped(guard->events);
}

int talk_take(struct guard *guard)
{
	struct channel_message message;
	int err = channel_receive(guard->with->channel, &message, NULL);

	if (err)
		return cannot_tell(guard, err);
	switch (message.kind) {
	case CHANNEL_MAPPED:
		err = on_mapped(guard, &message);
		return err ? err : CHANNEL_MAPPED;
	case CHANNEL_ENOUGH:
		guard->stop = true;
		return CHANNEL_ENOUGH;
	case CHANNEL_OPEN:
	case CHANNEL_READY:
		return message.kind;
	default:
		return cannot_tell(guard, -EPROTO);
	}
}

int talk_wait_for(struct guard *guard, enum channel_kind kind)
{
	int said;

	do
		said = talk_take(guard);
	while (said >= 0 && said != (int)kind);
	return said < 0 ? said : 0;
}

int talk_begin(struct guard *guard, size_t ring_bytes)
{
	struct channel_message begin = { .kind = CHANNEL_BEGIN, .bytes = ring_bytes, .fd = -1 };
	int err = tell(guard, &begin, NULL);

	return err ? err : talk_wait_for(guard, CHANNEL_READY);
}

void talk_hurry(const struct guard *guard)
{
	ending_ask(guard->with->worker);
}

void talk_end(struct guard *guard, int err)
{
	if (!guard->alone)
		talk_say(guard, err ? CHANNEL_FAILED : CHANNEL_END);
}
