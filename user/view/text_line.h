/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a text view remembers, and the parts of its lines up to the end of the start line.
 */
#ifndef HDRTAP_USER_TEXT_LINE_H
#define HDRTAP_USER_TEXT_LINE_H

#include "view/sink_view.h"
#include "view/text_requests.h"
#include "view/text_time.h"
#include "view/text_width.h"

#define TEXT_NAME_MAX 255 /* bytes of an escaped name and one more */
#define TEXT_CUT_MAX  sizeof("[of 65535]")

/* A name as it is shown, so that it is escaped once. */
struct text_name {
	__u8 size; /* 0: it is not known yet */
	char text[TEXT_NAME_MAX];
};

struct text_sink {
	struct view_sink view;
	struct text_options options;
	struct text_time time;
	struct text_width width;
	struct text_requests *requests; /* owned */
	bool colored;
	size_t column;                     /* where start lines begin */
	__u64 run;                         /* the beginning of the run's id */
	char interface[TEXT_NAME_MAX / 4]; /* whose name is `interface_shown` */
	struct text_name interface_shown;
	struct text_name name[RUN_SLOTS_MAX]; /* of slots: "name=" */
};

/* When, where, from and to; then spaces, so that what follows is where it was in the line before.
 */
void text_add_place(struct text_sink *text, const struct view *view);

/* Method, host and target, version. Returns the value of the host if it is shown, or NULL. */
const struct view_value *text_add_request(struct text_sink *text, const struct view *view);

/* Status and latency of a response. */
void text_add_status(struct text_sink *text, const struct hdrtap_record *rec);

/* Version, status, latency, and the request that it answers. */
void text_add_response(struct text_sink *text, const struct view *view);

/* Puts "[of N]" behind a value that was cut, in TEXT_CUT_MAX bytes. Returns the end. */
char *text_put_cut(char *to, const struct view_value *value);

/* Everything from here on has that color, NULL or not `colored`: nothing is added. */
static inline void text_color(struct text_sink *text, const char *sequence)
{
	if (text->colored && sequence)
		out_text(&text->view.out, sequence);
}

#endif
