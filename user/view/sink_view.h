/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What all views have in common: each head, or each transaction, is one line (several of text when
 * `verbose`).
 */
#ifndef HDRTAP_USER_SINK_VIEW_H
#define HDRTAP_USER_SINK_VIEW_H

#include "sink/sink.h"
#include "transaction/transaction.h"
#include "view/out.h"
#include "view/text_address.h"
#include "view/text_options.h"
#include "view/view.h"

struct view_options {
	int fd;              /* written to, not closed */
	const char *name;    /* of fd, for messages; not copied */
	bool line_buffered;  /* write every line at once, not only at ticks */
	out_rewrite rewrite; /* of every line, NULL: none */
	struct text_options text;
	const char *format_string; /* of sink_string_open() */
	__u64 *unwritten;  /* where close() leaves how many records it could not write, or NULL */
	bool transactions; /* a line for each of them, not for each head */
	__u64 timeout;     /* of transactions, as transaction_options have it */
	__u64 count;       /* lines of transactions that are enough, 0: any number */
};

/* A transaction as the formats want to see it. */
struct view_transaction {
	enum transaction_end end;
	const struct view *request;             /* NULL: TRANSACTION_NO_REQUEST */
	const struct view *response;            /* NULL: no final one */
	const struct transaction_head *interim; /* responses before it; NULL: none */
};

struct view_sink;

struct view_format {
	size_t size; /* of what begins with a struct view_sink */
	/* Makes what comes behind that, which is zeroed. Returns 0 or -errno (reported). NULL:
	 * nothing to do */
	int (*open)(struct view_sink *sink, const struct view_options *options);
	int (*describe)(struct view_sink *sink); /* sink->meta is new. NULL: nothing to do */
	/* Add the line to sink->out. NULL: this format has only lines of the other kind. */
	void (*line)(struct view_sink *sink, const struct view *view);
	void (*transaction)(struct view_sink *sink, const struct view_transaction *transaction);
	void (*release)(struct view_sink *sink); /* what they made; NULL: nothing */
};

/* Slots that the views treat apart, of the run described last. */
struct view_slots {
	__u8 host;
	__u8 user_agent;
	__u8 referer;
};

struct view_sink {
	struct sink sink;
	struct transaction_taker taker; /* instead, if there are lines of transactions */
	const struct view_format *format;
	const struct run_meta *meta;
	struct view_slots slots;
	struct text_addresses addresses;
	bool transactions;
	__u64 left; /* lines of transactions that are still wanted */
	__u64 *unwritten;
	struct out out;
};

/*
 * Makes a sink of such a format, which writes in blocks and at every tick. When nobody reads any
 * more it returns -EPIPE and says nothing. Returns 0 or -ENOMEM (reported).
 */
int view_sink_open(struct sink **sink, const struct view_format *format,
		   const struct view_options *options);

/* Adds an address. */
void view_sink_address(struct view_sink *sink, const __u8 address[16]);

#endif
