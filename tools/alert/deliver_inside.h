/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Inside of the process that delivers: messages, and ways to tell a receiver. For deliver*.c alone.
 */
#ifndef HDRTAP_ALERT_DELIVER_INSIDE_H
#define HDRTAP_ALERT_DELIVER_INSIDE_H

#include <curl/curl.h>

#include "deliver.h"

#define DELIVER_BATCH      64    /* alarms in one POST to an Alertmanager, as Prometheus has it */
#define DELIVER_RETRY_MS   1000  /* before the second try, doubled each time ... */
#define DELIVER_CEILING_MS 60000 /* ... up to this; half of it by chance */

/* The first byte of a message. */
enum deliver_message {
	DELIVER_MESSAGE_RECEIVERS = 'R',
	DELIVER_MESSAGE_NOTICE = 'N',
	DELIVER_MESSAGE_END = 'E',
};

/* One that is known, until it is over and everybody was told. */
struct deliver_entry {
	struct notice notice; /* `receivers`: who is still to be told */
	__u64 again;          /* bit n: receiver n is to be told again */
};

/* A receiver, and what is on its way to it. */
struct deliver_target {
	const struct receiver *receiver;
	__u32 number;
	char *authorization; /* "Authorization: ..." */
	__u64 retry_at;      /* CLOCK_MONOTONIC, ms */
	__u64 resend_at;
	__u32 failures; /* in a row */
	bool busy;
	__u64 sent[DELIVER_BATCH];    /* ids that are on their way */
	__u64 episode[DELIVER_BATCH]; /* of them */
	size_t sent_count;
	struct buffer body;
	CURL *easy; /* of HTTP */
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	char answer[200]; /* beginning of the response's body */
	size_t answer_size;
	pid_t pid; /* of a command; 0: none runs */
	int pid_fd;
	__u64 kill_at;
};

struct deliver_loop {
	int fd;
	CURLM *multi;
	struct receivers receivers;
	struct deliver_target target[RECEIVERS_MAX];
	struct deliver_entry *entry;
	size_t entries, room;
	bool ending;  /* nobody sends any more */
	__u64 end_at; /* CLOCK_MONOTONIC, ms */
};

__u64 deliver_now(void); /* CLOCK_MONOTONIC, ms */

/* The process. Does not return. */
void deliver_run(int fd) __attribute__((noreturn));

/* The entry of an episode; NULL: it is not known. */
struct deliver_entry *deliver_find(struct deliver_loop *loop, __u64 episode);

/* Forgets what is over, and everybody was told. */
void deliver_drop_told(struct deliver_loop *loop);

/* Tells a target as much as can be told without waiting. */
void deliver_serve(struct deliver_loop *loop, struct deliver_target *target);

/* A target has taken what was sent (0), refuses it for good (-EINVAL), or has not (another -errno);
 * `why` is for the message then. */
void deliver_done(struct deliver_loop *loop, struct deliver_target *target, int err,
		  const char *why);

/* Begins to send `target->body`. Returns 0 or -errno with `why` in `target->error`. */
int deliver_http_begin(struct deliver_loop *loop, struct deliver_target *target);
void deliver_http_drop(struct deliver_loop *loop, struct deliver_target *target);
/* Takes up what became of requests. */
void deliver_http_finish(struct deliver_loop *loop);

int deliver_command_begin(struct deliver_target *target);
void deliver_command_drop(struct deliver_target *target);
/* Whether a command that runs has ended; then it is taken up. */
void deliver_command_finish(struct deliver_loop *loop, struct deliver_target *target);

/* Tells at once. Returns 0 or -errno. */
int deliver_text(const struct receiver *receiver, const struct notice *notice);

/* --- messages --- */
void deliver_pack_receivers(struct buffer *buffer, const struct receivers *receivers);
int deliver_unpack_receivers(struct receivers *receivers, struct buffer_reader *reader);

#endif
