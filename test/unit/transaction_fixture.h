/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Requests and responses for the join, and what it makes of them as a text: the number of the
 * request, a sign for how it ended, and the number of the response, with the statuses of interim
 * ones in brackets in front. `-` answered, `t` timeout, `u` unanswered, `e` end of the records, `o`
 * no room, `?` no request.
 */
#ifndef HDRTAP_TEST_TRANSACTION_FIXTURE_H
#define HDRTAP_TEST_TRANSACTION_FIXTURE_H

#include "record_room.h"
#include "transaction/transaction_sink.h"

#define S 1000000000ULL

struct noting_taker {
	struct transaction_taker taker;
	const struct run_meta *meta;
};

extern char taken[1 << 16]; /* the text */
extern int take_result;     /* what every take() returns, if it is not 0 */
extern struct noting_taker noting;
extern const struct transaction_ops noting_ops, noting_all_ops; /* also with lost and complete */

int noting_close(struct transaction_taker *taker); /* does nothing */

extern struct sink *join;
extern __u64 unwritten;
extern struct run_meta metas[256]; /* of runs by their names, which are bytes */
extern int current;                /* the run described last */
extern __s64 offset;               /* to UTC, of the next records */
extern __u64 flags;                /* of the next record alone */

/* Adds to the text. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens the join, with an empty text, and describes run `a`. */
void begin_with(const struct transaction_options *options, const struct transaction_ops *ops);
void begin(void);

/* From here on records are of that run. */
void describe_to(struct sink *sink, int run);
void describe(int run);

/* A record of CPU 0, on one connection as its sequence numbers are those of TCP as well. Valid
 * until the next call. */
struct hdrtap_record *make(__u8 kind, __u64 sequence, __u64 time);

/* Writes it to the join, and returns what that does. */
int put(const struct hdrtap_record *rec);

/* These have to be taken. `to`: the other half's sequence. `answered`: a request whose response was
 * logged first. */
void request(__u64 sequence, __u64 time);
void response(__u64 sequence, __u64 time, __u16 status, __u64 to);
void answered(__u64 sequence, __u64 time, __u64 to);

/* Closes the join: then the text has to be that. */
void expect(const char *expected);

#endif
