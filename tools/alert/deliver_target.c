/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every target has one thing on its way at a time, so what is said of an alarm arrives in order. A
 * notice takes the place of an older one of the same episode: a receiver that was away hears that
 * an alarm fired and is over, not both.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/error.h"
#include "deliver_inside.h"

#define FORGET_FACTOR 4 /* an Alertmanager takes an alarm for over after so many times `resend` */
#define NS_PER_MS     1000000ULL

static void report(struct deliver_loop *loop, const struct deliver_target *target, size_t i,
		   enum deliver_outcome outcome)
{
	const struct deliver_report message = {
		.id = target->sent[i],
		.episode = target->episode[i],
		.receiver = target->number,
		.outcome = outcome,
	};

	send(loop->fd, &message, sizeof(message), MSG_NOSIGNAL);
}

static void take_back(struct deliver_loop *loop, const struct deliver_target *target, size_t i)
{
	struct deliver_entry *entry = deliver_find(loop, target->episode[i]);

	if (!entry || entry->notice.id != target->sent[i])
		return;
	entry->notice.receivers &= ~(1ULL << target->number);
	entry->again &= ~(1ULL << target->number);
}

/* Milliseconds until the next try, half of them by chance: many that fail together come back one by
 * one. */
static __u64 wait_before_retry(__u32 failures)
{
	__u64 wait = DELIVER_RETRY_MS;
	__u32 chance = 0;

	for (__u32 i = 1; i < failures && wait < DELIVER_CEILING_MS; i++)
		wait *= 2;
	if (wait > DELIVER_CEILING_MS)
		wait = DELIVER_CEILING_MS;
	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = 0;
	return wait / 2 + chance % (wait / 2 + 1);
}

static void say_failed(const struct deliver_target *target, const char *why)
{
	warn_line("receiver '%s' (%s%s%s) was not told: %s; it will be tried again",
		  target->receiver->name, receiver_kind_word(target->receiver->kind),
		  target->receiver->url ? " " : "",
		  target->receiver->url ? target->receiver->url : "", why);
}

static void fail_target(struct deliver_target *target, const char *why)
{
	if (!target->failures++)
		say_failed(target, why);
	target->retry_at = deliver_now() + wait_before_retry(target->failures);
}

static void say_recovered(struct deliver_target *target)
{
	if (target->failures)
		warn_line("receiver '%s' is told again, after %u tries that failed",
			  target->receiver->name, target->failures);
	target->failures = 0;
}

void deliver_done(struct deliver_loop *loop, struct deliver_target *target, int err,
		  const char *why)
{
	enum deliver_outcome outcome = !err             ? DELIVER_TOLD
				       : err == -EINVAL ? DELIVER_REFUSED
							: DELIVER_FAILED;

	target->busy = false;
	for (size_t i = 0; i < target->sent_count; i++) {
		if (outcome != DELIVER_FAILED)
			take_back(loop, target, i);
		report(loop, target, i, outcome);
	}
	target->sent_count = 0;
	if (outcome == DELIVER_FAILED)
		fail_target(target, why);
	else
		say_recovered(target);
	if (outcome == DELIVER_REFUSED)
		warn_line("receiver '%s' refuses an alarm: %s; it is not tried again",
			  target->receiver->name, why);
	deliver_drop_told(loop);
}

static bool is_due(const struct deliver_entry *entry, const struct deliver_target *target)
{
	return (entry->notice.receivers | entry->again) >> target->number & 1;
}

static void add_alert(struct deliver_target *target, const struct notice *notice)
{
	__u64 now = clock_utc();

	buffer_text(&target->body, target->sent_count ? "," : "[");
	notice_alert(&target->body, notice, now,
		     now + FORGET_FACTOR * target->receiver->resend_ms * NS_PER_MS);
}

static void add_notice(struct deliver_target *target, const struct notice *notice)
{
	switch (target->receiver->kind) {
	case RECEIVER_ALERTMANAGER:
		add_alert(target, notice);
		break;
	case RECEIVER_WEBHOOK:
	case RECEIVER_COMMAND:
		notice_webhook(&target->body, notice, target->receiver->name);
		break;
	default:
		break; /* deliver_text() makes its own */
	}
}

/* Puts together what is to be sent. Returns the last notice of it; NULL: nothing is due. */
static const struct notice *gather(struct deliver_loop *loop, struct deliver_target *target)
{
	bool alertmanager = target->receiver->kind == RECEIVER_ALERTMANAGER;
	size_t most = alertmanager ? DELIVER_BATCH : 1;
	const struct notice *last = NULL;

	target->body.size = 0;
	for (size_t i = 0; i < loop->entries && target->sent_count < most; i++) {
		if (!is_due(&loop->entry[i], target))
			continue;
		last = &loop->entry[i].notice;
		add_notice(target, last);
		target->sent[target->sent_count] = last->id;
		target->episode[target->sent_count++] = last->episode;
	}
	if (last && alertmanager)
		buffer_text(&target->body, "]");
	return last;
}

/* Alertmanager forgets what is not said again. */
static void resend(struct deliver_loop *loop, struct deliver_target *target, __u64 now)
{
	if (target->receiver->kind != RECEIVER_ALERTMANAGER || now < target->resend_at)
		return;
	target->resend_at = now + target->receiver->resend_ms;
	for (size_t i = 0; i < loop->entries; i++)
		if (!loop->entry[i].notice.ends)
			loop->entry[i].again |= 1ULL << target->number;
}

static int begin(struct deliver_loop *loop, struct deliver_target *target,
		 const struct notice *notice)
{
	int err = target->body.failed ? -ENOMEM : 0;

	if (err)
		return err;
	switch (target->receiver->kind) {
	case RECEIVER_ALERTMANAGER:
	case RECEIVER_WEBHOOK:
		return deliver_http_begin(loop, target);
	case RECEIVER_COMMAND:
		return deliver_command_begin(target);
	default:
		err = deliver_text(target->receiver, notice);
		if (!err)
			deliver_done(loop, target, 0, "");
		return err;
	}
}

void deliver_serve(struct deliver_loop *loop, struct deliver_target *target)
{
	const struct notice *notice;
	__u64 now = deliver_now();
	int err = 0;

	resend(loop, target, now);
	while (!err && !target->busy && now >= target->retry_at &&
	       (notice = gather(loop, target))) {
		target->busy = true;
		err = begin(loop, target, notice);
	}
	if (err)
		deliver_done(loop, target, err, strerror(-err));
}
