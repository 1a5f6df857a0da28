/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the requests shown last were, for the lines of their responses. Bounded, and needs no time
 * to forget: a new text takes the place of the oldest ones.
 */
#ifndef HDRTAP_USER_TEXT_REQUESTS_H
#define HDRTAP_USER_TEXT_REQUESTS_H

#include "view/view_format.h"

struct text_requests;

/* Identifies a record. */
struct text_reference {
	__u64 run; /* the beginning of its run id */
	__u64 sequence;
	__u16 cpu;
};

struct text_requests *text_requests_new(void);           /* NULL: out of memory */
void text_requests_free(struct text_requests *requests); /* may be NULL */

/* Copies the text of a request. One that is too long is not remembered. */
void text_requests_add(struct text_requests *requests, struct text_reference request,
		       struct view_bytes text);

/* Absent when it is not known any more, or never was. Valid until the next text_requests_add(). */
struct view_bytes text_requests_find(const struct text_requests *requests,
				     struct text_reference request);

#endif
