/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures through the native parser: pcap_file gives the packets, native_packet() does the rest.
 * Between reads of the file the sink gets its tick and signals are looked at, so that a quiet pipe
 * is as good as a live interface.
 */
#include "capture/source_pcap.h"

#include <errno.h>

#include "base/error.h"
#include "capture/native.h"
#include "capture/pcap_file.h"
#include "run/elements.h"

#define HOLD_NS 50000000ULL /* so much older than one before it a packet may be */

struct capture {
	const struct pcap_options *options;
	struct source *source;
	struct pcap_file *file;
	struct native *native;
	__u64 newest;   /* ns: time of a packet */
	__u64 complete; /* ns: no later record is older, but for those flagged LATE */
};

static void update_accounts(const struct capture *c)
{
	if (c->native)
		c->source->accounts->kernel = *native_counters(c->native);
	if (c->file)
		c->source->accounts->kernel.count[HDRTAP_COUNTER_EXPRESSION] =
			pcap_file_excluded(c->file);
}

/* Returns the sink's error. */
static int tell_complete(struct capture *c, __u64 until)
{
	struct sink *sink = c->source->sink;

	if (until <= c->complete)
		return 0;
	c->complete = until;
	native_complete(c->native, until);
	return sink_complete(sink, until, 0);
}

/* Between reads: 0, 1 on a signal that stops, or the sink's error. */
static int pause_reading(void *context)
{
	struct capture *c = context;
	struct sink *sink = c->source->sink;
	int err;

	update_accounts(c);
	err = c->native && c->newest > HOLD_NS ? tell_complete(c, c->newest - HOLD_NS) : 0;
	if (!err && c->native)
		err = sink_tick(sink);
	return err ? err : source_stopped(c->source);
}

static int emit(void *context, const struct hdrtap_record *rec)
{
	const struct source *source = context;
	int result = source->sink->ops->write(source->sink, rec, 0, NULL);

	source->accounts->user[result < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	return result;
}

/* Returns as pcap_file_open(). */
static int open_file(struct capture *c)
{
	const struct pcap_file_options options = {
		.path = c->options->path,
		.filter = c->options->filter,
		.input = {
			.signal_fd = c->source->signal_fd,
			.begun = c->options->begun,
			.begun_size = c->options->begun_size,
			.pause = pause_reading,
			.context = c,
		},
	};

	return pcap_file_open(&c->file, &options);
}

static int make_native(struct capture *c)
{
	struct hdrtap_settings settings;
	struct native_options options = {
		.settings = &settings,
		.config = c->options->config,
		.emit = emit,
		.context = c->source,
	};
	int err = settings_build(&settings, c->source->meta, c->source->settings, 0);

	if (err)
		return err;
	c->native = native_new(&options);
	if (!c->native)
		return fail(ENOMEM, "cannot read %s: out of memory; free some memory",
			    c->options->path);
	return 0;
}

static int handle_packet(struct capture *c, const struct native_packet *packet)
{
	if (!packet->no_time && packet->time > c->newest)
		c->newest = packet->time;
	return native_packet(c->native, packet);
}

static int read_packets(struct capture *c)
{
	struct native_packet packet;
	int got, err = 0;

	while (!err && (got = pcap_file_next(c->file, &packet)) == 1)
		err = handle_packet(c, &packet);
	if (!err)
		err = native_finish(c->native);
	if (!err)
		err = tell_complete(c, c->newest);
	if (err)
		return err == SINK_ENOUGH ? 0 : err;
	return got;
}

static int run(struct capture *c)
{
	struct sink *sink = c->source->sink;
	int err = open_file(c);

	if (err)
		return err < 0 ? err : 0;
	err = make_native(c);
	if (!err)
		err = sink->ops->describe(sink, c->source->meta);
	if (!err)
		err = source_ready(c->source);
	return err ? err : read_packets(c);
}

int pcap_source_run(const struct pcap_options *options, struct source *source)
{
	struct capture c = { .options = options, .source = source };
	int err = run(&c);

	update_accounts(&c);
	native_free(c.native);
	pcap_file_close(c.file);
	return err;
}
