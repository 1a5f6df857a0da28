/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What all views have in common: each head is one line (two of text when `verbose`).
 */
#ifndef HDRTAP_USER_SINK_VIEW_H
#define HDRTAP_USER_SINK_VIEW_H

#include "sink/sink.h"
#include "view/out.h"
#include "view/view.h"

struct view_options {
	int fd;              /* written to, not closed */
	const char *name;    /* of fd, for messages; not copied */
	bool line_buffered;  /* write every line at once, not only at ticks */
	bool verbose;        /* text: more about each head */
	out_rewrite rewrite; /* of every line, NULL: none */
	__u64 *unwritten;    /* where close() leaves how many records it could not write, or NULL */
};

struct view_sink;

struct view_format {
	size_t size;                             /* of what begins with a struct view_sink */
	int (*describe)(struct view_sink *sink); /* sink->meta is new. NULL: nothing to do */
	void (*line)(struct view_sink *sink,
		     const struct view *view);   /* adds the line to sink->out */
	void (*release)(struct view_sink *sink); /* what describe made; NULL: nothing */
};

/* Slots that the views treat apart, of the run described last. */
struct view_slots {
	__u8 host;
	__u8 user_agent;
	__u8 referer;
};

struct view_sink {
	struct sink sink;
	const struct view_format *format;
	const struct run_meta *meta;
	struct view_slots slots;
	bool verbose;
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
