/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "alert_options.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "checkpoint.h"
#include "judge.h"
#include "state.h"

#define FIELD(member) .field = offsetof(struct alert_options, member)
#define NS_PER_MS     1000000ULL
#define SLACK         (5 * RULE_S) /* records are nearly in the order of time */

static const struct option_row own_rows[] = {
	{ .help = "Alarms" },
	{ "--rules", "rules", "FILE", "the rules (required), reread on SIGHUP; see hdrtap-rules(5)",
	  option_parse_text, FIELD(rules_file), .live = true },
	{ "--test", NULL, NULL,
	  "read to the end, print what would have fired and when it was over as lines of JSON, and "
	  "tell nobody",
	  option_parse_flag, FIELD(test) },
	{ "--state", "state", "FILE",
	  "keep alarms, and what receivers have yet to be told, in this file", option_parse_text,
	  FIELD(state_file) },
	{ "--memory", "memory", "SIZE", "memory for counts of all rules (default 64M)",
	  option_parse_size, FIELD(memory) },
	{ 0 },
};

const struct option_table alert_options_table = {
	.program = "hdrtap-alert",
	.usage = "Usage: hdrtap-alert -r DIR|- [--follow] --rules FILE [--state FILE]\n"
		 "       hdrtap-alert -r DIR --rules FILE --test\n"
		 "       hdrtap-alert --rules FILE --check-config\n"
		 "Tells Alertmanager, webhooks, commands or the system log when rules about the "
		 "heads "
		 "in a\nrecord log or stream hold: called too often, fields missing, errors, "
		 "latency, "
		 "silence.\n",
	.examples = "  hdrtap-alert --rules rules.yaml --check-config\n"
		    "  hdrtap-alert -r /var/log/hdrtap/eth0 --since 1d --rules rules.yaml --test\n"
		    "  hdrtap -i eth0 -w - | hdrtap-alert -r - --rules rules.yaml\n"
		    "  hdrtap-alert -r /var/log/hdrtap/eth0 --follow --rules rules.yaml --state "
		    "alert.state\n",
	.manual = "hdrtap-alert(1)",
	.file = "/etc/hdrtap/alert.yaml",
	.part = (const struct option_part[]){ { own_rows, 0 },
					      { companion_source_rows, 0 },
					      { companion_apis_rows,
						offsetof(struct alert_options, apis) },
					      { companion_other_rows, 0 },
					      { 0 } },
};

void alert_options_defaults(void *to)
{
	struct alert_options *options = to;

	options->memory = JUDGE_MEMORY_DEFAULT;
}

/* From when on the log has to be read, so that windows are as if nothing had stopped. */
static void begin_before(struct alert_options *options, __u64 judged)
{
	__u64 before =
		rules_longest(&options->rules) + options->common.timeout_ms * NS_PER_MS + SLACK;

	options->whole = judged > before ? judged - before : 1;
	if (options->common.since < options->whole)
		options->common.since = options->whole;
}

static int read_state(struct alert_options *options)
{
	int err;

	if (!options->state_file || options->test)
		return 0;
	err = checkpoint_read(options->state_file, &options->state);
	if (!err && options->state.size)
		begin_before(options, state_judged(&options->state));
	return err;
}

int alert_options_check(void *from)
{
	struct alert_options *options = from;
	int err;

	if (!options->rules_file)
		return fail(EINVAL, "no rules: give --rules; see hdrtap-alert --help");
	err = rules_read(&options->rules, options->rules_file);
	if (!err)
		err = judge_check(&options->rules, options->memory);
	if (!err)
		err = companion_apis_read(&options->names, &options->apis);
	return err ? err : read_state(options);
}

void alert_options_discard(void *from)
{
	struct alert_options *options = from;

	rules_free(&options->rules);
	api_names_free(options->names);
	buffer_free(&options->state);
}
