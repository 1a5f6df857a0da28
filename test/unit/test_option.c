/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The engine of options, with a table of two parts. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "option/option_read.h"
#include "option/option_usage.h"
#include "option/option_value.h"
#include "said.h"
#include "where/where.h"

struct shared {
	bool flag;
	struct option_list list;
	struct where *where;
};

struct own {
	__u64 before;
	struct shared shared;
	const char *config, *text;
	__u32 word, more;
};

#define SHARED(member) .field = offsetof(struct shared, member)
#define OWN(member)    .field = offsetof(struct own, member)

static const struct option_word words[] = { { "one", 1 }, { "two", 2 }, { 0 } };

static const struct option_row shared_rows[] = {
	{ .help = "Shared" },
	{ "-f", "flag", NULL, "a flag", option_parse_flag, SHARED(flag), .name = "--flag" },
	{ "--list", "list", "ITEM", "a list", option_parse_list, SHARED(list),
	  .list = OPTION_REPEATED, .live = true },
	{ "--where", "where", "PREDICATE", "a predicate", option_parse_where, SHARED(where),
	  .list = OPTION_REPEATED },
	{ 0 },
};

static const struct option_row own_rows[] = {
	{ .help = "Own" },
	{ "--word", "word", "WORD", "a word", option_parse_word, OWN(word), words },
	{ "--text", "text", "TEXT", "a text", option_parse_text, OWN(text) },
	{ "-m", "more", NULL, "more", option_parse_more, OWN(more), .most = 2 },
	{ "--config", NULL, "FILE", "the file", option_parse_text, OWN(config) },
	{ 0 },
};

static const struct option_table table = {
	.program = "made-up",
	.usage = "Usage: made-up\n",
	.examples = "  made-up -f\n",
	.manual = "made-up(1)",
	.instead = (const struct option_instead[]){ { "--text", "--word" }, { 0 } },
	.part = (const struct option_part[]){ { own_rows, 0 },
					      { shared_rows, offsetof(struct own, shared) },
					      { 0 } },
};

static struct options_given given;
static const char *file;

/* `argv` is ended by NULL. */
static int parse(struct own *own, char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	*own = (struct own){ .before = 7 };
	given = (struct options_given){ 0 };
	return option_read(&table, &given, own, &file, argc, argv);
}

#define PARSE(own, ...) parse(own, (char *[]){ "made-up", __VA_ARGS__, NULL })

Test(option, rows_of_parts)
{
	size_t count = 0;
	struct own own;

	for (; option_row_at(&table, count); count++)
		cr_assert_eq(option_row_number(&table, option_row_at(&table, count)), count);
	cr_assert_eq(count, 9);
	cr_assert_eq(option_row_of(&table, "--list"), &shared_rows[2]);
	cr_assert_null(option_row_of(&table, "--nothing"));
	cr_assert_eq(option_row_of_key(&table, "more"), &own_rows[3]);
	cr_assert_null(option_row_of_key(&table, "config"));
	cr_assert_eq(option_row_field(&table, &shared_rows[1], &own), &own.shared.flag);
	cr_assert_eq(option_row_field(&table, &own_rows[2], &own), &own.text);
}

Test(option, line)
{
	struct own own;

	cr_assert_eq(PARSE(&own, "-fm", "--list", "a", "--list=b", "-m", "-m", "--word", "two",
			   "--where", "path == /a", "rest"),
		     0);
	cr_assert(own.shared.flag && own.word == 2 && own.more == 2 && own.before == 7);
	cr_assert_eq(own.shared.list.count, 2);
	cr_assert_str_eq(own.shared.list.item[1], "b");
	cr_assert(where_any(own.shared.where));
	cr_assert_null(file);
	cr_assert_eq(optind, 11);
	option_free(&table, &given, &own);
	cr_assert(!own.shared.list.item && !own.shared.where && !given.count);
}

Test(option, refusals)
{
	static const struct {
		char *option, *argument;
		const char *said;
	} bad[] = {
		{ "--nothing", NULL, "option --nothing: unknown or ambiguous; see made-up --help" },
		{ "-x", NULL, "option -x: no such option; see made-up --help" },
		{ "--word", NULL, "option --word: needs an argument, WORD; see made-up --help" },
		{ "--flag=a", NULL, "option -f: takes no argument; see made-up --help" },
		{ "--word", "three",
		  "option --word: 'three' is none of its values; use one or two" },
		{ "--where", "path ==", "option --where: 'path ==', column " },
		{ "--config", "/nowhere/x", "cannot read the configuration /nowhere/x" },
	};
	struct own own;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_neq(PARSE(&own, bad[i].option, bad[i].argument), 0, "%s", bad[i].option);
		cr_expect(said_line(said_end(), bad[i].said), "%s", bad[i].said);
		option_free(&table, &given, &own);
	}
}

static int with_file(struct own *own, const char *text, char *option, char *argument)
{
	char path[] = "/tmp/hdrtap-option-XXXXXX";
	int fd = mkstemp(path), err;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	err = option ? PARSE(own, "--config", path, option, argument)
		     : PARSE(own, "--config", path);
	unlink(path);
	return err;
}

/* The line goes first, and replaces what the file has. */
Test(option, line_and_file)
{
	struct own own;

	cr_assert_eq(with_file(&own, "flag: true\nmore: 2\nlist: [a, b]\nword: one\n", "--list",
			       "c"),
		     0);
	cr_assert(own.shared.flag && own.more == 2 && own.word == 1);
	cr_assert_eq(own.shared.list.count, 1);
	cr_assert_str_eq(own.shared.list.item[0], "c");
	cr_assert(given_on_line(&given, &shared_rows[2]));
	cr_assert(!given_on_line(&given, &own_rows[1]));
	cr_assert(strstr(given_place(&given, &own_rows[1]), ":4:7)"));
	option_free(&table, &given, &own);
	cr_assert_eq(with_file(&own, "word: one\n", "--text", "a"), 0);
	cr_assert_eq(own.word, 0);
	option_free(&table, &given, &own);
}

Test(option, changes_that_need_a_restart)
{
	struct options_given now;
	struct own own, fresh;
	const char *said;

	cr_assert_eq(PARSE(&own, "--list", "a", "--word", "one"), 0);
	now = given;
	cr_assert_eq(PARSE(&fresh, "--list", "b", "--word", "two"), 0);
	said_begin();
	option_say_fixed(&table, &now, &given, "a run");
	said = said_end();
	cr_assert(said_line(said,
			    "option --word: it cannot be changed during a run; restart made-up"));
	option_free(&table, &now, &own);
	option_free(&table, &given, &fresh);
}

Test(option, usage)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	option_usage(&table, out);
	fclose(out);
	cr_assert_eq(strstr(text, "Usage: made-up\n"), text);
	cr_assert(strstr(text, "\nOwn\n") < strstr(text, "\nShared\n"));
	cr_assert(strstr(text, "  -f, --flag            a flag\n"));
	cr_assert(strstr(text, "\nEXAMPLES\n  made-up -f\n"));
	free(text);
}
