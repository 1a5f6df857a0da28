/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Rules at work: calls are counted by those that ask of them, and each rule is evaluated at every
 * multiple of its `every` (UTC), as far as time is known. What comes out depends on the calls and
 * on complete() alone.
 *
 * Rules that count the same calls by the same key in the same window share a tally (tally.h).
 */
#ifndef HDRTAP_ALERT_JUDGE_H
#define HDRTAP_ALERT_JUDGE_H

#include "rule.h"
#include "say.h"
#include "usage/usage_call.h"

#define JUDGE_MEMORY_DEFAULT USAGE_MEMORY_DEFAULT

struct judge_options {
	const struct rules *rules; /* stay until the judge is freed */
	size_t memory;             /* bytes, of all that is counted */
	/*
	 * Says something. Returns 0, -ENOSPC (there is no room now: it is said again at the next
	 * evaluation), or another -errno (reported). `told` may be taken apart (say_notice()).
	 */
	int (*tell)(void *context, struct told *told);
	void *context;
	__u64 whole; /* windows are known from here on; 0: from the first event on */
};

struct judge_counts {
	__u64 firing, pending;
	__u64 suppressed, left_out, untold; /* alarm.h */
	__u64 late; /* events that came when their slice had been evaluated */
};

struct judge;

/* Whether the memory is enough for the rules. Returns 0 or -EINVAL (reported: which rule, and which
 * bound). */
int judge_check(const struct rules *rules, size_t memory);

/* Returns 0 or -ENOMEM (reported). */
int judge_new(struct judge **judge, const struct judge_options *options);
void judge_free(struct judge *judge);

/* As the verbs of a usage_taker. */
int judge_request(struct judge *judge, struct usage_call *call);
int judge_end(struct judge *judge, struct usage_call *call);
void judge_lost(struct judge *judge, __u64 time, __u64 count);
int judge_complete(struct judge *judge, __u64 until);

/* There are no more events: evaluates up to the slices that the latest one is in. */
int judge_finish(struct judge *judge);

/* Up to when all was evaluated (UTC, ns); 0: nothing yet. */
__u64 judge_judged(const struct judge *judge);

struct judge_counts judge_counts(const struct judge *judge);

/* What has to outlive the process, by the names of rules. */
void judge_pack(struct buffer *buffer, const struct judge *judge);

/* Takes it up, of rules that are there with the same definition. Returns 0, -EBADMSG or -ENOMEM
 * (not reported). */
int judge_unpack(struct judge *judge, struct buffer_reader *reader);

/* Rules that are the same go on where those of `old`, which is to be freed, are. Returns 0 or
 * -ENOMEM (reported). */
int judge_take_over(struct judge *judge, struct judge *old);

/* Whether there is such an alarm (alarm_id()). */
bool judge_has(const struct judge *judge, __u64 id);

#endif
