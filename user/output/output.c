/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "output/output.h"

#include <errno.h>
#include <unistd.h>

#include "base/error.h"
#include "log_write/log_stream.h"
#include "log_write/log_writer.h"
#include "sink/sink_filter.h"
#include "sink/sink_queue.h"
#include "sink/sink_tee.h"
#include "view/sink_clf.h"
#include "view/sink_csv.h"
#include "view/csv_safe.h"
#include "view/format_string.h"
#include "view/profile.h"
#include "view/sink_json.h"
#include "view/sink_string.h"
#include "view/sink_text.h"
#include "where/where.h"
#include "where_sink/where_sink.h"

int output_check(const struct options *options, const struct run_meta *meta)
{
	const char *text = options->format_string;
	const char *place = text ? given_place_of(&options->given, text) : "";
	struct format_string *format;
	int err;

	if (!text)
		return 0;
	err = format_string_parse(&format, text, place);
	if (!err && meta)
		err = format_string_check(format, meta, place);
	format_string_free(format);
	return err;
}

/* What becomes of the lines before they are written. */
static out_rewrite rewrite_of(const struct options *options)
{
	if (options->format == OPTIONS_CSV && options->csv_safe)
		return csv_safe;
	if (options->format != OPTIONS_JSON)
		return NULL;
	switch (options->profile) {
	case OPTIONS_ECS:
		return profile_ecs;
	case OPTIONS_ZEEK:
		return profile_zeek;
	case OPTIONS_APIPARK:
		return profile_apipark;
	default:
		return NULL;
	}
}

static int open_view(struct sink **sink, const struct options *options, __u64 *unwritten)
{
	struct view_options view = {
		.fd = STDOUT_FILENO,
		.name = "standard output",
		.line_buffered = options->line_buffered,
		.text = { .verbose = options->verbose,
			  .brief = options->quiet,
			  .times = options->timestamps,
			  .local_time = options->local_time,
			  .color = options->color },
		.rewrite = rewrite_of(options),
		.format_string = options->format_string,
		.unwritten = unwritten,
		.transactions = options->transactions,
		.timeout = options->timeout_ms * 1000000,
		.kinds = options->settings.kinds,
	};

	switch (options->format) {
	case OPTIONS_JSON:
		return sink_json_open(sink, &view);
	case OPTIONS_CSV:
		return sink_csv_open(sink, &view);
	case OPTIONS_CLF:
		return sink_clf_open(sink, &view);
	case OPTIONS_COMBINED:
		return sink_combined_open(sink, &view);
	case OPTIONS_STRING:
		return sink_string_open(sink, &view);
	default:
		return sink_text_open(sink, &view);
	}
}

static int open_stdout(struct sink **sink, const struct options *options, __u64 *unwritten)
{
	if (!options->write.stream)
		return open_view(sink, options, unwritten);
	if (isatty(STDOUT_FILENO))
		return fail(EINVAL, "-w -: standard output is a terminal; pipe it, or use -f");
	return sink_stream_open(sink, STDOUT_FILENO, unwritten);
}

static int open_log(struct sink **sink, const struct options *options, __u64 *unlogged)
{
	struct log_options log = options->log;

	log.path = options->write.directory;
	log.unwritten = unlogged;
	return sink_log_open(sink, &log);
}

/* The log, and beside it what must not hold it up. */
static int open_both(struct sink **sink, struct output *output, const struct options *options,
		     struct accounts *accounts)
{
	struct sink *beside, *log;
	int err = open_stdout(&beside, options, &output->unwritten);

	if (!err)
		err = sink_queue_open(&beside, beside, "standard output", &output->unwritten,
				      accounts);
	if (err)
		return err;
	err = open_log(&log, options, &output->unlogged);
	if (!err)
		return sink_tee_open(sink, log, beside);
	beside->ops->close(beside);
	return err;
}

static int open_all(struct sink **sink, struct output *output, const struct options *options,
		    struct accounts *accounts)
{
	if (!output->logged)
		return open_stdout(sink, options, &output->unwritten);
	if (!options->write.stream && !options->format)
		return open_log(sink, options, &output->unlogged);
	return open_both(sink, output, options, accounts);
}

/* What `--where` asks for, in front of all outputs. Live, it may come later. */
static int open_where(struct output *output, struct sink *inner, const struct options *options,
		      struct accounts *accounts)
{
	const bool live = options->interfaces.count;
	const struct where_sink_options where = {
		.text = live || !options->where ? NULL : where_text(options->where),
		.at_once = options->write.directory || options->write.stream,
		.timeout = options->timeout_ms * 1000000,
		.unwritten = output->logged ? &output->unlogged : &output->unwritten,
	};

	if (!options->where && !(live && options->config_file)) {
		output->sink = inner;
		return 0;
	}
	if (where.at_once && options->where &&
	    where_asks(options->where) & 1u << HDRTAP_KIND_RESPONSE)
		warn_line("option --where: requests that only their responses decide are written");
	return where_sink_open(&output->sink, inner, &where, accounts);
}

int output_open(struct output *output, const struct options *options, struct accounts *accounts)
{
	const struct filter_options filter = {
		.count = options->count,
		.directions = options->directions,
		.kinds = options->settings.kinds,
	};
	struct sink *inner;
	int err;

	*output = (struct output){ .logged = options->write.directory };
	err = open_all(&inner, output, options, accounts);
	if (!err)
		err = sink_filter_open(&inner, inner, &filter, accounts);
	return err ? err : open_where(output, inner, options, accounts);
}

/* Beside a log standard output has accounts of its own. */
static void count_unwritten(const struct output *output, struct accounts *accounts)
{
	__u64 count = output->unlogged;

	if (!output->logged)
		count = accounts->unwritten = output->unwritten;
	accounts->user[HDRTAP_USER_WRITTEN] -= count;
	accounts->user[HDRTAP_USER_DROPPED] += count;
}

int output_close(struct output *output, struct accounts *accounts)
{
	int err = output->sink->ops->close(output->sink);

	count_unwritten(output, accounts);
	return err;
}
