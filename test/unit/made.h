/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Records made by hand, and the lines the views make of them. */
#ifndef HDRTAP_TEST_MADE_H
#define HDRTAP_TEST_MADE_H

#include "record_room.h"
#include "run/meta.h"
#include "view/sink_view.h"

struct made {
	struct run_meta meta;
	const char *interface; /* its name */
	union {
		struct hdrtap_record rec;
		union record_room room;
		__u8 space[HDRTAP_RECORD_SIZE_MAX];
	};
};

/* 2023-11-14T22:13:20.123456789Z */
#define MADE_TIME 1700000000123456789ULL

/*
 * A run with the default elements and interface 7 called eth0, run id 00 01 .. 0f; and a record of
 * its: HTTP/1.1, from 192.0.2.1:40000 to 198.51.100.2:80, received at interface 7, hook tc, CPU 1,
 * sequence 5, tcp sequence 1000, a head of 100 bytes with 2 headers.
 */
void made_request(struct made *m, const char *target);
void made_response(struct made *m, __u16 status);

/* Adds a value. `original` 0: nothing was cut. */
void made_value(struct made *m, __u8 slot, __u8 mode, const void *bytes, __u16 size,
		__u16 original);

/* Chooses elements as -e does. */
void made_choose(struct made *m, const char *choice);

/* Adds a kept value of a header, which is chosen if it is not yet; or one that another mode left
 * `bytes` of. */
void made_header(struct made *m, const char *name, const char *value);
void made_mode(struct made *m, const char *choice, const void *bytes, __u16 size, __u16 original);

typedef int (*made_open)(struct sink **sink, const struct view_options *options);

/* What such a view makes of the record, whatever it says before the first line included. Valid
 * until the next call. */
const char *made_text(const struct made *m, made_open open, const struct text_options *shown);

/* Likewise, with so many -v. */
const char *made_lines(const struct made *m, made_open open, __u32 verbose);

/* The last of these lines, without its line feed. */
const char *made_line(const struct made *m, made_open open);

#endif
