/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The HTTP/1 head parser: request or status line, header lines, empty line (RFC 9112 sections 2-5).
 *
 *	hdrtap_head_begin()      a new head begins at the window's position
 *	hdrtap_head_step()       parses a line or more: AGAIN, DONE, MORE or NOT_HTTP
 *	hdrtap_window_refill()   after MORE: the next bytes stand at HDRTAP_WINDOW_START
 *	hdrtap_head_cut_off()    no more bytes will come (hdrtap_head_measure() before it)
 *
 * It can stop behind any byte and go on with the next window, with the same result. A line that
 * the window cuts waits in h->carry while it is short; of a longer one the name is known, and its
 * value is streamed into the arena.
 *
 * Per line: find the line feed, find the colon in the first bytes, look the name up by hash, and
 * only for chosen names and those that frame the body look at the value. A line with wrong syntax
 * is flagged, not refused: who looks for attacks wants to see it.
 */
#ifndef HDRTAP_HEAD_H
#define HDRTAP_HEAD_H

#include <hdrtap/head/field.h>
#include <hdrtap/head/where.h>

#define HDRTAP_LINES_PER_STEP 16 /* plain ones, behind one that may be any */

/* What is reserved in a record stays 0, as it was when its memory was made. */
HDRTAP_INLINE void hdrtap_head_begin(struct hdrtap_head *h, struct hdrtap_window *w,
				     const struct hdrtap_elements *set)
{
	__builtin_memset(h, 0, hdrtap_offsetof(struct hdrtap_head, carry));
	__builtin_memset(h->max, 0, sizeof(h->max));
	__builtin_memset(&h->rec, 0, hdrtap_offsetof(struct hdrtap_record, reserved));
	__builtin_memset(h->rec.entry, 0, sizeof(h->rec.entry));
	h->reserved = set->reserved;
	h->unseen = set->names;
	h->rec.element_set = set->generation;
	h->origin = w->position;
}

/* Takes the cut line out of the window. `from` is where it begins; at most HDRTAP_CARRY_MAX bytes
 * of it are kept. */
HDRTAP_INLINE int hdrtap_carry(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from)
{
	const __u8 *source = hdrtap_window_at(w, from);
	__u32 i;

	h->carry_length = w->end - from;
	for (i = 0; i < HDRTAP_CARRY_MAX; i += 8)
		hdrtap_store64(h->carry + i, hdrtap_load64(source + i));
	w->position = w->end;
	return HDRTAP_MORE;
}

/* Makes the window ready for `length` (1 to HDRTAP_WINDOW_SIZE) bytes that were put at
 * HDRTAP_WINDOW_START. */
HDRTAP_INLINE void hdrtap_window_ready(struct hdrtap_window *w, __u32 length)
{
	__u32 end = HDRTAP_WINDOW_START + length;

	w->position = HDRTAP_WINDOW_START;
	w->end = end;
	HDRTAP_MASK(end, HDRTAP_WINDOW_MASK);
	w->bytes[end] = '\n';
}

/* The head goes on in a later segment, when this window is gone. */
HDRTAP_INLINE void hdrtap_head_pause(struct hdrtap_head *h, struct hdrtap_window *w)
{
	h->length += w->end - h->origin;
	h->origin = HDRTAP_WINDOW_START;
}

/* Nothing is in the window; a paused head goes on with what is loaded next. */
HDRTAP_INLINE void hdrtap_window_empty(struct hdrtap_window *w)
{
	w->position = HDRTAP_WINDOW_START;
	w->end = HDRTAP_WINDOW_START;
}

/* As hdrtap_window_ready(), for a head that goes on: puts the carried bytes before the new ones. */
HDRTAP_INLINE void hdrtap_window_refill(struct hdrtap_head *h, struct hdrtap_window *w,
					__u32 length)
{
	__u32 to = HDRTAP_WINDOW_START - h->carry_length, i, at;

	h->length += w->end - h->origin;
	h->origin = HDRTAP_WINDOW_START;
	hdrtap_window_ready(w, length);
	for (i = 0; i < HDRTAP_CARRY_MAX; i++) {
		if (i >= h->carry_length)
			break;
		at = to + i;
		HDRTAP_MASK(at, HDRTAP_WINDOW_MASK);
		w->bytes[at] = h->carry[i];
	}
	__builtin_memset(h->carry, 0, sizeof(h->carry)); /* it may hold part of a secret */
	w->position = to;
	h->carry_length = 0;
}

/* Finishes the head's record: all of it has been read, or all there is. */
HDRTAP_GLOBAL int hdrtap_head_finish(struct hdrtap_head *h, struct hdrtap_window *w,
				     const struct hdrtap_elements *set)
{
	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	if (!h->started) /* cut off in the request line */
		hdrtap_redact(h, w, set, 1);
	hdrtap_field_end(h, w, set);
	if (!(h->rec.flags & HDRTAP_FLAG(INCOMPLETE)))
		hdrtap_framing_finish(h);
	if (h->excluded)
		hdrtap_head_wipe(h);
	else
		hdrtap_values_finish(h);
	return HDRTAP_DONE;
}

/* Writes into the record how long the head is up to the window's position. */
HDRTAP_INLINE void hdrtap_head_measure(struct hdrtap_head *h, const struct hdrtap_window *w)
{
	h->rec.head_length = h->length + w->position - h->origin;
}

HDRTAP_INLINE int hdrtap_head_end(struct hdrtap_head *h, struct hdrtap_window *w,
				  const struct hdrtap_elements *set)
{
	hdrtap_head_measure(h, w);
	return hdrtap_head_finish(h, w, set);
}

/* Flags what was seen in the line besides text. */
HDRTAP_INLINE void hdrtap_line_flag(struct hdrtap_head *h, const struct hdrtap_window *w)
{
	if (w->seen & HDRTAP_BYTE_CR)
		h->rec.flags |= HDRTAP_FLAG(BARE_CR);
	if (w->seen & HDRTAP_BYTE_CONTROL)
		h->rec.flags |= HDRTAP_FLAG(BAD_VALUE);
}

/* A whole start line or header line in [w->position, lf). */
HDRTAP_INLINE int hdrtap_line_whole(struct hdrtap_head *h, struct hdrtap_window *w,
				    const struct hdrtap_elements *set, __u32 lf)
{
	__u32 from = w->position, to = lf, next = lf + 1;
	__u8 first = hdrtap_window_byte(w, from);
	int verdict;

	if (lf > from ? hdrtap_window_byte(w, lf - 1) == '\r' : h->pending_cr)
		to -= lf > from;
	else
		h->rec.flags |= HDRTAP_FLAG(BARE_LF);
	HDRTAP_MASK(to, HDRTAP_WINDOW_MASK); /* the verifier forgets how it got here */
	if (h->phase < HDRTAP_PHASE_LINE) {
		verdict = hdrtap_start_line(h, w, set, to, 1);
		if (verdict != HDRTAP_NOT_HTTP && h->rec.kind == HDRTAP_KIND_REQUEST)
			hdrtap_redact(h, w, set, 0);
		if (verdict != HDRTAP_NOT_HTTP) /* never about what was redacted */
			hdrtap_where_look(h, set, 0);
		w->position = next;
		if (verdict == HDRTAP_AGAIN)
			h->phase = HDRTAP_PHASE_LINE;
		return verdict == HDRTAP_DONE ? hdrtap_head_end(h, w, set) : verdict;
	}
	if (h->phase == HDRTAP_PHASE_LINE) {
		if (to == from) {
			w->position = next;
			return hdrtap_head_end(h, w, set);
		}
		if (hdrtap_is_ows(first))
			hdrtap_fold_begin(h);
		else
			hdrtap_field_whole(h, w, set, from, to);
	}
	if (h->phase != HDRTAP_PHASE_LINE)
		hdrtap_line_part(h, w, to, 1);
	w->position = next;
	return HDRTAP_AGAIN;
}

/* The window ends inside the line at w->position. */
HDRTAP_GLOBAL int hdrtap_line_cut(struct hdrtap_head *h, struct hdrtap_window *w,
				  const struct hdrtap_elements *set)
{
	__u32 from, end, index;
	int verdict;

	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	from = w->position;
	end = w->end;
	if ((h->phase == HDRTAP_PHASE_BEGIN || h->phase == HDRTAP_PHASE_LINE) &&
	    end - from <= HDRTAP_CARRY_MAX && !h->flushed)
		return hdrtap_carry(h, w, from);
	if (h->phase < HDRTAP_PHASE_REST) {
		verdict = hdrtap_start_line(h, w, set, end, 0);
		if (verdict != HDRTAP_AGAIN)
			return verdict;
	}
	if (h->phase == HDRTAP_PHASE_REST) {
		from = w->position;
		if (end - from > HDRTAP_CARRY_MAX) {
			h->rest_long = 1;
			from = end - HDRTAP_CARRY_MAX;
		}
		return hdrtap_carry(h, w, from);
	}
	if (h->phase == HDRTAP_PHASE_LINE) {
		if (hdrtap_is_ows(hdrtap_window_byte(w, from))) {
			hdrtap_fold_begin(h);
		} else {
			hdrtap_field_end(h, w, set);
			index = hdrtap_field_line(h, w, set, from, end);
			if (index)
				hdrtap_field_begin(h, set, index);
		}
	}
	if (h->phase > HDRTAP_PHASE_LINE)
		hdrtap_line_part(h, w, end, 0);
	w->position = end;
	return HDRTAP_MORE;
}

/* Empty lines before a start line are not part of the head, RFC 9112 section 2.2. */
HDRTAP_INLINE int hdrtap_empty_line(struct hdrtap_head *h, struct hdrtap_window *w, __u32 lf)
{
	__u32 from = w->position;

	if (h->phase != HDRTAP_PHASE_BEGIN || lf - from > 1)
		return 0;
	return lf == from || hdrtap_window_byte(w, from) == '\r';
}

/* The line at the window's position, if it is whole. MORE before the end of the window: a cut line
 * is left there. */
HDRTAP_GLOBAL int hdrtap_head_line(struct hdrtap_head *h, struct hdrtap_window *w,
				   const struct hdrtap_elements *set)
{
	__u32 lf;

	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	if (w->position >= w->end)
		return HDRTAP_MORE;
	if (h->pending_cr && hdrtap_window_byte(w, w->position) != '\n') {
		h->rec.flags |= HDRTAP_FLAG(BARE_CR);
		h->trailing = 0;
		h->pending_cr = 0;
	}
	lf = hdrtap_find_line_end(w, w->position);
	if (lf < w->end && hdrtap_empty_line(h, w, lf)) {
		w->position = lf + 1;
		h->origin = lf + 1;
		h->length = 0;
		return HDRTAP_AGAIN;
	}
	if (w->seen)
		hdrtap_line_flag(h, w);
	if (lf >= w->end)
		return HDRTAP_MORE;
	return hdrtap_line_whole(h, w, set, lf);
}

/* Where the plain header line at `from` ends: before CR LF, with a name at its beginning and only
 * text. 0: it is not plain, or not whole. */
HDRTAP_INLINE __u32 hdrtap_line_plain(const struct hdrtap_window *w, __u32 from)
{
	__u32 to = hdrtap_find_text_end(w, from);

	if (hdrtap_window_byte(w, from) <= ' ' || to + 1 >= w->end ||
	    (hdrtap_window_word(w, to) & 0xffff) != HDRTAP_WORD_CRLF)
		return 0;
	HDRTAP_MASK(to, HDRTAP_WINDOW_MASK);
	return to;
}

/* Reads some of the plain header lines at the window's position, as nearly all are, without the
 * questions that other lines need. */
HDRTAP_GLOBAL int hdrtap_head_lines(struct hdrtap_head *h, struct hdrtap_window *w,
				    const struct hdrtap_elements *set)
{
	__u32 from, to, i;

	if (!h || !w || !set)
		return 0;
	for (i = 0; i < HDRTAP_LINES_PER_STEP; i++) {
		from = w->position;
		to = from < w->end ? hdrtap_line_plain(w, from) : 0;
		if (!to)
			break;
		hdrtap_field_whole(h, w, set, from, to);
		HDRTAP_FORGET(to, w->seen, ~0u); /* all ways here become one */
		w->position = to + 2;
	}
	return 0;
}

/* Whether the empty line that ends a head stands at the window's position. */
HDRTAP_INLINE int hdrtap_head_ends(const struct hdrtap_window *w)
{
	return w->position + 1 < w->end &&
	       (hdrtap_window_word(w, w->position) & 0xffff) == HDRTAP_WORD_CRLF;
}

/* A cut line is parsed from here: below hdrtap_head_line() Linux 6.1 has no stack left for it. */
HDRTAP_INLINE int hdrtap_head_step(struct hdrtap_head *h, struct hdrtap_window *w,
				   const struct hdrtap_elements *set)
{
	int verdict = hdrtap_head_line(h, w, set);

	if (verdict == HDRTAP_MORE && w->position < w->end)
		return hdrtap_line_cut(h, w, set);
	if (verdict != HDRTAP_AGAIN || h->phase != HDRTAP_PHASE_LINE)
		return verdict;
	hdrtap_head_lines(h, w, set);
	if (!hdrtap_head_ends(w))
		return HDRTAP_AGAIN;
	w->position += 2;
	return hdrtap_head_end(h, w, set);
}

/* Whether nothing but empty lines was seen, of which the last may lack its LF. */
HDRTAP_INLINE int hdrtap_head_blank(const struct hdrtap_head *h)
{
	return h->phase == HDRTAP_PHASE_BEGIN && !h->flushed &&
	       (!h->carry_length || (h->carry_length == 1 && h->carry[0] == '\r'));
}

/* Whether what there is of a head is worth a record: a start line, or a known method and the start
 * of a target. */
HDRTAP_INLINE int hdrtap_head_begun(const struct hdrtap_head *h)
{
	return h->started ||
	       (h->rec.method != HDRTAP_METHOD_OTHER && h->phase != HDRTAP_PHASE_BEGIN);
}

/* Reads the line that waits to be whole as far as it goes. Of the rest behind a target nothing is
 * kept anyway, and a CR begins the empty line that ends a head. */
HDRTAP_INLINE void hdrtap_carry_flush(struct hdrtap_head *h, struct hdrtap_window *w,
				      const struct hdrtap_elements *set)
{
	if (!h->carry_length || h->phase == HDRTAP_PHASE_REST ||
	    (h->carry_length == 1 && h->carry[0] == '\r'))
		return;
	hdrtap_window_refill(h, w, 0);
	h->flushed = 1;
	hdrtap_line_cut(h, w, set);
}

/* No more bytes of this head will come, its record is measured: DONE with INCOMPLETE, or NOT_HTTP
 * when too little was seen. The window is written to when a line waits in the carry. */
HDRTAP_INLINE int hdrtap_head_cut_off(struct hdrtap_head *h, struct hdrtap_window *w,
				      const struct hdrtap_elements *set)
{
	hdrtap_carry_flush(h, w, set);
	if (!hdrtap_head_begun(h))
		return HDRTAP_NOT_HTTP;
	if (h->phase == HDRTAP_PHASE_VALUE) {
		hdrtap_digest_settle(h);
		hdrtap_value_settle(h);
	}
	h->rec.flags |= HDRTAP_FLAG(INCOMPLETE);
	__builtin_memset(h->carry, 0, sizeof(h->carry));
	return hdrtap_head_finish(h, w, set);
}

#endif
