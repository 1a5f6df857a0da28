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

/* Whether `-c` counts lines: of transactions, so that none is cut in half. */
static bool counts_lines(const struct options *options)
{
	return !options->write.directory && options_of_transactions(options);
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
		.count = counts_lines(options) ? options->count : 0,
		.timeout = options->timeout_ms * 1000000,
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

/* Whether `--where` asks for something; live, it may come later. */
static bool has_where(const struct options *options)
{
	return options->where || (options->interfaces.count && options->config_file);
}

static bool has_both(const struct options *options)
{
	return options->write.directory && (options->write.stream || options->format);
}

/* Of records, requests are written before it is known whether they are wanted; of lines they are
 * not. So the two are chosen apart. */
static bool chooses_apart(const struct options *options)
{
	return has_both(options) && has_where(options);
}

static int put_where_before(struct sink **sink, bool at_once, const struct options *options,
			    __u64 *unwritten, struct accounts *accounts)
{
	const bool live = options->interfaces.count;
	const struct where_sink_options where = {
		.text = live || !options->where ? NULL : where_text(options->where),
		.at_once = at_once,
		.timeout = options->timeout_ms * 1000000,
		.unwritten = unwritten,
		.excluded = &accounts->user[HDRTAP_USER_EXCLUDED],
	};

	return has_where(options) ? where_sink_open(sink, *sink, &where) : 0;
}

/* What is wanted, in front of an output; `at_once`: of records, not lines. */
static int put_choice_before(struct sink **sink, bool at_once, const struct options *options,
			     __u64 *unwritten, struct accounts *accounts)
{
	const struct filter_options filter = {
		.count = counts_lines(options) ? 0 : options->count,
		.directions = options->directions,
		.kinds = options->settings.kinds,
	};
	int err = sink_filter_open(sink, *sink, &filter, accounts);

	return err ? err : put_where_before(sink, at_once, options, unwritten, accounts);
}

/* Standard output beside the log, which it must not hold up. */
static int open_beside(struct sink **sink, struct output *output, const struct options *options,
		       struct accounts *accounts)
{
	int err = open_stdout(sink, options, &output->unwritten);

	if (!err && chooses_apart(options))
		err = put_choice_before(sink, options->write.stream, options, &output->unwritten,
					&output->beside);
	return err ? err
		   : sink_queue_open(sink, *sink, "standard output", &output->unwritten, accounts);
}

static int open_chosen_log(struct sink **sink, struct output *output, const struct options *options,
			   struct accounts *accounts)
{
	int err = open_log(sink, options, &output->unlogged);

	return err || !chooses_apart(options)
		       ? err
		       : put_choice_before(sink, true, options, &output->unlogged, accounts);
}

static int open_both(struct sink **sink, struct output *output, const struct options *options,
		     struct accounts *accounts)
{
	struct sink *beside, *log;
	int err = open_beside(&beside, output, options, accounts);

	if (err)
		return err;
	err = open_chosen_log(&log, output, options, accounts);
	if (!err)
		return sink_tee_open(sink, log, beside);
	beside->ops->close(beside);
	return err;
}

static int open_all(struct sink **sink, struct output *output, const struct options *options,
		    struct accounts *accounts)
{
	const bool records = options->write.directory || options->write.stream;
	__u64 *unwritten = output->logged ? &output->unlogged : &output->unwritten;
	int err = has_both(options) ? open_both(sink, output, options, accounts)
		  : output->logged  ? open_log(sink, options, &output->unlogged)
				    : open_stdout(sink, options, &output->unwritten);

	return err || chooses_apart(options)
		       ? err
		       : put_choice_before(sink, records, options, unwritten, accounts);
}

/* What options do that who gave them may not expect. */
static void say_consequences(const struct options *options)
{
	const bool records = options->write.directory || options->write.stream;

	if (records && options->where && where_asks(options->where) & 1u << HDRTAP_KIND_RESPONSE)
		warn_line("option --where: with -w, requests that only their responses decide are "
			  "written without waiting for these");
	if (options->directions && options->interfaces.count)
		warn_line("option -Q: a response goes in the other direction than its request, "
			  "but on bridges and lo; such pairs are not joined and have no latency");
}

int output_open(struct output *output, const struct options *options, struct accounts *accounts)
{
	say_consequences(options);
	*output = (struct output){ .logged = options->write.directory };
	return open_all(&output->sink, output, options, accounts);
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
