/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap: from the command line to a source and its output, and the accounts at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/leftovers.h"
#include "attach/libraries.h"
#include "base/error.h"
#include "base/error_out.h"
#include "base/signals.h"
#include "base/standard.h"
#include "capture/source_pcap.h"
#include "check/check.h"
#include "confine/confine.h"
#include "filter/filter.h"
#include "live/live.h"
#include "log/log_dir.h"
#include "option/option_read.h"
#include "option/option_usage.h"
#include "options/input_kind.h"
#include "options/options_choose.h"
#include "options/options_read.h"
#include "options/options_table.h"
#include "options/options_where_choose.h"
#include "output/output.h"
#include "run/key.h"
#include "source/source_log.h"
#include "worker/worker.h"

enum {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE
};

struct command {
	int argc; /* the command line: read again with the configuration file */
	char **argv;
	struct options options;
	struct input input; /* what -r is */
	struct run_meta meta;
	struct accounts accounts;
	struct output output;
	struct source source;
	struct confine_user user;
	int signal_fd;               /* of a source that is read; -1: none */
	const struct worker *worker; /* live: who we are */
	int status;                  /* live: the worker's exit status */
};

static int reload(void *context, struct run_meta *meta, struct settings_options *settings)
{
	const struct command *cmd = context;
	struct options fresh;
	int err = options_parse(&fresh, cmd->argc, cmd->argv);

	if (!err)
		err = options_choose(&fresh, meta);
	if (!err)
		err = options_where_choose(&fresh, settings->kinds, meta, &settings->where);
	if (!err)
		err = key_check(meta);
	if (!err) {
		option_say_fixed(&options_table, &cmd->options.given, &fresh.given, "a capture");
		settings->ports = fresh.settings.ports;
		settings->limit = fresh.settings.limit;
		settings->sample = fresh.settings.sample;
	}
	options_free(&fresh);
	return err;
}

static enum attach_hook hook_of(const struct options *options)
{
	static const enum attach_hook hooks[] = {
		[OPTIONS_HOOK_AUTO] = ATTACH_TC,
		[OPTIONS_HOOK_TC] = ATTACH_TC,
		[OPTIONS_HOOK_XDP] = ATTACH_XDP,
		[OPTIONS_HOOK_XDP_NATIVE] = ATTACH_XDP_NATIVE,
		[OPTIONS_HOOK_XDP_GENERIC] = ATTACH_XDP_GENERIC,
	};

	return hooks[options->hook];
}

static int run_capture(struct command *cmd)
{
	struct pcap_options pcap = {
		.path = cmd->options.read.item[0],
		.filter = cmd->options.filter,
		.config = &cmd->options.config,
		.begun = cmd->input.begun,
		.begun_size = cmd->input.begun_size,
	};

	return pcap_source_run(&pcap, &cmd->source);
}

static int run_logs(struct command *cmd)
{
	const struct options *options = &cmd->options;
	size_t count = options->read.count;
	struct log_source_options *logs = calloc(count, sizeof(*logs));
	int err;

	if (!logs)
		return fail(ENOMEM, "cannot read record logs: out of memory; end other programs");
	for (size_t i = 0; i < count; i++)
		logs[i] = (struct log_source_options){
			.path = options->read.item[i],
			.follow = options->follow,
			.since = options->since,
			.until = options->until,
			.begun = cmd->input.begun,
			.begun_size = cmd->input.begun_size,
		};
	err = log_source_run(logs, count, &cmd->source);
	free(logs);
	return err;
}

static int run_source(struct command *cmd)
{
	if (cmd->worker)
		return worker_run(cmd->worker, &cmd->source);
	return cmd->input.kind == INPUT_CAPTURE ? run_capture(cmd) : run_logs(cmd);
}

/* A reader that went away does not want them, and there are none when nothing was begun. */
static bool wants_accounts(const struct command *cmd, int err)
{
	const __u64 *count = cmd->accounts.user;

	if (cmd->options.quiet || err == -EPIPE)
		return false;
	return !err || count[HDRTAP_USER_WRITTEN] || count[HDRTAP_USER_DROPPED];
}

static int confine_reader(void)
{
	return confine_for(CONFINE_READER);
}

/* From an open output to a closed one. */
static int run_pipeline(struct command *cmd)
{
	int err, closed;

	cmd->source = (struct source){
		.sink = cmd->output.sink,
		.meta = &cmd->meta,
		.settings = &cmd->options.settings,
		.accounts = &cmd->accounts,
		.verbose = cmd->options.verbose,
		.signal_fd = cmd->signal_fd,
		.ready = confine_reader,
	};
	err = run_source(cmd);
	closed = output_close(&cmd->output, &cmd->accounts);
	err = err ? err : closed;
	error_out_hurry(false);
	if (wants_accounts(cmd, err))
		accounts_say(&cmd->accounts, cmd->options.verbose);
	return err == -EPIPE ? 0 : err;
}

/* From an output to its end. */
static int run_records(struct command *cmd)
{
	int err = output_open(&cmd->output, &cmd->options, &cmd->accounts);

	return err ? err : run_pipeline(cmd);
}

static int exit_status(int err)
{
	return !err ? EXIT_DONE : err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

/* In a process of its own. */
static int work(void *context, struct worker *worker)
{
	struct command *cmd = context;
	int err;

	cmd->worker = worker;
	err = run_records(cmd);
	options_free(&cmd->options);
	return exit_status(err);
}

/* What the parser has to know of `--where`. */
static int choose_where(struct command *cmd)
{
	struct settings_options *settings = &cmd->options.settings;

	return options_where_choose(&cmd->options, settings->kinds, &cmd->meta, &settings->where);
}

/* A secret: only who gives it to the parser has it. */
static int take_key(void *context)
{
	struct command *cmd = context;
	struct options *options = &cmd->options;

	return key_load(&cmd->meta, options->settings.key,
			options->key ? options->key : KEY_FILE_DEFAULT);
}

static int capture_live(struct command *cmd, const struct filter *filter)
{
	const struct live_options live = {
		.interfaces = cmd->options.interfaces.item,
		.interface_count = cmd->options.interfaces.count,
		.directions = cmd->options.directions,
		.attach = { .hook = hook_of(&cmd->options),
			    .last = cmd->options.order == OPTIONS_ORDER_LAST,
			    .config = &cmd->options.config,
			    .filter = filter },
		.meta = &cmd->meta,
		.settings = &cmd->options.settings,
		.promiscuous = !cmd->options.no_promiscuous,
		.verbose = cmd->options.verbose,
		.user = cmd->user,
		.prepare = take_key,
		.reload = cmd->options.config_file ? reload : NULL,
		.work = work,
		.context = cmd,
	};

	int err = output_check(&cmd->options, &cmd->meta);

	return err ? err : live_run(&live, &cmd->status);
}

static int run_live(struct command *cmd)
{
	struct filter filter;
	int err;

	if (!cmd->options.filter)
		return capture_live(cmd, NULL);
	err = filter_open(&filter, cmd->options.filter);
	if (!err)
		err = capture_live(cmd, &filter);
	filter_close(&filter);
	return err;
}

/* A capture file, or logs. */
static int run_read(struct command *cmd)
{
	int err = input_look(&cmd->input, &cmd->options.read);

	if (!err)
		err = input_check(&cmd->input, &cmd->options);
	if (!err)
		err = output_check(&cmd->options,
				   cmd->input.kind == INPUT_CAPTURE ? &cmd->meta : NULL);
	if (!err && cmd->input.kind == INPUT_CAPTURE)
		err = choose_where(cmd);
	if (!err && cmd->input.kind == INPUT_CAPTURE)
		err = take_key(cmd);
	if (!err)
		err = confine_become(&cmd->user, CONFINE_READER);
	if (err)
		return err;
	cmd->signal_fd = signals_open(true);
	if (cmd->signal_fd < 0)
		return cmd->signal_fd;
	err = run_records(cmd);
	close(cmd->signal_fd);
	return err;
}

static int find_user(struct command *cmd)
{
	const char *name = cmd->options.user;

	return name ? confine_find_user(&cmd->user, name, given_place_of(&cmd->options.given, name))
		    : 0;
}

/*
 * Who works on what others have written: who was named, or else the owner of the log or of the
 * capture.
 */
static int choose_user(struct command *cmd)
{
	const struct options *options = &cmd->options;
	const char *log = options->write.directory;
	int err = find_user(cmd);

	if (err)
		return err;
	if (log)
		confine_find_owner(&cmd->user, log);
	if (options->read.count)
		confine_find_owner(&cmd->user, options->read.item[0]);
	if (log && options->log.group)
		confine_find_group(&cmd->user, options->log.group);
	if (log && cmd->user.chosen)
		log_dir_make_for(log, cmd->user.uid, cmd->user.gid);
	return 0;
}

static int begin_meta(struct run_meta *meta)
{
	int err = run_meta_init(meta);

	if (err)
		fail(-err, "cannot describe this run: no host name or no random bytes: %s",
		     strerror(-err));
	return err;
}

static int run(struct command *cmd)
{
	int err = begin_meta(&cmd->meta);

	cmd->meta.record_size = cmd->options.config.size.record;
	if (!err)
		err = options_choose(&cmd->options, &cmd->meta);
	run_meta_generation(&cmd->meta, 0);
	if (!err)
		err = choose_user(cmd);
	if (!err && !cmd->options.read.count)
		err = choose_where(cmd);
	if (!err)
		err = cmd->options.read.count ? run_read(cmd) : run_live(cmd);
	return err;
}

/* The options were checked when they were read. This is what else a start would refuse, but for
 * what may be there then: interfaces, files, directories. */
static int check_config(struct command *cmd)
{
	int err = begin_meta(&cmd->meta);

	cmd->meta.record_size = cmd->options.config.size.record;
	if (!err)
		err = options_choose(&cmd->options, &cmd->meta);
	if (!err)
		err = output_check(&cmd->options,
				   cmd->options.interfaces.count ? &cmd->meta : NULL);
	if (!err)
		err = choose_where(cmd);
	if (!err)
		err = find_user(cmd);
	return err;
}

static int check_capture(const struct options *options)
{
	const struct check_options wanted = {
		.hook = hook_of(options),
		.last = options->order == OPTIONS_ORDER_LAST,
		.promiscuous = !options->no_promiscuous,
	};

	return check_interface(options->check, &wanted);
}

static int act(struct command *cmd)
{
	if (cmd->options.help)
		option_usage(&options_table, stdout);
	else if (cmd->options.version)
		printf("hdrtap %s\n", HDRTAP_VERSION);
	else if (cmd->options.list_interfaces)
		return check_list();
	else if (cmd->options.check)
		return check_capture(&cmd->options);
	else if (cmd->options.detach)
		return leftovers_detach(cmd->options.detach);
	else if (cmd->options.check_config)
		return check_config(cmd);
	else
		return run(cmd);
	return 0;
}

int main(int argc, char **argv)
{
	struct command cmd = { .argc = argc, .argv = argv, .signal_fd = -1 };
	int err = standard_open(), flushed;

	libraries_be_quiet();
	if (!err)
		err = options_parse(&cmd.options, argc, argv);
	if (!err)
		err = act(&cmd);
	flushed = standard_flush();
	err = err ? err : flushed;
	options_free(&cmd.options);
	return err ? exit_status(err) : cmd.status;
}
