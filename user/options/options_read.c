/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * getopt's two lists and the usage text are made from the table of options. A value is checked when
 * it is read, contradictions when all is read.
 */
#include "options/options_read.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "options/config_file.h"
#include "options/options_check.h"
#include "options/options_config.h"
#include "options/options_table.h"

/* What getopt_long() returns for the table's first row if it has no letter. */
#define LONG_ONLY_FIRST 256

static const char examples[] = "EXAMPLES\n"
			       "  hdrtap -i eth0                          one line per "
			       "head, live (as root)\n"
			       "  hdrtap -i eth0 -w /var/log/hdrtap       log to disk (as "
			       "root)\n"
			       "  hdrtap -r /var/log/hdrtap -f json       read the log\n"
			       "  hdrtap -r capture.pcap tcp port 8080    read a capture "
			       "file, unprivileged\n"
			       "  hdrtap -i eth0 -e x-tenant -e cookie=length --heads "
			       "request\n"
			       "  hdrtap -i any -w - | hdrtap -r - -f json -l\n";

static char letter_of(const struct option_row *row)
{
	return row->option[1] == '-' ? 0 : row->option[1];
}

/* What getopt_long() returns for a row. */
static int code_of(const struct option_row *row)
{
	return letter_of(row) ? letter_of(row) : LONG_ONLY_FIRST + (int)(row - options_table);
}

static const struct option_row *row_of(int code)
{
	size_t i;

	for (i = 0; i < options_table_count; i++)
		if (options_table[i].option && code_of(&options_table[i]) == code)
			return &options_table[i];
	return NULL;
}

/* What is behind its two dashes, NULL: it has only a letter. */
static const char *name_of(const struct option_row *row)
{
	const char *name = letter_of(row) ? row->name : row->option;

	return name ? name + 2 : NULL;
}

/* The table for getopt_long(); the leading colon makes it tell a missing argument from an unknown
 * option. */
static void build_lists(char *letters, struct option *names)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < options_table_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!row->option)
			continue;
		if (letter_of(row)) {
			*letters++ = letter_of(row);
			if (row->argument)
				*letters++ = ':';
		}
		if (name_of(row))
			*names++ = (struct option){ name_of(row), !!row->argument, NULL,
						    code_of(row) };
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

/* Says what getopt_long() did not like about an option. */
static int refuse(int code, char **argv)
{
	const struct option_row *row = row_of(optopt);

	if (code == ':' && row)
		return fail(EINVAL, "option %s: needs an argument, %s; see hdrtap --help",
			    row->option, row->argument);
	if (row)
		return fail(EINVAL, "option %s: takes no argument; see hdrtap --help", row->option);
	if (optopt)
		return fail(EINVAL, "option -%c: no such option; see hdrtap --help", optopt);
	return fail(EINVAL, "option %s: unknown or ambiguous; see hdrtap --help", argv[optind - 1]);
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
		return fail(ENOMEM, "cannot read the command line: out of memory; free some "
				    "memory");
	for (i = optind; i < argc; i++) {
		if (i > optind)
			strcat(options->filter, " ");
		strcat(options->filter, argv[i]);
	}
	return 0;
}

/* Whether the option is about a record log. */
static bool is_about_log(const struct option_row *row)
{
	return row->field - offsetof(struct options, log) < sizeof(struct log_options);
}

/* Whether the option is about how packets are looked at. */
static bool chooses_packets(const struct option_row *row)
{
	return row->field - offsetof(struct options, config) < sizeof(struct hdrtap_config) ||
	       row->field == offsetof(struct options, settings.ports) ||
	       row->field == offsetof(struct options, settings.sample) ||
	       row->field == offsetof(struct options, settings.limit);
}

/* Lists what the command line has. */
static int list_given(struct options *options, int argc, char **argv)
{
	struct option names[OPTIONS_ROWS_MAX + 1];
	char letters[2 * OPTIONS_ROWS_MAX + 2];
	const struct option_row *row;
	int code, err = 0;

	build_lists(letters, names);
	optind = 0; /* glibc: start again */
	opterr = 0;
	while (!err && (code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		row = code == ':' || code == '?' ? NULL : row_of(code);
		if (!row)
			return refuse(code, argv);
		err = given_add(&options->given, row, optarg, "");
	}
	return err ? err : join_filter(options, argc, argv);
}

/* An option on the command line that leaves another one of the file out. */
static const struct {
	const char *given;
	const char *left_out;
} instead[] = {
	{ "-r", "-i" },
	{ "-i", "-r" },
	{ "-f", "-w" },
	{ "-w", "-f" },
	{ "-w", "--transactions" },
	{ "-w", "--timeout" },
	{ "-w", "--format-string" },
	{ "-f", "--format-string" },
	{ "--format-string", "-f" },
	{ "--format-string", "-w" },
};

/* Whether a line of the configuration file gives way to the command line. */
static bool is_replaced(const struct options_given *line, const struct option_row *row)
{
	for (size_t i = 0; i < sizeof(instead) / sizeof(*instead); i++)
		if (row == option_row_named(instead[i].left_out) &&
		    given_has(line, option_row_named(instead[i].given)))
			return true;
	return given_has(line, row);
}

/* The file that is to be read, NULL: none. */
static const char *config_path(const struct options_given *line)
{
	static const char *const without[] = {
		"-r", "-D", "--detach", "-h", "--help", "--version"
	};

	if (given_has(line, option_row_named("--config")))
		return given_argument(line, option_row_named("--config"));
	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++)
		if (given_has(line, option_row_named(without[i])))
			return NULL;
	return access(CONFIG_FILE_DEFAULT, F_OK) ? NULL : CONFIG_FILE_DEFAULT;
}

/* Adds what the configuration file has and the command line has not. */
static int add_file(struct options *options, const char *path)
{
	struct options_given file = { 0 };
	int err = config_file_read(&file, path);

	for (size_t i = 0, line = options->given.count; i < file.count && !err; i++) {
		struct options_given given = { options->given.item, line };

		if (!is_replaced(&given, file.item[i].row))
			err = given_add(&options->given, file.item[i].row, file.item[i].argument,
					file.item[i].place);
	}
	given_free(&file);
	return err;
}

/* Checks the value and puts it where it belongs. */
static int apply(struct options *options, const struct option_given *given)
{
	struct option_row row = *given->row;
	char name[PATH_MAX + 64];

	if (*given->place) {
		snprintf(name, sizeof(name), "%s%s", row.key, given->place);
		row.option = name;
	} else if (is_about_log(&row)) {
		options->log_option = row.option;
	} else if (chooses_packets(&row)) {
		options->config_option = row.option;
	}
	return row.parse(&row, (char *)options + row.field, given->argument);
}

static int parse_all(struct options *options, int argc, char **argv)
{
	int err = list_given(options, argc, argv);
	const char *path = config_path(&options->given);

	if (!err && path)
		err = add_file(options, path);
	for (size_t i = 0; i < options->given.count && !err; i++)
		err = apply(options, &options->given.item[i]);
	options->config_file = path;
	return err;
}

int options_parse(struct options *options, int argc, char **argv)
{
	int err;

	*options = (struct options){
		.settings.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
		.config = HDRTAP_CONFIG_DEFAULT,
		.log = LOG_OPTIONS_DEFAULT,
	};
	options->config.tunnels = CONFIG_TUNNELS_UNSET;
	err = parse_all(options, argc, argv);
	config_choose_tunnels(&options->config, !options->read.count);
	if (err || options->help || options->version || options->list_interfaces ||
	    options->check || options->detach)
		return err;
	if (options->check_config && !options->config_file)
		return fail(EINVAL, "option --check-config: no file " CONFIG_FILE_DEFAULT
				    "; name a file with --config");
	if (!options->format && options->format_string)
		options->format = OPTIONS_STRING;
	err = options_check(options);
	config_fit(&options->config);
	return err;
}

void options_free(struct options *options)
{
	free(options->interfaces.item);
	free(options->read.item);
	free(options->elements.item);
	free(options->redact_query.item);
	free(options->filter);
	where_free(options->where);
	given_free(&options->given);
}

#define HELP_COLUMN 24
#define HELP_END    79

/* Prints words in the help column behind `width` columns of something else. */
static void print_help(FILE *out, const char *help, int width)
{
	size_t size;

	if (width >= HELP_COLUMN) {
		fputc('\n', out);
		width = 0;
	}
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
	      "Logs HTTP/1 request and response heads, with the header "
	      "fields you choose.\n"
	      "EXPRESSION, as in pcap-filter(7), selects packets.\n",
	      out);
	for (i = 0; i < options_table_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!row->option) {
			fprintf(out, "\n%s\n", row->help);
			continue;
		}
		width = fprintf(out, "  %s%s%s%s%s", row->option, row->name ? ", " : "",
				row->name ? row->name : "", row->argument ? " " : "",
				row->argument ? row->argument : "");
		print_help(out, row->help, width);
	}
	fprintf(out, "\n%s", examples);
}
