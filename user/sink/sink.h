/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where records go: text, JSON, CSV or CLF lines, the record log, the record stream. Every verb
 * reports errors; a sink that fails has said so on stderr and returns -errno, and may be called
 * again (the disk may have room again).
 */
#ifndef HDRTAP_USER_SINK_H
#define HDRTAP_USER_SINK_H

#include "run/meta.h"

/* From write: the record was taken (or passed over) and no more are wanted (-c). */
#define SINK_ENOUGH 1

struct sink;

struct sink_ops {
	/*
	 * Before the first record, and again whenever the meaning of slots changed.
	 * `meta` stays valid and unchanged until the next call.
	 */
	int (*describe)(struct sink *sink, const struct run_meta *meta);
	/*
	 * One record. Its UTC time is rec->time + utc_offset (ns). `interface` is the name that
	 * rec->ifindex had then, shorter than IF_NAMESIZE; NULL: not known. Record and name are the
	 * caller's. Returns 0, SINK_ENOUGH, or -errno (reported): then the record was not taken and
	 * counts as dropped.
	 */
	int (*write)(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		     const char *interface);
	/* `count` records of `cpu` were lost before they reached the reader. NULL: not interested.
	 */
	int (*lost)(struct sink *sink, __u32 cpu, __u64 count);
	/*
	 * No later record will be older than `until` by the records' clock, but for those flagged
	 * LATE. `until` + utc_offset is UTC. NULL: not interested.
	 */
	int (*complete)(struct sink *sink, __u64 until, __s64 utc_offset);
	/* Called whenever the source has nothing more for now, and about every 10 ms when live.
	 * NULL: nothing to do. */
	int (*tick)(struct sink *sink);
	/* Writes out everything, closes and frees, also when it fails. */
	int (*close)(struct sink *sink);
};

struct sink {
	const struct sink_ops *ops;
};

/* The verbs that a sink need not have. Each returns 0 when it has none. */
static inline int sink_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	return sink->ops->lost ? sink->ops->lost(sink, cpu, count) : 0;
}

static inline int sink_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	return sink->ops->complete ? sink->ops->complete(sink, until, utc_offset) : 0;
}

static inline int sink_tick(struct sink *sink)
{
	return sink->ops->tick ? sink->ops->tick(sink) : 0;
}

#endif
