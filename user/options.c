/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One table has every option: getopt's two lists and the usage text are made from it. A value is
 * checked when it is read, contradictions when all is read.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "numbers.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define FIELD(member) .field = offsetof(struct options, member)
#define LONG_ONLY_FIRST \
	256 /* what getopt_long() returns for the table's first row if it has no letter */

struct word {
	const char *text;
	__u32 value;
};

struct row;

/* Checks the argument and puts it into the field. Returns 0 or -errno (said). */
typedef int (*parse_function)(const struct row *row, void *field, const char *argument);

struct row {
	const char *option;   /* "-c" or "--heads", NULL: a heading */
	const char *argument; /* NULL: takes none */
	const char *help;
	parse_function parse;
	size_t field;             /* offset in struct options */
	const struct word *words; /* parse_word: ends with a NULL text */
};

static int parse_flag(const struct row *row, void *field, const char *argument)
{
	(void)row, (void)argument;
	*(bool *)field = true;
	return 0;
}

static int parse_list(const struct row *row, void *field, const char *argument)
{
	struct option_list *list = field;
	const char **items = reallocarray(list->item, list->count + 1, sizeof(*items));

	if (!items)
		return fail(ENOMEM, "option %s: out of memory; end other programs", row->option);
	list->item = items;
	list->item[list->count++] = argument;
	return 0;
}

static int parse_text(const struct row *row, void *field, const char *argument)
{
	const char **text = field;

	if (*text)
		return fail(EINVAL, "option %s: given more than once; give it once", row->option);
	if (!*argument)
		return fail(EINVAL, "option %s: its argument is empty; see hdrtap --help",
			    row->option);
	*text = argument;
	return 0;
}

static int parse_word(const struct row *row, void *field, const char *argument)
{
	char known[64] = "";
	const struct word *word;

	for (word = row->words; word->text; word++) {
		if (!strcmp(word->text, argument)) {
			*(__u32 *)field = word->value;
			return 0;
		}
		if (known[0])
			strcat(known, word[1].text ? ", " : " or ");
		strcat(known, word->text);
	}
	return fail(EINVAL, "option %s: '%s' is none of its values in this version; use %s",
		    row->option, argument, known);
}

static int parse_count(const struct row *row, void *field, const char *argument)
{
	__u64 *count = field;

	if (number_parse(argument, count) && *count)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a number from 1 up; give a number of heads",
		    row->option, argument);
}

static int parse_size(const struct row *row, void *field, const char *argument)
{
	__u64 *bytes = field;

	if (size_parse(argument, bytes) && *bytes)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a size; give bytes, or as in 64M or 10G",
		    row->option, argument);
}

static int parse_duration(const struct row *row, void *field, const char *argument)
{
	if (duration_parse(argument, field))
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a time; give seconds, or as in 500ms, 10m or 24h",
		    row->option, argument);
}

static const struct word formats[] = {
	{ "text", OPTIONS_TEXT },
	{ "json", OPTIONS_JSON },
	{ "csv", OPTIONS_CSV },
	{ "clf", OPTIONS_CLF },
	{ 0 },
};

static const struct word directions[] = {
	{ "in", 1 << HDRTAP_DIRECTION_RECEIVE },
	{ "out", 1 << HDRTAP_DIRECTION_TRANSMIT },
	{ "inout", 0 },
	{ 0 },
};

static const struct word kinds[] = {
	{ "request", 1 << HDRTAP_KIND_REQUEST },
	{ "response", 1 << HDRTAP_KIND_RESPONSE },
	{ "both", 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE },
	{ 0 },
};

static const struct word hooks[] = { { "auto", OPTIONS_HOOK_AUTO },
				     { "tc", OPTIONS_HOOK_TC },
				     { 0 } };

static const struct row table[] = {
	{ .help = "Where heads come from" },
	{ "-i", "IF", "a network interface, live (repeatable); any: all that are up", parse_list,
	  FIELD(interfaces) },
	{ "-r", "FILE",
	  "a capture (pcap, pcapng, gzipped or not), a record log (its directory or one segment), "
	  "or - for standard input: a capture or a record stream",
	  parse_text, FIELD(read) },
	{ "-Q", "DIRECTION", "only heads in this direction: in, out or inout (default)", parse_word,
	  FIELD(directions), directions },
	{ "--heads", "KIND", "only request or response heads; both (default)", parse_word,
	  FIELD(kinds), kinds },
	{ "-c", "N", "end after so many heads", parse_count, FIELD(count) },
	{ "--follow", NULL, "with -r DIR: go on as the log grows", parse_flag, FIELD(follow) },
	{ "--hook", "HOOK", "where in the kernel: auto (default) or tc", parse_word, FIELD(hook),
	  hooks },
	{ .help = "Header elements" },
	{ "-e", "NAME[=MODE][:MAX]",
	  "log this header too (repeatable, or a list with commas); none clears the list. MODE: "
	  "keep, length or scheme. MAX: bytes of the record reserved for it",
	  parse_list, FIELD(elements) },
	{ .help = "Output" },
	{ "-w", "DIR",
	  "a record log in this directory, or - for a record stream on standard output", parse_text,
	  FIELD(write) },
	{ "-f", "FORMAT", "lines: text (default), json, csv or clf", parse_word, FIELD(format),
	  formats },
	{ "-l", NULL, "write every line at once", parse_flag, FIELD(line_buffered) },
	{ "-v", NULL, "more about each head (-f text) and in the accounts", parse_flag,
	  FIELD(verbose) },
	{ "-q", NULL, "no accounts at the end", parse_flag, FIELD(quiet) },
	{ "-n", NULL, "does nothing: addresses and ports are never resolved", parse_flag,
	  FIELD(numeric) },
	{ .help = "The record log (-w DIR)" },
	{ "--segment-size", "SIZE", "begin a new segment after so much (default 64M)", parse_size,
	  FIELD(log.segment_size) },
	{ "--segment-age", "TIME", "or after so long (default 1h)", parse_duration,
	  FIELD(log.segment_age_ms) },
	{ "--keep", "SIZE", "delete the oldest segments beyond so much", parse_size,
	  FIELD(log.keep) },
	{ "--sync", "TIME", "force to the disk at least so often (default 1s)", parse_duration,
	  FIELD(log.sync_ms) },
	{ "--group", "GROUP", "who may read the log beside its owner", parse_text,
	  FIELD(log.group) },
	{ .help = "Other" },
	{ "-D", NULL, "list the interfaces and end", parse_flag, FIELD(list_interfaces) },
	{ "--version", NULL, "say which version this is and end", parse_flag, FIELD(version) },
	{ "--help", NULL, "say this and end", parse_flag, FIELD(help) },
};

static const char examples[] =
	"EXAMPLES\n"
	"  hdrtap -i eth0                          one line per head, live (as root)\n"
	"  hdrtap -i eth0 -w /var/log/hdrtap       log to disk (as root)\n"
	"  hdrtap -r /var/log/hdrtap -f json       read the log back\n"
	"  hdrtap -r capture.pcap tcp port 8080    a capture, without privilege\n"
	"  hdrtap -i eth0 -e x-tenant -e cookie=length --heads request\n"
	"  hdrtap -i any -w - | hdrtap -r - -f json -l\n";

static char letter_of(const struct row *row)
{
	return row->option[1] == '-' ? 0 : row->option[1];
}

/* What getopt_long() returns for a row. */
static int code_of(const struct row *row)
{
	return letter_of(row) ? letter_of(row) : LONG_ONLY_FIRST + (int)(row - table);
}

static const struct row *row_of(int code)
{
	size_t i;

	for (i = 0; i < COUNT(table); i++)
		if (table[i].option && code_of(&table[i]) == code)
			return &table[i];
	return NULL;
}

/* The table for getopt_long(); the leading colon makes it tell a missing argument from an unknown
 * option. */
static void build_lists(char *letters, struct option *names)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < COUNT(table); i++) {
		const struct row *row = &table[i];

		if (!row->option)
			continue;
		if (letter_of(row)) {
			*letters++ = letter_of(row);
			if (row->argument)
				*letters++ = ':';
		} else {
			*names++ = (struct option){ row->option + 2, !!row->argument, NULL,
						    code_of(row) };
		}
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

/* Says what getopt_long() did not like about an option. */
static int refuse(int code, char **argv)
{
	const struct row *row = row_of(optopt);

	if (code == ':' && row)
		return fail(EINVAL, "option %s: needs an argument, %s; see hdrtap --help",
			    row->option, row->argument);
	if (row)
		return fail(EINVAL, "option %s: takes no argument; see hdrtap --help", row->option);
	if (optopt)
		return fail(EINVAL, "option -%c: no such option; see hdrtap --help", optopt);
	return fail(EINVAL, "option %s: no such option, or short for several; see hdrtap --help",
		    argv[optind - 1]);
}

/* What is left of the command line, with spaces between. */
static int join_filter(struct options *options, int argc, char **argv)
{
	size_t size = 1;
	int i;

	if (optind >= argc)
		return 0;
	for (i = optind; i < argc; i++)
		size += strlen(argv[i]) + 1;
	options->filter = calloc(1, size);
	if (!options->filter)
		return fail(ENOMEM,
			    "cannot read the command line: out of memory; end other programs");
	for (i = optind; i < argc; i++) {
		if (i > optind)
			strcat(options->filter, " ");
		strcat(options->filter, argv[i]);
	}
	return 0;
}

static int check_source(const struct options *options)
{
	if (options->interfaces.count && options->read)
		return fail(EINVAL,
			    "-i and -r together: there is one source at a time; leave one out");
	if (!options->interfaces.count && !options->read)
		return fail(EINVAL, "no source: neither -i nor -r is given; see hdrtap --help");
	if (options->interfaces.count && options->filter)
		return fail(EINVAL,
			    "expression '%s': live interfaces are not filtered in this version; "
			    "leave it out, or filter a capture read with -r",
			    options->filter);
	if (options->interfaces.count && options->follow)
		return fail(EINVAL,
			    "option --follow: a live interface has no end; use it with -r DIR");
	if (options->read && options->hook)
		return fail(EINVAL, "option --hook: nothing is attached with -r; use it with -i");
	return 0;
}

static int check_output(const struct options *options)
{
	bool log = options->write && strcmp(options->write, "-");

	if (options->write && options->format)
		return fail(EINVAL,
			    "-w and -f together: records are not lines; leave one out, or read "
			    "what -w wrote with -r and -f");
	if (options->log_option && !log)
		return fail(EINVAL, "option %s: only a record log has it; use it with -w DIR",
			    options->log_option);
	return 0;
}

static int parse_all(struct options *options, int argc, char **argv)
{
	struct option names[COUNT(table) + 1];
	char letters[2 * COUNT(table) + 2];
	const struct row *row;
	int code, err;

	build_lists(letters, names);
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		row = code == ':' || code == '?' ? NULL : row_of(code);
		if (!row)
			return refuse(code, argv);
		err = row->parse(row, (char *)options + row->field, optarg);
		if (err)
			return err;
		if (row->field - offsetof(struct options, log) < sizeof(options->log))
			options->log_option = row->option;
	}
	return join_filter(options, argc, argv);
}

int options_parse(struct options *options, int argc, char **argv)
{
	int err;

	*options = (struct options){
		.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
		.log = LOG_OPTIONS_DEFAULT,
	};
	err = parse_all(options, argc, argv);
	if (err || options->help || options->version || options->list_interfaces)
		return err;
	err = check_source(options);
	return err ? err : check_output(options);
}

void options_free(struct options *options)
{
	free(options->interfaces.item);
	free(options->elements.item);
	free(options->filter);
}

#define HELP_COLUMN 24
#define HELP_END    79

/* Prints words in the help column behind `width` columns of something else. */
static void print_help(FILE *out, const char *help, int width)
{
	size_t size;

	for (; *help; help += size + strspn(help + size, " ")) {
		size = strcspn(help, " ");
		if (width > HELP_COLUMN && width + 1 + (int)size > HELP_END) {
			fputc('\n', out);
			width = 0;
		}
		if (width < HELP_COLUMN)
			width += fprintf(out, "%*s", HELP_COLUMN - width, "");
		else
			width += fprintf(out, " ");
		width += fprintf(out, "%.*s", (int)size, help);
	}
	fputc('\n', out);
}

void options_usage(FILE *out)
{
	size_t i;
	int width;

	fputs("Usage: hdrtap -i IF | -r FILE [OPTION...] [EXPRESSION]\n"
	      "Logs chosen elements of HTTP/1 request and response heads. EXPRESSION, as in\n"
	      "pcap-filter(7), chooses packets of a capture.\n",
	      out);
	for (i = 0; i < COUNT(table); i++) {
		const struct row *row = &table[i];

		if (!row->option) {
			fprintf(out, "\n%s\n", row->help);
			continue;
		}
		width = fprintf(out, "  %s%s%s", row->option, row->argument ? " " : "",
				row->argument ? row->argument : "");
		print_help(out, row->help, width);
	}
	fprintf(out, "\n%s", examples);
}
