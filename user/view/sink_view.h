/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The views: each head is one line of text (two with text and `verbose`).
 */
#ifndef HDRTAP_USER_SINK_VIEW_H
#define HDRTAP_USER_SINK_VIEW_H

#include "out.h"
#include "sink.h"
#include "view.h"

struct view_options {
	int fd;             /* written to, not closed */
	const char *name;   /* of fd, for messages; not copied */
	bool line_buffered; /* write every line at once, not only at ticks */
	bool verbose;       /* text: more about each head */
};

/*
 * Each returns 0 or -ENOMEM (said). The sinks write in blocks and at every tick. When nobody reads
 * any more they return -EPIPE and say nothing.
 *
 * text: one line per head in the manner of tcpdump
 * json: one object per line, the keys of OpenTelemetry's conventions and hdrtap.*
 * csv:  RFC 4180, a header line first and again whenever the chosen header elements change
 * clf:  Combined Log Format; a response is a line with the request "-" and the server's status
 */
int sink_text_open(struct sink **sink, const struct view_options *options);
int sink_json_open(struct sink **sink, const struct view_options *options);
int sink_csv_open(struct sink **sink, const struct view_options *options);
int sink_clf_open(struct sink **sink, const struct view_options *options);

/* --- for the implementations
 * ---------------------------------------------------------------------------------- */

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
	struct out out;
};

/* Makes a sink of such a format. */
int view_sink_open(struct sink **sink, const struct view_format *format,
		   const struct view_options *options);

/* Adds an address. */
void view_sink_address(struct view_sink *sink, const __u8 address[16]);

#endif
