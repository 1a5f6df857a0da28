/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lines built in memory and written in large blocks. A line is taken whole or not at all; what
 * could not be written stays and is tried again.
 */
#ifndef HDRTAP_USER_OUT_H
#define HDRTAP_USER_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <hdrtap/types.h>

#include "sink/pipe_out.h"

#define OUT_BLOCK    65536       /* written when there is so much */
#define OUT_LINE_MAX (256 << 10) /* bytes of a line; none of our largest records comes near it */
#define OUT_KEPT_MAX \
	20480 /* records in the buffer: more than there are but for the shortest of lines */

struct out;

/* Adds behind the line in progress, which is from out->bytes + out->line to out->used, what it is
 * to be instead. */
typedef void (*out_rewrite)(struct out *out);

struct out {
	struct pipe_out to;
	const char *name;    /* for messages, not owned */
	bool line_buffered;  /* every line is written at once */
	out_rewrite rewrite; /* of every line before it ends, NULL: none */
	bool overflow;       /* the line in progress is too long */
	int failed;          /* -errno of the last attempt to write, 0: it works */
	size_t used;
	size_t line;                 /* where the line in progress begins */
	__u32 kept;                  /* lines of records in the buffer, not written to their end */
	__u32 end[OUT_KEPT_MAX];     /* where each of them ends */
	__u32 records[OUT_KEPT_MAX]; /* how many each of them stands for */
	char bytes[OUT_BLOCK + OUT_LINE_MAX];
};

/* Begins a line. Returns 0, or -errno (reported once per kind of failure; -EPIPE never): no line
 * was begun. */
int out_line_begin(struct out *out);

/*
 * Ends it with a line feed; `records`: how many it stands for, 0: it is a heading. Returns 0 also
 * when it could only be kept for later, -EMSGSIZE (reported) when it is too long and was dropped,
 * -EPIPE when nobody reads any more.
 */
int out_line_end(struct out *out, __u32 records);

/* Records whose lines are not written to their end. */
__u64 out_unwritten(const struct out *out);

/* Writes out every whole line. Returns 0 or -errno, as out_line_begin(). */
int out_flush(struct out *out);

/* Room for `size` bytes of the line in progress, NULL: it gets too long. */
static inline char *out_room(struct out *out, size_t size)
{
	if (size <= sizeof(out->bytes) - out->used)
		return out->bytes + out->used;
	out->overflow = true;
	return NULL;
}

static inline void out_bytes(struct out *out, const void *bytes, size_t size)
{
	char *to = out_room(out, size);

	if (to && size) {
		memcpy(to, bytes, size);
		out->used += size;
	}
}

static inline void out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

static inline void out_char(struct out *out, char c)
{
	char *to = out_room(out, 1);

	if (to) {
		*to = c;
		out->used++;
	}
}

void out_number(struct out *out, __u64 number);

/* At least one space, and more until the line has `column` bytes. */
void out_column(struct out *out, size_t column);

/* Adds bytes as escape_put() has them. */
void out_escaped(struct out *out, const __u8 *bytes, size_t size, char quote);

#endif
