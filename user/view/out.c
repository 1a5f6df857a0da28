/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The buffer holds one block and the longest line, so the functions that add to a line need not
 * write. While writing fails the buffer fills up to a block; from then on lines are refused, so
 * that the caller can count them.
 */
#include "view/out.h"

#include <errno.h>

#include "base/error.h"
#include "view/escape.h"
#include "view/view_format.h"

/* A failure that lasts is one message. That nobody reads any more (`| head`) is none. */
static int write_failed(struct out *out, int err)
{
	if (err == -ETIMEDOUT)
		fail(-err,
		     "cannot write to %s: nobody reads it; stop hdrtap before its "
		     "reader",
		     out->name);
	else if (err != -EPIPE && err != out->failed)
		fail(-err, "cannot write to %s: %s; free some space or write elsewhere", out->name,
		     strerror(-err));
	return err;
}

static bool is_for_good(int err)
{
	return err == -EPIPE || err == -ETIMEDOUT;
}

/* The first `size` bytes leave the buffer. */
static void remove_written(struct out *out, size_t size)
{
	__u32 kept = 0;

	for (__u32 i = 0; size < out->used && i < out->kept; i++) {
		if (out->end[i] <= size)
			continue;
		out->end[kept] = out->end[i] - size;
		out->records[kept++] = out->records[i];
	}
	out->kept = kept;
	out->used -= size;
	memmove(out->bytes, out->bytes + size, out->used);
}

/* What could be written leaves the buffer, also when it fails. */
int out_flush(struct out *out)
{
	size_t done;
	int err;

	if (is_for_good(out->failed) || !out->used)
		return is_for_good(out->failed) ? out->failed : 0;
	err = pipe_out_write(&out->to, out->bytes, out->used, &done);
	remove_written(out, done);
	out->failed = err ? write_failed(out, err) : 0;
	return err;
}

/* Nothing fits behind the next line. */
static bool is_full(const struct out *out)
{
	return out->used >= OUT_BLOCK || out->kept >= OUT_KEPT_MAX;
}

int out_line_begin(struct out *out)
{
	int err = 0;

	if (is_for_good(out->failed) || is_full(out))
		err = out_flush(out);
	if (err && (is_for_good(err) || is_full(out)))
		return err;
	out->line = out->used;
	out->overflow = false;
	return 0;
}

/* What was added takes the place of the line. */
static void rewrite(struct out *out)
{
	size_t end = out->used;

	out->rewrite(out);
	out->used -= end - out->line;
	memmove(out->bytes + out->line, out->bytes + end, out->used - out->line);
}

int out_line_end(struct out *out, __u32 records)
{
	int err = 0;

	if (out->rewrite)
		rewrite(out);
	out_char(out, '\n');
	if (out->overflow) {
		out->used = out->line;
		return fail(EMSGSIZE,
			    "cannot write to %s: a line of more than %d bytes; "
			    "choose fewer header elements",
			    out->name, OUT_LINE_MAX);
	}
	if (records) {
		out->end[out->kept] = out->used;
		out->records[out->kept++] = records;
	}
	if (out->line_buffered || is_full(out))
		err = out_flush(out);
	if (!is_for_good(err))
		return 0;
	if (records) /* they are not taken */
		out->kept--;
	return err;
}

__u64 out_unwritten(const struct out *out)
{
	__u64 records = 0;

	for (__u32 i = 0; i < out->kept; i++)
		records += out->records[i];
	return records;
}

void out_number(struct out *out, __u64 number)
{
	char digits[VIEW_NUMBER_MAX];

	out_bytes(out, digits, view_number(digits, number));
}

void out_column(struct out *out, size_t column)
{
	size_t at = out->used - out->line, spaces = at < column ? column - at : 1;
	char *to = out_room(out, spaces);

	if (!to)
		return;
	memset(to, ' ', spaces);
	out->used += spaces;
}

void out_escaped(struct out *out, const __u8 *bytes, size_t size, char quote)
{
	char *to = out_room(out, ESCAPE_ROOM(size));

	if (to)
		out->used = escape_put(to, bytes, size, quote) - out->bytes;
}
