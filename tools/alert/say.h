/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Alarms in words: labels, annotations, and why.
 */
#ifndef HDRTAP_ALERT_SAY_H
#define HDRTAP_ALERT_SAY_H

#include "alarm.h"
#include "notice.h"
#include "usage/usage_key.h"

/* What a rule found out about one key. */
struct finding {
	bool over;     /* more than is allowed: an alarm begins */
	bool stays;    /* not yet over, if there is one */
	__u64 calls;   /* in the window */
	__u64 count;   /* of these, what counts against it; or records lost, or the most calls there
			  were in a window (silence) */
	__u64 latency; /* the quantile, ns; 0: it is not above the limit */
	__u64 missed;  /* so many more calls there may have been */
	__u64 blurred; /* likewise, but that is too many to be counted */
};

/* One thing to be said. All of it belongs to the caller of say(). */
struct told {
	const struct rule *rule;
	const struct alarm *alarm;
	bool ends;                  /* it is over; otherwise it fires */
	bool again;                 /* it was said before */
	__u64 now;                  /* UTC, ns */
	char *value;                /* what {{ $value }} stands for */
	char *why;                  /* in words, of printable ASCII */
	char *labels, *annotations; /* JSON objects */
};

/* The key of usage_key.h that `by` means. */
struct usage_key say_key(const struct rule *rule);

/* Puts it into words; `finding` is what it was said with last, if it is over. Returns 0 or -ENOMEM.
 * say_free() is needed in any case. */
int say(struct told *told, const struct rule_pairs *labels, const struct finding *finding);
void say_free(struct told *told);

/* As a notice, which takes the texts. Returns 0 or -ENOMEM. */
int say_notice(struct told *told, struct notice *notice);

/* As one line of JSON. */
void say_json(struct buffer *buffer, const struct told *told);

#endif
