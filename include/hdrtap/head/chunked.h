/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a chunked body ends: RFC 9112 section 7.1. Nothing of the body is kept. Like the head
 * parser it can stop behind any byte and go on with the next window; it needs no bytes of the
 * window before, only its state.
 */
#ifndef HDRTAP_CHUNKED_H
#define HDRTAP_CHUNKED_H

#include <hdrtap/head/start_line.h>

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
	__u8 digit;   /* 1: one of the size was read */
	__u8 text;    /* of the line so far: HDRTAP_CHUNK_CR, _TEXT */
	__u8 loose;   /* 1: had line ends that not every recipient takes for one */
};

#define HDRTAP_CHUNK_CR   1 /* its last byte is a CR */
#define HDRTAP_CHUNK_TEXT 2 /* it has more than a CR; behind a size: white space */

/* Value of a hexadecimal digit, 16 for any other byte. */
HDRTAP_INLINE __u32 hdrtap_hex(__u8 c)
{
	__u8 digit = c - '0', letter = (c | 0x20) - 'a';

	if (digit < 10)
		return digit;
	return letter < 6 ? letter + 10 : 16;
}

/* Reads one digit of a chunk size, or ends it. White space may follow it, and nothing but the
 * line's end or an extension that. No recipient can follow a size of more than 64 bits. */
HDRTAP_INLINE int hdrtap_chunk_size(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u8 byte = hdrtap_window_byte(w, w->position);
	__u32 value = hdrtap_hex(byte);

	if (value < 16) {
		if (c->text || c->left >> 60)
			return HDRTAP_NOT_HTTP;
		c->left = c->left << 4 | value;
		c->digit = 1;
		w->position++;
		return HDRTAP_AGAIN;
	}
	if (!c->digit)
		return HDRTAP_NOT_HTTP;
	if (hdrtap_is_ows(byte)) {
		c->text = HDRTAP_CHUNK_TEXT;
		w->position++;
		return HDRTAP_AGAIN;
	}
	c->text = 0;
	c->phase = HDRTAP_CHUNK_EXTENSION;
	return byte == '\r' || byte == '\n' || byte == ';' ? HDRTAP_AGAIN : HDRTAP_NOT_HTTP;
}

/* Looks at [w->position, end) of a line, which ends there or with the window. */
HDRTAP_INLINE void hdrtap_chunk_line(struct hdrtap_chunked *c, const struct hdrtap_window *w,
				     __u32 end)
{
	__u32 from = w->position;
	__u8 cr = c->text & HDRTAP_CHUNK_CR;

	if (w->seen || (cr && end > from))
		c->loose = 1;
	if (end > from) {
		if (cr || end - from > 1 || hdrtap_window_byte(w, from) != '\r')
			c->text = HDRTAP_CHUNK_TEXT;
		cr = hdrtap_window_byte(w, end - 1) == '\r';
	}
	c->text = (c->text & HDRTAP_CHUNK_TEXT) | (cr ? HDRTAP_CHUNK_CR : 0);
	if (end < w->end && !cr)
		c->loose = 1;
}

/* Passes over the rest of the size's line. */
HDRTAP_INLINE int hdrtap_chunk_extension(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u32 lf = hdrtap_find_line_end(w, w->position);

	hdrtap_chunk_line(c, w, lf);
	if (lf >= w->end) {
		w->position = w->end;
		return HDRTAP_MORE;
	}
	w->position = lf + 1;
	c->chunks++;
	c->digit = 0;
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
	if (byte == '\r' && !c->text) {
		c->text = HDRTAP_CHUNK_CR;
		return HDRTAP_AGAIN;
	}
	if (byte != '\n')
		return HDRTAP_NOT_HTTP;
	c->loose |= !c->text;
	c->text = 0;
	c->phase = HDRTAP_CHUNK_SIZE;
	return HDRTAP_AGAIN;
}

/* Passes over a trailer line; an empty one ends the body. */
HDRTAP_INLINE int hdrtap_chunk_trailer(struct hdrtap_chunked *c, struct hdrtap_window *w)
{
	__u32 lf = hdrtap_find_line_end(w, w->position);

	hdrtap_chunk_line(c, w, lf);
	if (lf >= w->end) {
		w->position = w->end;
		return HDRTAP_MORE;
	}
	w->position = lf + 1;
	if (!(c->text & HDRTAP_CHUNK_TEXT))
		return HDRTAP_DONE;
	c->text = 0;
	return HDRTAP_AGAIN;
}

/*
 * Goes on in the window. DONE: the body ended before w->position; MORE: the window is used up, and
 * c->left bytes of data behind it need not be loaded; AGAIN: call again; NOT_HTTP: not chunked
 * coding. c->loose after DONE: other recipients may see the end elsewhere.
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
