/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "companion.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/standard.h"
#include "companion_options.h"
#include "companion_run.h"
#include "confine/confine.h"
#include "option/option_usage.h"
#include "where_sink/where_sink.h"

static int add_source(struct companion *c, const struct log_source_options *source)
{
	struct log_source_options *sources =
		reallocarray(c->sources, c->source_count + 1, sizeof(*sources));

	if (!sources)
		return fail(ENOMEM, "cannot read record logs: out of memory; end other programs");
	c->sources = sources;
	sources[c->source_count++] = *source;
	return 0;
}

int companion_read(struct companion *c, int fd, const char *name)
{
	const struct log_source_options source = {
		.path = name,
		.stream = true,
		.fd = fd,
		.since = c->options->since,
		.until = c->options->until,
	};

	return add_source(c, &source);
}

static int add_logs(struct companion *c)
{
	const struct companion_options *options = c->options;
	int err = 0;

	for (size_t i = 0; i < options->read.count && !err; i++) {
		const struct log_source_options source = {
			.path = options->read.item[i],
			.follow = options->follow,
			.since = options->since,
			.until = options->until,
		};

		err = add_source(c, &source);
	}
	if (!err && !c->source_count)
		err = fail(EINVAL, "no source: give -r; see %s --help", c->tool->table->program);
	return err;
}

static int put_where_before(struct companion *c)
{
	const struct where_sink_options where = {
		.text = c->options->where ? where_text(c->options->where) : NULL,
		.timeout = c->options->timeout_ms * 1000000,
		.unwritten = &c->unwritten,
		.excluded = &c->accounts.user[HDRTAP_USER_EXCLUDED],
	};

	int err = where.text ? where_sink_open(&c->sink, c->sink, &where) : 0;

	if (err)
		c->sink = NULL; /* closed */
	return err;
}

static int open_tool(struct companion *c)
{
	int err = c->tool->open(&c->context, &c->sink, c, c->options);

	return err ? err : put_where_before(c);
}

static int find_user(struct confine_user *user, const struct companion_options *options)
{
	return options->user ? confine_find_user(user, options->user,
						 given_place_of(&options->given, options->user))
			     : 0;
}

int companion_become(const struct companion_options *options, enum confine_role role)
{
	const struct option_list *read = &options->read;
	struct confine_user user = { 0 };
	int err = find_user(&user, options);

	if (err)
		return err;
	for (size_t i = 0; i < read->count; i++)
		if (strcmp(read->item[i], "-"))
			confine_find_owner(&user, read->item[i]);
	return confine_become(&user, role);
}

static int open_records(struct companion *c)
{
	int err = add_logs(c);

	if (!err)
		err = log_feed_open(&c->feed, c->sources, c->source_count, c->sink, &c->accounts);
	return err ? err : run_watch_records(c);
}

static int start(struct companion *c)
{
	int err = open_tool(c);

	if (!err)
		err = companion_become(c->options, c->tool->role);
	if (!err)
		err = open_records(c);
	if (!err)
		err = confine_for(c->tool->role);
	if (!err && c->tool->start)
		err = c->tool->start(c->context);
	return err;
}

/* The first of two errors. */
static int first(int one, int other)
{
	return one ? one : other;
}

static int run(struct companion *c)
{
	int err = run_open(c), begun = -1;

	if (!err)
		err = begun = start(c);
	if (!err) {
		service_open(&c->service);
		service_ready();
		err = run_loop(c);
		service_stopping();
	}
	err = first(err, run_close_sink(c));
	if (!begun && !c->options->quiet && err != -EPIPE)
		run_say_accounts(c);
	err = first(err, c->tool->close(c->context));
	if (!err && c->feed && log_feed_damaged(c->feed))
		err = -EBADMSG; /* which notices have told */
	log_feed_close(c->feed);
	free(c->sources);
	run_close(c);
	return err;
}

static int act(struct companion *c)
{
	struct confine_user user = { 0 };

	if (c->options->help)
		option_usage(c->tool->table, stdout);
	else if (c->options->version)
		printf("%s %s\n", c->tool->table->program, HDRTAP_VERSION);
	else if (c->options->check_config)
		return find_user(&user, c->options);
	else
		return run(c);
	return 0;
}

static int exit_status(int err)
{
	if (!err || err == -EPIPE)
		return COMPANION_DONE;
	return err == -EINVAL ? COMPANION_USAGE : COMPANION_FAILED;
}

int companion_main(const struct companion_tool *tool, int argc, char **argv)
{
	struct companion c = {
		.tool = tool, .argc = argc, .argv = argv, .signal_fd = -1, .timer_fd = -1
	};
	void *options = NULL;
	int err = standard_open();

	error_begin_with(tool->table->program);
	if (!err)
		err = companion_options_read(&options, tool, argc, argv);
	c.options = options;
	if (!err)
		err = act(&c);
	err = first(err, standard_flush());
	companion_options_free(options, tool);
	return exit_status(err);
}
