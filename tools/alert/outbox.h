/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What receivers have to be told, until they were: kept by the process that reads, so that it is in
 * its state. Of each episode of an alarm (notice.h) there is one notice, the last one, for as long
 * as the alarm fires or somebody is still to be told. When there are too many, the oldest of those
 * that are over goes, and is counted; what fires stays.
 */
#ifndef HDRTAP_ALERT_OUTBOX_H
#define HDRTAP_ALERT_OUTBOX_H

#include "deliver.h"

#define OUTBOX_MAX 10000 /* notices */

struct outbox_entry {
	struct notice notice;
	bool handed; /* to the process that delivers */
};

struct outbox_counts {
	__u64 told, refused, failed; /* what receivers did: one notice, one receiver */
	__u64 dropped;               /* notices that somebody was still to be told */
};

/* All zero: empty. */
struct outbox {
	struct outbox_entry *list; /* owned */
	size_t count, room;
	__u64 id;  /* of the last notice */
	__u64 all; /* bit n: receiver n exists */
	struct outbox_counts counts;
	bool changed; /* for the state: since this was set to false */
	bool to_hand; /* there may be what was not handed on */
};

/* Takes a notice, whose id is set. Returns 0, -ENOSPC (OUTBOX_MAX alarms fire) or -ENOMEM; the
 * notice is freed then. */
int outbox_put(struct outbox *outbox, struct notice *notice);

/* Hands on what was not yet, as far as there is room. Returns 0 or -errno (reported). */
int outbox_flush(struct outbox *outbox, struct deliver *deliver);

/* What became of one. */
void outbox_report(struct outbox *outbox, const struct deliver_report *report);

/* The receivers are those of `to`; those of `from` become those that have the same name and URL.
 * All is to be handed on again. */
void outbox_change(struct outbox *outbox, const struct receivers *from, const struct receivers *to);

/* Everything is over that no rule has any more: alarms that fire and for which `has` is false. */
void outbox_end(struct outbox *outbox, bool (*has)(void *context, __u64 alarm), void *context,
		__u64 now);

/* Notices that somebody is still to be told. */
size_t outbox_waiting(const struct outbox *outbox);

void outbox_free(struct outbox *outbox);

void outbox_pack(struct buffer *buffer, const struct outbox *outbox);
/* Into one that is empty. Returns 0, -EBADMSG or -ENOMEM. */
int outbox_unpack(struct outbox *outbox, struct buffer_reader *reader);

#endif
