/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap-alert: calls go to the judge; what it says goes to the outbox, and from there to the
 * process that delivers, or with --test to standard output.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "alert_options.h"
#include "base/error.h"
#include "checkpoint.h"
#include "fields.h"
#include "judge.h"
#include "state.h"
#include "usage/usage_sink.h"

#define NS_PER_MS    1000000ULL
#define SAVE_CHANGED RULE_S        /* the state is written so long after it changed ... */
#define SAVE_ANYWAY  (30 * RULE_S) /* ... and as often as this, to know how far it is */
#define PATIENCE_MS  5000          /* for receivers, at the end */

struct alert {
	struct usage_taker taker;
	struct companion *companion;
	const struct alert_options *options;
	const struct api_names *names;
	struct judge *judge;
	struct outbox outbox;
	struct deliver deliver;
	bool delivers; /* the process is there */
	bool ended;    /* there are no more records */
	__u64 end_at;  /* CLOCK_BOOTTIME, ns: so long receivers are told after that; 0: not yet */
	struct fields fields;
	__u64 saved_at;     /* CLOCK_BOOTTIME, ns */
	__u64 saved_judged; /* what the state that was written says */
	struct buffer line; /* of --test */
};

static struct alert *of_taker(struct usage_taker *taker)
{
	return (struct alert *)((char *)taker - offsetof(struct alert, taker));
}

/* --- what is said --- */

static int print(struct alert *alert, const struct told *told)
{
	alert->line.size = 0;
	say_json(&alert->line, told);
	if (alert->line.failed)
		return fail(ENOMEM, "cannot print an alarm: out of memory; free some memory");
	if (fwrite(alert->line.bytes, 1, alert->line.size, stdout) != alert->line.size)
		return errno == EPIPE ? -EPIPE
				      : fail(errno, "cannot print an alarm: %s; free some space",
					     strerror(errno));
	return 0;
}

static int tell(void *context, struct told *told)
{
	struct alert *alert = context;
	struct notice notice;
	int err;

	if (alert->options->test)
		return print(alert, told);
	err = say_notice(told, &notice);
	if (!err)
		err = outbox_put(&alert->outbox, &notice);
	else
		notice_free(&notice);
	if (err == -ENOMEM)
		fail(ENOMEM, "cannot keep an alarm: out of memory; free some memory");
	return err;
}

/* --- calls --- */

static int take_request(struct usage_taker *taker, struct usage_call *call)
{
	struct alert *alert = of_taker(taker);

	fields_look(&alert->fields, &alert->options->rules, call->meta);
	return judge_request(alert->judge, call);
}

static int take_end(struct usage_taker *taker, struct usage_call *call)
{
	struct alert *alert = of_taker(taker);

	fields_look(&alert->fields, &alert->options->rules, call->meta);
	return judge_end(alert->judge, call);
}

static int take_lost(struct usage_taker *taker, __u64 time, __u64 count)
{
	judge_lost(of_taker(taker)->judge, time, count);
	return 0;
}

static int flush(struct alert *alert)
{
	return alert->delivers ? outbox_flush(&alert->outbox, &alert->deliver) : 0;
}

static int take_complete(struct usage_taker *taker, __u64 until)
{
	struct alert *alert = of_taker(taker);
	int err = judge_complete(alert->judge, until);

	return err ? err : flush(alert);
}

/* A log that is kept a state of may go on. */
static int take_close(struct usage_taker *taker)
{
	struct alert *alert = of_taker(taker);

	return alert->ended && !alert->options->state_file ? judge_finish(alert->judge) : 0;
}

static const struct usage_ops ops = {
	.request = take_request,
	.end = take_end,
	.lost = take_lost,
	.complete = take_complete,
	.close = take_close,
};

/* --- the state --- */

static int save(struct alert *alert, __u64 now)
{
	struct buffer state = { 0 };
	int err;

	if (!alert->options->state_file || alert->options->test)
		return 0;
	state_pack(&state, alert->judge, &alert->outbox, &alert->options->rules.receivers);
	err = checkpoint_write(alert->options->state_file, &state);
	buffer_free(&state);
	alert->outbox.changed = false;
	alert->saved_at = now;
	alert->saved_judged = judge_judged(alert->judge);
	return err;
}

static bool save_is_due(const struct alert *alert, __u64 now)
{
	if (alert->outbox.changed)
		return now >= alert->saved_at + SAVE_CHANGED;
	return now >= alert->saved_at + SAVE_ANYWAY &&
	       judge_judged(alert->judge) != alert->saved_judged;
}

/* A disk that is full for a while ends no service: it is said, and tried again. */
static int tick(void *context, __u64 now)
{
	struct alert *alert = context;

	if (save_is_due(alert, now))
		save(alert, now);
	if (alert->ended && !alert->end_at)
		alert->end_at = now + PATIENCE_MS * NS_PER_MS;
	if (alert->ended && (now >= alert->end_at || !outbox_waiting(&alert->outbox)))
		companion_stop(alert->companion);
	return flush(alert);
}

/* --- delivery --- */

static void take_report(void *context, const struct deliver_report *report)
{
	struct alert *alert = context;

	outbox_report(&alert->outbox, report);
}

static int on_report(void *context, int fd, __u32 events)
{
	struct alert *alert = context;
	struct deliver_report report;
	int got;

	(void)fd, (void)events;
	while ((got = deliver_report(&alert->deliver, &report)) > 0)
		take_report(alert, &report);
	return got;
}

/* The process that delivers becomes who the other one will be. */
static int become(void *context)
{
	return companion_become(context, CONFINE_CLIENT);
}

static int start_delivery(struct alert *alert)
{
	int err = deliver_start(&alert->deliver, become, (void *)&alert->options->common);

	if (err)
		return err;
	alert->delivers = true;
	err = deliver_receivers(&alert->deliver, &alert->options->rules.receivers);
	return err ? err
		   : companion_watch(alert->companion, alert->deliver.fd, EPOLLIN, on_report,
				     alert);
}

/* --- the tool --- */

/* `whole`: as in judge_options. */
static int make_judge(struct alert *alert, const struct alert_options *options, __u64 whole,
		      struct judge **judge)
{
	const struct judge_options judge_options = {
		.rules = &options->rules,
		.memory = options->memory,
		.tell = tell,
		.context = alert,
		.whole = whole,
	};

	return judge_new(judge, &judge_options);
}

static bool has_alarm(void *context, __u64 id)
{
	return judge_has(((struct alert *)context)->judge, id);
}

/* Alarms of rules that are gone are over. */
static void end_gone(struct alert *alert)
{
	__u64 now = judge_judged(alert->judge);

	outbox_end(&alert->outbox, has_alarm, alert, now);
}

static int take_up_state(struct alert *alert)
{
	int err = state_unpack(&alert->options->state, alert->judge, &alert->outbox,
			       &alert->options->rules.receivers);

	if (!err)
		end_gone(alert);
	return err;
}

static int open_alert(void **context, struct sink **sink, struct companion *companion,
		      const void *from)
{
	const struct alert_options *options = from;
	struct alert *alert = calloc(1, sizeof(*alert));
	struct usage_options usage = { .timeout = options->common.timeout_ms * NS_PER_MS };
	int err;

	if (!alert)
		return fail(ENOMEM, "cannot begin: out of memory; free some memory");
	*context = alert;
	alert->taker.ops = &ops;
	alert->companion = companion;
	alert->options = options;
	alert->names = options->names;
	err = make_judge(alert, options, options->whole, &alert->judge);
	if (!err)
		err = take_up_state(alert);
	if (!err && !options->test)
		err = start_delivery(alert);
	usage.names = &alert->names;
	return err ? err : usage_sink_open(sink, &alert->taker, &usage);
}

/* Rules that are the same go on with what they have counted, others begin with the next call. */
static int reload(void *context, const void *from)
{
	struct alert *alert = context;
	const struct alert_options *options = from;
	struct judge *judge;
	int err = make_judge(alert, options, 0, &judge);

	if (!err)
		err = judge_take_over(judge, alert->judge);
	if (err)
		return err;
	judge_free(alert->judge);
	alert->judge = judge;
	if (!alert->options->test) {
		outbox_change(&alert->outbox, &alert->options->rules.receivers,
			      &options->rules.receivers);
		err = deliver_receivers(&alert->deliver, &options->rules.receivers);
		end_gone(alert);
	}
	alert->options = options;
	alert->names = options->names;
	alert->fields = (struct fields){ 0 };
	return err;
}

/* Receivers are still told what the end of the log brings. */
static int ended(void *context)
{
	struct alert *alert = context;

	alert->ended = true;
	return alert->delivers ? COMPANION_STAY : 0;
}

static void account(void *context)
{
	const struct alert *alert = context;
	const struct judge_counts judge = judge_counts(alert->judge);
	const struct outbox_counts *outbox = &alert->outbox.counts;

	warn_line(
		"%llu alarms fire, %llu are pending; %llu were not told because of hour_max, %llu "
		"found no room, %llu were over before they could be told; %llu late calls",
		judge.firing, judge.pending, judge.suppressed, judge.left_out, judge.untold,
		judge.late);
	if (!alert->options->test)
		warn_line("%llu notices taken by receivers, %llu refused, %llu tries failed, %llu "
			  "dropped, %zu waiting",
			  outbox->told, outbox->refused, outbox->failed, outbox->dropped,
			  outbox_waiting(&alert->outbox));
}

static void status(void *context, char *text, size_t size)
{
	const struct alert *alert = context;
	const struct judge_counts counts = judge_counts(alert->judge);

	snprintf(text, size, "%llu alarms fire, %zu notices waiting", counts.firing,
		 outbox_waiting(&alert->outbox));
}

static int close_alert(void *context)
{
	struct alert *alert = context;
	int err = 0;

	if (!alert)
		return 0;
	if (alert->delivers) {
		companion_unwatch(alert->companion, alert->deliver.fd);
		flush(alert);
		deliver_stop(&alert->deliver, PATIENCE_MS, take_report, alert);
		err = save(alert, 0);
	}
	judge_free(alert->judge);
	outbox_free(&alert->outbox);
	buffer_free(&alert->line);
	free(alert);
	return err;
}

int main(int argc, char **argv)
{
	static const struct companion_tool tool = {
		.table = &alert_options_table,
		.options_size = sizeof(struct alert_options),
		.role = CONFINE_COMPANION,
		.defaults = alert_options_defaults,
		.check = alert_options_check,
		.discard = alert_options_discard,
		.open = open_alert,
		.tick = tick,
		.reload = reload,
		.ended = ended,
		.account = account,
		.status = status,
		.close = close_alert,
	};

	return companion_main(&tool, argc, argv);
}
