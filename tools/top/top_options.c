/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_names.h"
#include "base/error.h"
#include "base/numbers.h"
#include "top_history.h"
#include "top_query.h"

#define FIELD(member) .field = offsetof(struct top_options, member)

/* --- rows --- */

static int parse_tables(const struct option_row *row, void *field, const char *argument)
{
	__u64 *count = field;

	if (number_parse(argument, count) && *count)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a number of tables; give 1 or more",
		    row->option, argument);
}

static int parse_speed(const struct option_row *row, void *field, const char *argument)
{
	__u64 *speed = field;

	if (number_parse(argument, speed) && *speed && *speed <= TOP_SPEED_MAX)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a speed; give 1 (as fast as it happened) to %d",
		    row->option, argument, TOP_SPEED_MAX);
}

static int parse_by(const struct option_row *row, void *field, const char *argument)
{
	char why[TOP_MESSAGE_MAX];

	if (!top_query_judge_by(argument, why))
		return fail(EINVAL, "option %s: %s", row->option, why);
	return option_parse_text(row, field, argument);
}

/* Nothing at all may be a size here. */
static int parse_history(const struct option_row *row, void *field, const char *argument)
{
	if (size_parse(argument, field))
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a size; give bytes, or as in 64M", row->option,
		    argument);
}

#define TOP_X_WORD(s, text, ...) { text, TOP_WINDOW_##s + 1 },
static const struct option_word windows[] = { TOP_WINDOWS(TOP_X_WORD){ NULL, 0 } };

static const struct option_word columns[] = {
	{ "rate", TOP_COLUMN_RATE },
	{ "5xx", TOP_COLUMN_ERRORS },
	{ "4xx", TOP_COLUMN_REFUSED },
	{ "unanswered", TOP_COLUMN_UNANSWERED },
	{ "p50", TOP_COLUMN_P50 },
	{ "p90", TOP_COLUMN_P90 },
	{ "p99", TOP_COLUMN_P99 },
	{ "key", TOP_COLUMN_KEY },
	{ NULL, 0 },
};

static const struct option_word colors[] = {
	{ "auto", TEXT_COLOR_AUTO },
	{ "always", TEXT_COLOR_ALWAYS },
	{ "never", TEXT_COLOR_NEVER },
	{ NULL, 0 },
};

static const struct option_row rows[] = {
	{ .help = "Capture" },
	{ "-i", "interfaces", "IF",
	  "start hdrtap on this interface and show what it sees; again for another one",
	  option_parse_list, FIELD(interfaces), .list = OPTION_REPEATED, .name = "--interface" },
	{ "-e", "elements", "NAME", "with -i: also this header field, as in hdrtap -e",
	  option_parse_list, FIELD(elements), .list = OPTION_REPEATED, .name = "--element" },
	{ 0 },
};

static const struct option_row shown_rows[] = {
	{ .help = "Table" },
	{ "--by", "by", "FIELD",
	  "a row for each api (default), host, client, status, or any other field; several with "
	  "commas",
	  parse_by, FIELD(by) },
	{ "--window", "window", "TIME",
	  "1s, 10s, 1m, 5m or all (default: 1m; of a log that is read to its end, all)",
	  option_parse_word, FIELD(window), .words = windows },
	{ "--sort", "sort", "COLUMN", "rate (default), 5xx, 4xx, unanswered, p50, p90, p99 or key",
	  option_parse_word, FIELD(sort), .words = columns },
	{ "--speed", "speed", "N",
	  "a log N times as fast as it was written, instead of all at once", parse_speed,
	  FIELD(speed) },
	{ "-b", "batch", NULL, "plain tables on standard output, one for each window",
	  option_parse_flag, FIELD(batch), .name = "--batch" },
	{ "-n", "tables", "N", "with -b: end after N tables", parse_tables, FIELD(tables),
	  .name = "--tables" },
	{ "--color", "color", "WHEN", "auto (default), always, never", option_parse_word,
	  FIELD(color), .words = colors },
	{ "--memory", "memory", "SIZE", "memory for counts (default: 64M)", option_parse_size,
	  FIELD(memory) },
	{ "--history", "history", "SIZE",
	  "memory for the last calls, which are counted again when something else is shown "
	  "(default: 64M)",
	  parse_history, FIELD(history) },
	{ 0 },
};

static const struct option_part parts[] = {
	{ rows, 0 },
	{ companion_source_rows, 0 },
	{ shown_rows, 0 },
	{ companion_apis_rows, offsetof(struct top_options, apis) },
	{ companion_other_rows, 0 },
	{ NULL, 0 },
};

const struct option_table top_option_table = {
	.program = "hdrtap-top",
	.usage = "Usage: hdrtap-top -i IF | -r LOG|- [OPTION]...\n"
		 "Shows API usage as it happens: who calls what, how often, how fast, with which "
		 "result.\n",
	.examples = "  sudo hdrtap-top -i eth0\n"
		    "  sudo hdrtap -i eth0 -w - | hdrtap-top -r - --by client\n"
		    "  hdrtap-top -r /var/log/hdrtap --since 1h --speed 60\n"
		    "  hdrtap-top -r /var/log/hdrtap -b --by host,status | less\n",
	.manual = "hdrtap-top(1)",
	.file = "/etc/hdrtap/top.yaml",
	.part = parts,
};

/* --- checks --- */

void top_options_defaults(void *options)
{
	struct top_options *o = options;

	o->sort = TOP_COLUMN_RATE;
	o->memory = USAGE_MEMORY_DEFAULT;
	o->history = TOP_HISTORY_DEFAULT;
}

bool top_options_has_end(const struct top_options *options)
{
	return !options->interfaces.count && !options->companion.follow &&
	       !companion_reads_stream(&options->companion);
}

enum top_window top_options_window(const struct top_options *options)
{
	if (options->window)
		return options->window - 1;
	return top_options_has_end(options) && !options->speed ? TOP_WINDOW_ALL : TOP_WINDOW_1M;
}

static int check_source(struct top_options *options)
{
	size_t logs = options->companion.read.count;

	if (options->interfaces.count && logs)
		return fail(EINVAL, "options -i and -r: both name what is read; leave one out");
	if (options->elements.count && !options->interfaces.count)
		return fail(EINVAL, "option -e: a log has the header fields that it was written "
				    "with; it goes with -i only");
	if (options->speed &&
	    (options->interfaces.count || companion_reads_stream(&options->companion)))
		return fail(EINVAL, "option --speed: a stream comes as fast as it comes; give it "
				    "with a log");
	if (options->tables && !options->batch)
		return fail(EINVAL, "option -n: it is the number of tables of batch mode; add -b");
	if (!options->interfaces.count && !logs && !options->companion.check_config)
		return fail(EINVAL, "no source: give -i or -r; see hdrtap-top --help");
	return 0;
}

/* The predicate becomes the one that can be edited. */
static void take_where(struct top_options *options)
{
	struct where *where = options->companion.where;

	if (!where || !where_any(where))
		return;
	strncpy(options->where, where_text(where), sizeof(options->where) - 1);
	where_free(where);
	options->companion.where = NULL;
}

int top_options_check(void *options)
{
	struct top_options *o = options;
	int err = check_source(o);

	if (err)
		return err;
	take_where(o);
	return companion_apis_read(&o->names, &o->apis);
}

void top_options_discard(void *options)
{
	struct top_options *o = options;

	api_names_free(o->names);
	o->names = NULL;
}

/* --- hdrtap's own --- */

struct arguments {
	char **item;
	size_t count;
	bool failed;
};

static void add(struct arguments *to, const char *text)
{
	char **items = reallocarray(to->item, to->count + 2, sizeof(*items));

	if (items) {
		to->item = items;
		items[to->count] = strdup(text);
		items[to->count + 1] = NULL;
	}
	if (!items || !items[to->count++])
		to->failed = true;
}

static void add_element(struct arguments *to, const char *name)
{
	add(to, "-e");
	add(to, name);
}

/* The header fields that rows are by. */
static void add_asked(struct arguments *to, const struct top_options *options)
{
	struct usage_key key = { 0 };
	struct message message;

	if (!options->by || usage_key_parse(&key, options->by, &message))
		return;
	for (__u32 i = 0; i < key.count; i++) {
		__u8 kind;
		const char *name = usage_key_asks(&key, i, &kind);

		if (name)
			add_element(to, name);
	}
}

/* Those that the predicate needs the value of. */
static void add_where(struct arguments *to, const struct top_options *options)
{
	struct where *where = *options->where ? where_new() : NULL;
	struct where_error error;
	enum where_use use;
	const char *name;

	if (where && !where_add(where, options->where, &error))
		for (size_t i = 0; (name = where_name(where, i, &use)); i++)
			if (use == WHERE_CONTENT || !where_is_well_known(name))
				add_element(to, name);
	where_free(where);
}

char **top_options_arguments(const struct top_options *options)
{
	struct arguments to = { 0 };

	add(&to, "hdrtap");
	for (size_t i = 0; i < options->interfaces.count; i++) {
		add(&to, "-i");
		add(&to, options->interfaces.item[i]);
	}
	for (size_t i = 0; i < options->elements.count; i++)
		add_element(&to, options->elements.item[i]);
	add_asked(&to, options);
	add_where(&to, options);
	add(&to, "-w");
	add(&to, "-");
	if (!to.failed)
		return to.item;
	top_options_free_arguments(to.item);
	fail(ENOMEM, "cannot start hdrtap: out of memory; end other programs");
	return NULL;
}

void top_options_free_arguments(char **arguments)
{
	for (char **item = arguments; item && *item; item++)
		free(*item);
	free(arguments);
}
