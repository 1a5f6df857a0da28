/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The process that tells receivers: whatever they do, or do not, it costs the one that reads
 * records nothing. It knows of every episode of an alarm what was said last, tells each receiver
 * until that one has taken it, and says so; what it does not know when it ends was kept by the
 * other process (outbox.h).
 *
 * One message each way is a datagram on a pair of sockets, so none is torn.
 */
#ifndef HDRTAP_ALERT_DELIVER_H
#define HDRTAP_ALERT_DELIVER_H

#include <sys/types.h>

#include "notice.h"
#include "receiver.h"

enum deliver_outcome {
	DELIVER_TOLD,
	DELIVER_REFUSED, /* for good: not tried again */
	DELIVER_FAILED,  /* it will be tried again */
};

/* What became of a notice. */
struct deliver_report {
	__u64 id, episode; /* of the notice */
	__u32 receiver;
	__u32 outcome; /* enum deliver_outcome */
};

struct deliver {
	int fd; /* readable when there is a report, or when the process is gone */
	pid_t pid;
};

/*
 * Starts the process. `become` is called in it before anything else, to give up privileges; it
 * returns 0 or -errno (reported), which ends it. Signals are to be blocked: it ends when the other
 * one closes its socket. Returns 0 or -errno (reported).
 */
int deliver_start(struct deliver *deliver, int (*become)(void *context), void *context);

/* From here on these are the receivers; what was said before is forgotten. Waits for room. Returns
 * 0 or -errno (reported). */
int deliver_receivers(struct deliver *deliver, const struct receivers *receivers);

/* Hands a notice on. Returns 0, -EAGAIN (there is no room now) or another -errno (reported). */
int deliver_notice(struct deliver *deliver, const struct notice *notice);

/* The next report. Returns 1, 0 (none now), or -errno (reported): the process is gone. */
int deliver_report(struct deliver *deliver, struct deliver_report *report);

/* Asks it to end, and lets it try what it has for `patience_ms`; reports go to `report`. Frees what
 * start took. */
void deliver_stop(struct deliver *deliver, int patience_ms,
		  void (*report)(void *context, const struct deliver_report *report),
		  void *context);

#endif
