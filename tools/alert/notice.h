/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What receivers are told of an alarm: that it fires (again), or is over. Texts are ready to be
 * sent, so that who delivers them needs to know nothing of rules.
 */
#ifndef HDRTAP_ALERT_NOTICE_H
#define HDRTAP_ALERT_NOTICE_H

#include <stdbool.h>

#include "buffer.h"

#define NOTICE_SIZE_MAX 131072 /* bytes, packed: what a socket takes as one message */

struct notice {
	__u64 id;      /* ascending; a later one of the same episode takes the place of this one */
	__u64 alarm;   /* which alarm, each time that it fires */
	__u64 episode; /* this time: notice_episode() */
	__u64 receivers;   /* bit n: receiver n is still to be told */
	__u64 starts;      /* UTC, ns of the records' time */
	__u64 ends;        /* likewise; 0: it fires */
	char *labels;      /* JSON object; owned */
	char *annotations; /* likewise */
	char *line;        /* in words, of printable ASCII; owned */
};

void notice_free(struct notice *notice);

/* An alarm from when it began to fire until it is over. */
__u64 notice_episode(__u64 alarm, __u64 starts);

void notice_pack(struct buffer *buffer, const struct notice *notice);

/* Reads one that was packed. Returns 0, or -EBADMSG (`notice` is empty then). */
int notice_unpack(struct notice *notice, struct buffer_reader *reader);

/*
 * As an alert of Alertmanager's interface (version 2): an object. `until`: when a firing alarm ends
 * if nothing more is heard of it (UTC, ns; `ends` of one that is over is used as it is, but for
 * that it is not later than `now`).
 */
void notice_alert(struct buffer *buffer, const struct notice *notice, __u64 now, __u64 until);

/* As the body of a webhook of Alertmanager (version 4), with one alert in it. */
void notice_webhook(struct buffer *buffer, const struct notice *notice, const char *receiver);

#endif
