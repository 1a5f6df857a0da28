/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who is told of alarms.
 */
#ifndef HDRTAP_ALERT_RECEIVER_H
#define HDRTAP_ALERT_RECEIVER_H

#include <stddef.h>

#include <hdrtap/types.h>

#define RECEIVERS_MAX       32 /* each URL of an Alertmanager is one */
#define RECEIVER_ARGUMENTS  32 /* of a command */
#define RECEIVER_TIMEOUT_MS 10000
#define RECEIVER_RESEND_MS  60000

/* X(symbol, text). */
#define RECEIVER_KINDS(X)               \
	X(ALERTMANAGER, "alertmanager") \
	X(WEBHOOK, "webhook")           \
	X(COMMAND, "command")           \
	X(STDERR, "stderr")             \
	X(SYSLOG, "syslog")             \
	X(JOURNAL, "journal")

#define RECEIVER_X(s, ...) RECEIVER_##s,
enum receiver_kind {
	RECEIVER_KINDS(RECEIVER_X) RECEIVER_KIND_MAX
};
#undef RECEIVER_X

struct receiver {
	char *name;
	enum receiver_kind kind;
	char *url;                              /* where to POST */
	char *argument[RECEIVER_ARGUMENTS + 1]; /* of a command, itself first, NULL last */
	char *authorization_file; /* its first line is the value of Authorization; NULL: none */
	char *ca_file;            /* NULL: the system's */
	__u64 timeout_ms;
	__u64 resend_ms; /* Alertmanager: firing alarms are sent again */
};

struct receivers {
	struct receiver list[RECEIVERS_MAX];
	size_t count;
};

const char *receiver_kind_word(enum receiver_kind kind);

void receivers_free(struct receivers *receivers);

#endif
