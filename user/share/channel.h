/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the guard and the worker tell each other: whole messages on a pair of sockets. The guard
 * believes nothing that the worker says beyond what each message means.
 */
#ifndef HDRTAP_USER_CHANNEL_H
#define HDRTAP_USER_CHANNEL_H

#include <net/if.h>
#include <stddef.h>

#include <hdrtap/types.h>

#include "run/meta.h"

enum channel_kind {
	/* From the guard. */
	CHANNEL_RING,      /* a CPU's perf event; once READY was said, the answer is MAPPED */
	CHANNEL_RING_GONE, /* the CPU went offline: nothing comes into its ring any more */
	CHANNEL_BEGIN,     /* the rings of all CPUs were sent; answers: MAPPED, READY */
	CHANNEL_DESCRIBE,  /* a struct run_meta, of records that come from now on */
	CHANNEL_NAME,      /* what an interface is called, of records made from then on */
	CHANNEL_ACCOUNTS,  /* print them */
	CHANNEL_END,       /* no record comes any more but those in the rings */
	CHANNEL_FAILED,    /* likewise, because of an error that was reported */
	/* From the worker. */
	CHANNEL_OPEN,   /* the sink is open */
	CHANNEL_MAPPED, /* the rings sent so far are, with `bytes` each; 0: they could not be */
	CHANNEL_READY,  /* privileges are dropped, records are read */
	CHANNEL_ENOUGH, /* the sink wants no more */
};

struct channel_message {
	__u32 kind;             /* enum channel_kind */
	__u32 cpu;              /* RING, RING_GONE */
	__u64 bytes;            /* wanted for each ring: RING, BEGIN; had: MAPPED */
	int fd;                 /* comes with CHANNEL_RING, otherwise -1; the receiver's to close */
	__u32 ifindex;          /* NAME */
	__u64 since;            /* NAME: ns, by the records' clock */
	char name[IF_NAMESIZE]; /* NAME: "" when the interface is gone */
};

/* Makes both ends. Returns 0 or -errno (reported). */
int channel_open(int *guard, int *worker);

/*
 * Sends a message, with `meta` if it is CHANNEL_DESCRIBE. Waits a second at most when the other end
 * does not read. Returns 0, or -errno (not reported): -EPIPE when it is gone.
 */
int channel_send(int channel, const struct channel_message *message, const struct run_meta *meta);

/* A message that is only its kind. */
int channel_say(int channel, enum channel_kind kind);

/*
 * Waits for a message. `meta` becomes that of CHANNEL_DESCRIBE; NULL: no such message and no
 * descriptor is taken. Returns 0, or -errno (not reported): -EPIPE when the
 * other end is gone, -EPROTO when it is no message.
 */
int channel_receive(int channel, struct channel_message *message, struct run_meta *meta);

#endif
