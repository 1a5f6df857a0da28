/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel programs and the native parser already leave out the kinds and directions that were not
 * asked for; a log does not know what will be asked of it. Doing it here as well makes all sources
 * alike.
 */
#include "sink/sink_filter.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

struct filter {
	struct sink sink;
	struct sink *inner;
	struct filter_options options;
	struct accounts *accounts;
	__u64 passed;
	__u64 no_direction; /* left out for having none */
};

static int filter_describe(struct sink *sink, const struct run_meta *meta)
{
	struct filter *f = (struct filter *)sink;

	return f->inner->ops->describe(f->inner, meta);
}

static bool is_wanted(struct filter *f, const struct hdrtap_record *rec)
{
	const struct filter_options *options = &f->options;

	if (options->kinds && !(options->kinds & 1u << (rec->kind & 31)))
		return false;
	if (!options->directions || options->directions & 1u << (rec->direction & 31))
		return true;
	f->no_direction += rec->direction == HDRTAP_DIRECTION_NONE;
	return false;
}

static int filter_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			const char *interface)
{
	struct filter *f = (struct filter *)sink;
	int result;

	if (f->options.count && f->passed >= f->options.count)
		return SINK_ENOUGH;
	if (!is_wanted(f, rec))
		return 0;
	result = f->inner->ops->write(f->inner, rec, utc_offset, interface);
	if (result < 0)
		return result;
	f->passed++;
	if (rec->kind < HDRTAP_KIND_MAX)
		f->accounts->output[rec->kind]++;
	return f->passed == f->options.count ? SINK_ENOUGH : result;
}

static int filter_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct filter *f = (struct filter *)sink;

	return sink_lost(f->inner, cpu, count);
}

static int filter_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct sink *inner = ((struct filter *)sink)->inner;

	return sink_complete(inner, until, utc_offset);
}

static int filter_tick(struct sink *sink)
{
	struct filter *f = (struct filter *)sink;

	return sink_tick(f->inner);
}

static int filter_close(struct sink *sink)
{
	struct filter *f = (struct filter *)sink;
	int err = f->inner->ops->close(f->inner);

	if (f->no_direction)
		warn_line("%llu heads were left out: their direction is not known; "
			  "remove -Q",
			  f->no_direction);
	free(f);
	return err;
}

static const struct sink_ops filter_ops = {
	.describe = filter_describe,
	.write = filter_write,
	.lost = filter_lost,
	.complete = filter_complete,
	.tick = filter_tick,
	.close = filter_close,
};

int sink_filter_open(struct sink **sink, struct sink *inner, const struct filter_options *options,
		     struct accounts *accounts)
{
	struct filter *f = calloc(1, sizeof(*f));

	if (!f) {
		inner->ops->close(inner);
		return fail(ENOMEM, "cannot filter: out of memory; free some memory");
	}
	f->sink.ops = &filter_ops;
	f->inner = inner;
	f->options = *options;
	f->accounts = accounts;
	*sink = &f->sink;
	return 0;
}
