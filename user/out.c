/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The buffer holds one block and the longest line, so the functions that add to a line need not
 * write. While writing fails the buffer fills up to a block; from then on lines are refused, so
 * that the caller can count them.
 */
#include "out.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "error.h"
#include "view.h"

/* A failure that lasts is one message. That nobody reads any more (`| head`) is none. */
static int write_failed(struct out *out, int errnum)
{
	if (errnum != EPIPE && errnum != out->said)
		fail(errnum, "cannot write to %s: %s; make room or write somewhere else", out->name,
		     strerror(errnum));
	out->said = errnum;
	return -errnum;
}

/* Writes some of `size` bytes, whatever the mode of the descriptor. Returns their number or -errno.
 */
static ssize_t write_some(const struct out *out, const char *bytes, size_t size)
{
	struct pollfd ready = { .fd = out->fd, .events = POLLOUT };
	ssize_t wrote;

	for (;;) {
		wrote = write(out->fd, bytes, size);
		if (wrote >= 0)
			return wrote;
		if (errno == EAGAIN)
			poll(&ready, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
}

/* Writes the first `end` bytes; what was written leaves the buffer. */
static int write_out(struct out *out, size_t end)
{
	size_t done = 0;
	ssize_t wrote = 0;

	while (done < end) {
		wrote = write_some(out, out->bytes + done, end - done);
		if (wrote < 0)
			break;
		done += wrote;
	}
	memmove(out->bytes, out->bytes + done, out->used - done);
	out->used -= done;
	if (wrote < 0)
		return write_failed(out, -wrote);
	out->said = 0;
	return 0;
}

int out_flush(struct out *out)
{
	return out->used ? write_out(out, out->used) : 0;
}

int out_line_begin(struct out *out)
{
	int err = 0;

	if (out->used >= OUT_BLOCK)
		err = out_flush(out);
	if (err && out->used >= OUT_BLOCK)
		return err;
	out->line = out->used;
	out->overflow = false;
	return 0;
}

int out_line_end(struct out *out)
{
	int err = 0;

	out_char(out, '\n');
	if (out->overflow) {
		out->used = out->line;
		return fail(EMSGSIZE,
			    "cannot write to %s: a line of more than %d bytes; "
			    "choose fewer header elements",
			    out->name, OUT_LINE_MAX);
	}
	if (out->line_buffered || out->used >= OUT_BLOCK)
		err = out_flush(out);
	return err == -EPIPE ? err : 0;
}

void out_number(struct out *out, __u64 number)
{
	char digits[VIEW_NUMBER_MAX];

	out_bytes(out, digits, view_number(digits, number));
}

void out_column(struct out *out, size_t column)
{
	do
		out_char(out, ' ');
	while (out->used - out->line < column && !out->overflow);
}

static bool is_plain(__u8 c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

void out_escaped(struct out *out, const __u8 *bytes, size_t size, char quote)
{
	static const char hex[16] = "0123456789abcdef";
	char *to = out_room(out, 4 * size);
	size_t i;

	if (!to)
		return;
	for (i = 0; i < size; i++) {
		__u8 c = bytes[i];

		if (is_plain(c) && c != quote) {
			*to++ = c;
		} else if (c == '\\' || c == quote) {
			*to++ = '\\';
			*to++ = c;
		} else {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		}
	}
	out->used = to - out->bytes;
}
