/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The first sink is the one that lasts. It is closed first as well, so that a log is whole on the
 * disk while the other one still waits for its reader.
 */
#include "sink/sink_tee.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

struct tee {
	struct sink sink;
	struct sink *first;
	struct sink *second;
};

static int tee_describe(struct sink *sink, const struct run_meta *meta)
{
	struct tee *tee = (struct tee *)sink;
	int result = tee->first->ops->describe(tee->first, meta);

	tee->second->ops->describe(tee->second, meta);
	return result;
}

static int tee_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		     const char *interface)
{
	struct tee *tee = (struct tee *)sink;
	int result = tee->first->ops->write(tee->first, rec, utc_offset, interface);

	tee->second->ops->write(tee->second, rec, utc_offset, interface);
	return result;
}

static int tee_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct tee *tee = (struct tee *)sink;
	int result = sink_lost(tee->first, cpu, count);

	sink_lost(tee->second, cpu, count);
	return result;
}

static int tee_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct tee *tee = (struct tee *)sink;
	int result = sink_complete(tee->first, until, utc_offset);

	sink_complete(tee->second, until, utc_offset);
	return result;
}

static int tee_tick(struct sink *sink)
{
	struct tee *tee = (struct tee *)sink;
	int result = sink_tick(tee->first);

	sink_tick(tee->second);
	return result;
}

static int tee_close(struct sink *sink)
{
	struct tee *tee = (struct tee *)sink;
	int first = tee->first->ops->close(tee->first);
	int second = tee->second->ops->close(tee->second);

	free(tee);
	return first ? first : second;
}

static const struct sink_ops tee_ops = {
	.describe = tee_describe,
	.write = tee_write,
	.lost = tee_lost,
	.complete = tee_complete,
	.tick = tee_tick,
	.close = tee_close,
};

int sink_tee_open(struct sink **sink, struct sink *first, struct sink *second)
{
	struct tee *tee = calloc(1, sizeof(*tee));

	if (!tee) {
		first->ops->close(first);
		second->ops->close(second);
		return fail(ENOMEM, "cannot write to two outputs: out of memory; end other "
				    "programs");
	}
	tee->sink.ops = &tee_ops;
	tee->first = first;
	tee->second = second;
	*sink = &tee->sink;
	return 0;
}
