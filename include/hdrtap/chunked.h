/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a chunked body ends: RFC 9112 section 7.1. Nothing of the body is kept. Like the head
 * parser it can stop behind any byte and go on with the next window; it needs no bytes of the
 * window before, only its state.
 */
#ifndef HDRTAP_CHUNKED_H
#define HDRTAP_CHUNKED_H

#include <hdrtap/start_line.h>

#define HDRTAP_CHUNK_DIGITS 15 /* hexadecimal digits of a chunk size: below 2^60 */

enum hdrtap_chunk_phase {
	HDRTAP_CHUNK_SIZE,      /* in the digits of a chunk size */
	HDRTAP_CHUNK_EXTENSION, /* between them and the line feed */
	HDRTAP_CHUNK_DATA,      /* `left` bytes of data to go */
	HDRTAP_CHUNK_END,       /* at the CR LF behind the data */
	HDRTAP_CHUNK_TRAILER,   /* in the trailer section */
};

/* Zeroed at the start of a body. */
struct hdrtap_chunked {
	__u64 left;   /* bytes: of the size read so far, then of the data */
	__u32 chunks; /* chunk sizes read */
	__u8 phase;   /* enum hdrtap_chunk_phase */
	__u8 digits;  /* of the size, so far */
	__u8 text;    /* of the trailer's line so far: 1 a CR, 2 more than that */
	__u8 unused;
};

/* Value of a hexadecimal digit, 16 for any other byte. */
HDRTAP_INLINE __u32 hdrtap_hex(__u8 c)
{
	__u8 digit = c - '0', letter = (c | 0x20) - 'a';

	if (digit < 10)
		return digit;
	return letter < 6 ? letter + 10 : 16;
}

/* Reads one digit of a chunk size, or ends it. */
HDRTAP_INLINE int hdrtap_chunk_size(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u8 byte = hdrtap_window_byte(w, w->position);
	__u32 value = hdrtap_hex(byte);

	if (value > 15) {
		if (byte != '\r' && byte != '\n' && byte != ';' && !hdrtap_is_ows(byte))
			return HDRTAP_NOT_HTTP;
		c->phase = HDRTAP_CHUNK_EXTENSION;
		return c->digits ? HDRTAP_AGAIN : HDRTAP_NOT_HTTP;
	}
	if (c->digits >= HDRTAP_CHUNK_DIGITS)
		return HDRTAP_NOT_HTTP;
	c->left = c->left << 4 | value;
	c->digits++;
	w->position++;
	return HDRTAP_AGAIN;
}

/* Passes over the rest of the size's line. */
HDRTAP_INLINE int hdrtap_chunk_extension(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u32 lf = hdrtap_find_line_end(w, w->position);

	if (lf >= w->end) {
		w->position = w->end;
		return HDRTAP_MORE;
	}
	w->position = lf + 1;
	c->chunks++;
	c->digits = 0;
	c->text = 0;
	c->phase = c->left ? HDRTAP_CHUNK_DATA : HDRTAP_CHUNK_TRAILER;
	return HDRTAP_AGAIN;
}

/* Passes over what of the data is in the window. */
HDRTAP_INLINE int hdrtap_chunk_data(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u32 here = w->end - w->position;

	if (c->left >= here) {
		c->left -= here;
		w->position = w->end;
	} else {
		w->position += c->left;
		c->left = 0;
	}
	if (!c->left)
		c->phase = HDRTAP_CHUNK_END;
	return w->position < w->end ? HDRTAP_AGAIN : HDRTAP_MORE;
}

/* The line end behind the data, of which the CR may be missing or in the window before. */
HDRTAP_INLINE int hdrtap_chunk_end(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u8 byte = hdrtap_window_byte(w, w->position);

	w->position++;
	if (byte == '\n')
		c->phase = HDRTAP_CHUNK_SIZE;
	else if (byte != '\r')
		return HDRTAP_NOT_HTTP;
	return HDRTAP_AGAIN;
}

/* Passes over a trailer line; an empty one ends the body. */
HDRTAP_INLINE int hdrtap_chunk_trailer(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u32 lf = hdrtap_find_line_end(w, w->position), from = w->position;

	if (lf - from > 1 || (lf > from && (c->text || hdrtap_window_byte(w, from) != '\r')))
		c->text = 2;
	else if (lf > from)
		c->text = 1;
	if (lf >= w->end) {
		w->position = w->end;
		return HDRTAP_MORE;
	}
	w->position = lf + 1;
	if (c->text < 2)
		return HDRTAP_DONE;
	c->text = 0;
	return HDRTAP_AGAIN;
}

/*
 * Goes on in the window. DONE: the body ended before w->position; MORE: the window is used up, and
 * c->left bytes of data behind it need not be loaded; AGAIN: call again; NOT_HTTP: not chunked
 * coding.
 */
HDRTAP_GLOBAL int hdrtap_chunked_step(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	if (!c || !w)
		return HDRTAP_NOT_HTTP;
	if (w->position >= w->end)
		return HDRTAP_MORE;
	switch (c->phase) {
	case HDRTAP_CHUNK_SIZE:
		return hdrtap_chunk_size(c, w);
	case HDRTAP_CHUNK_EXTENSION:
		return hdrtap_chunk_extension(c, w);
	case HDRTAP_CHUNK_DATA:
		return hdrtap_chunk_data(c, w);
	case HDRTAP_CHUNK_END:
		return hdrtap_chunk_end(c, w);
	}
	return hdrtap_chunk_trailer(c, w);
}

#endif
