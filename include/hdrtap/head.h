/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The HTTP/1 head parser: request or status line, header lines, empty line (RFC 9112 sections 2-5).
 *
 *	hdrtap_head_begin(h, set)            a new head begins at w->position
 *	hdrtap_head_step(h, w, set)          parses up to four lines: AGAIN, DONE, MORE, NOT_HTTP
 *	hdrtap_window_refill(h, w, length)   after MORE: `length` next bytes stand at
 *HDRTAP_WINDOW_START hdrtap_head_cut_off(h, set)          no more bytes will come: DONE with
 *INCOMPLETE, or NOT_HTTP
 *
 * It can stop behind any byte and go on with the next window, with the same result. A line that the
 *window cuts waits in h->carry while it is short; of a longer one the name is known, and its value
 *is streamed into the arena.
 *
 * Per line: find the line feed, find the colon in the first bytes, look the name up by hash, and
 *only for chosen names and those that frame the body look at the value. A line with wrong syntax is
 *flagged, not refused: who looks for attacks wants to see it.
 */
#ifndef HDRTAP_HEAD_H
#define HDRTAP_HEAD_H

#include <hdrtap/framing.h>
#include <hdrtap/start_line.h>

#define HDRTAP_LINES_PER_STEP 4 /* a call costs as much as a line */
#define HDRTAP_CHAIN_MAX      4 /* names with one hash that are looked at */
#define HDRTAP_EMPTY_LINES    4 /* passed over before a start line, RFC 9112 section 2.2 */

HDRTAP_INLINE void hdrtap_head_begin(struct hdrtap_head *h, struct hdrtap_window *w,
				     const struct hdrtap_elements *set)
{
	__builtin_memset(h, 0, hdrtap_offsetof(struct hdrtap_head, carry));
	__builtin_memset(h->max, 0, sizeof(h->max));
	__builtin_memset(&h->rec, 0, hdrtap_offsetof(struct hdrtap_record, arena));
	h->reserved = set->reserved;
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
	w->position = to;
	h->carry_length = 0;
}

/* What the open field says of the body, and what its mode leaves of it. */
HDRTAP_GLOBAL int hdrtap_field_close(struct hdrtap_head *h, __u32 role)
{
	if (!h)
		return 0;
	hdrtap_framing_value(h, role);
	hdrtap_value_end(h);
	return 0;
}

/* Ends the open field for good. */
HDRTAP_INLINE void hdrtap_field_end(struct hdrtap_head *h, const struct hdrtap_elements *set)
{
	const struct hdrtap_name *name = &set->name[h->name & (HDRTAP_NAMES_MAX - 1)];

	if (h->name && (name->role || name->mode == HDRTAP_MODE_SCHEME))
		hdrtap_field_close(h, name->role);
	h->name = 0;
}

/* Opens the field of a header line whose name was found. */
HDRTAP_INLINE void hdrtap_field_begin(struct hdrtap_head *h, const struct hdrtap_name *name,
				      __u32 index)
{
	__u32 bit = 1u << (name->active & 31), slot = name->slot;

	hdrtap_value_begin(h, slot, name->mode, name->max, !(h->seen & bit));
	if (slot != HDRTAP_SLOT_NONE && h->entry != HDRTAP_NO_ENTRY)
		h->seen |= bit;
	if (name->role && h->cap < HDRTAP_FRAMING_CAP)
		h->cap = HDRTAP_FRAMING_CAP;
	h->name = index;
}

/* Finishes the head's record: all of it has been read, or all there is. */
HDRTAP_GLOBAL int hdrtap_head_finish(struct hdrtap_head *h, const struct hdrtap_elements *set)
{
	if (!h || !set)
		return HDRTAP_NOT_HTTP;
	hdrtap_field_end(h, set);
	if (!(h->rec.flags & HDRTAP_FLAG(INCOMPLETE)))
		hdrtap_framing_finish(h);
	hdrtap_values_finish(h);
	return HDRTAP_DONE;
}

HDRTAP_INLINE int hdrtap_head_end(struct hdrtap_head *h, const struct hdrtap_window *w,
				  const struct hdrtap_elements *set)
{
	h->rec.head_length = h->length + w->position - h->origin;
	return hdrtap_head_finish(h, set);
}

/* Index behind the first colon in the 48 bytes at `from`, as a distance: 0 when there is none. */
HDRTAP_INLINE __u32 hdrtap_find_colon(const struct hdrtap_window *w, __u32 from)
{
	const __u8 *at = hdrtap_window_at(w, from);
	__u64 marks;
	__u32 i;

	for (i = 0; i < HDRTAP_NAME_WORDS; i++) {
		marks = HDRTAP_EQUAL(hdrtap_load64(at + 8 * i), ':');
		if (marks)
			return 8 * i + hdrtap_lowest(marks) + 1;
	}
	return 0;
}

/* Whether the line at `at` begins with this name and a colon. */
HDRTAP_INLINE int hdrtap_name_matches(const struct hdrtap_name *name, const __u8 *at, __u32 length)
{
	__u64 difference;

	if (name->length != length)
		return 0;
	difference = (hdrtap_load64(at) ^ name->word[0]) & name->mask[0];
	difference |= (hdrtap_load64(at + 8) ^ name->word[1]) & name->mask[1];
	if (length < 16)
		return !difference;
	difference |= (hdrtap_load64(at + 16) ^ name->word[2]) & name->mask[2];
	difference |= (hdrtap_load64(at + 24) ^ name->word[3]) & name->mask[3];
	difference |= (hdrtap_load64(at + 32) ^ name->word[4]) & name->mask[4];
	difference |= (hdrtap_load64(at + 40) ^ name->word[5]) & name->mask[5];
	return !difference;
}

#define HDRTAP_LOWER (HDRTAP_ONES * 0x20)

/* Index in set->name of the name of `length` bytes at `from`, 0: not one we look for. */
HDRTAP_INLINE __u32 hdrtap_find_name(const struct hdrtap_window *w,
				     const struct hdrtap_elements *set, __u32 from, __u32 length)
{
	const __u8 *at = hdrtap_window_at(w, from);
	__u64 first = hdrtap_load64(at) | HDRTAP_LOWER, last;
	__u32 index, i;

	if (length < 8)
		last = first = first & ((1ULL << 8 * length) - 1);
	else
		last = hdrtap_window_word(w, from + length - 8) | HDRTAP_LOWER;
	index = set->bucket[hdrtap_name_hash(first, last, length)];
	for (i = 0; i < HDRTAP_CHAIN_MAX && index; i++) {
		HDRTAP_MASK(index, HDRTAP_NAMES_MAX - 1);
		if (hdrtap_name_matches(&set->name[index], at, length))
			return index;
		index = set->name[index].next;
	}
	return 0;
}

/* The high bit of each byte of [from, to), eight at most, that is neither letter, digit, hyphen nor
 * underscore. */
HDRTAP_INLINE __u64 hdrtap_unusual(__u64 word)
{
	__u64 low = word & ~HDRTAP_HIGHS, folded = low | HDRTAP_LOWER;
	__u64 letter =
		(folded + HDRTAP_ONES * (0x80 - 'a')) & ~(folded + HDRTAP_ONES * (0x7f - 'z'));
	__u64 digit = (low + HDRTAP_ONES * (0x80 - '0')) & ~(low + HDRTAP_ONES * (0x7f - '9'));
	__u64 hyphen = ~((low ^ HDRTAP_ONES * '-') + HDRTAP_ONES * 0x7f);
	__u64 underscore = ~((low ^ HDRTAP_ONES * '_') + HDRTAP_ONES * 0x7f);

	return (word | ~(letter | digit | hyphen | underscore)) & HDRTAP_HIGHS;
}

/* Flags bytes in the name [from, to), at most HDRTAP_NAME_MAX long, that RFC 9110 does not allow.
 */
HDRTAP_GLOBAL int hdrtap_name_check_slowly(struct hdrtap_head *h, struct hdrtap_window *w,
					   __u32 from, __u32 to)
{
	__u32 i, good = HDRTAP_BYTE_TOKEN;

	if (!h || !w)
		return 0;
	for (i = 0; i < HDRTAP_NAME_MAX; i++) {
		if (from + i >= to)
			break;
		good &= hdrtap_byte[hdrtap_window_byte(w, from + i)];
	}
	if (!good)
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	return 0;
}

/* As above; names are nearly always letters, digits and hyphens, which is seen eight at a time. */
HDRTAP_GLOBAL int hdrtap_name_check(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				    __u32 to)
{
	__u64 word;
	__u32 i, at = from;

	if (!h || !w)
		return 0;
	for (i = 0; i < HDRTAP_NAME_WORDS; i++) {
		if (at >= to)
			return 0;
		word = hdrtap_window_word(w, at);
		if (to - at < 8)
			word = (word & ((1ULL << 8 * (to - at)) - 1)) | HDRTAP_ONES * 'a'
										<< 8 * (to - at);
		if (hdrtap_unusual(word))
			return hdrtap_name_check_slowly(h, w, from, to);
		at += 8;
	}
	return 0;
}

/* Flags a name that ends before `colon`: white space there, or nothing. */
HDRTAP_INLINE void hdrtap_name_end(struct hdrtap_head *h, __u8 last, int empty)
{
	if (empty)
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	else if (hdrtap_is_ows(last))
		h->rec.flags |= HDRTAP_FLAG(NAME_SPACE);
}

/* A name that is longer than any we look for goes on in [w->position, to): check it up to the
 * colon. */
HDRTAP_GLOBAL int hdrtap_name_long(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to,
				   __u32 whole)
{
	__u32 from, good = HDRTAP_BYTE_TOKEN, i;
	__u8 c;

	if (!h || !w)
		return 0;
	from = w->position;
	for (i = 0; i < HDRTAP_WINDOW_BYTES; i++) {
		if (from >= to)
			break;
		c = hdrtap_window_byte(w, from++);
		if (c == ':') {
			hdrtap_name_end(h, h->last_byte, 0);
			h->phase = HDRTAP_PHASE_SKIP;
			break;
		}
		good &= hdrtap_byte[c];
		h->last_byte = c;
	}
	if (!good || (whole && h->phase == HDRTAP_PHASE_NAME)) /* no colon at all */
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	return 0;
}

/* The open value goes on in [from, to). `whole`: the line ends at `to`. */
HDRTAP_INLINE void hdrtap_value_part(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				     __u32 to, int whole)
{
	__u32 end = to, text, cr;

	if (h->leading) {
		from = hdrtap_skip_ows(w, from, to);
		if (from == to)
			return;
		h->leading = 0;
		if (h->folded && h->original)
			hdrtap_value_join(h);
	}
	hdrtap_value_append_called(h, w, from, to - from);
	cr = !whole && to > from && hdrtap_window_byte(w, to - 1) == '\r';
	end -= cr;
	text = hdrtap_trim_ows(w, from, end);
	h->trailing = (text == from ? h->trailing : 0) + (end - text) + cr;
}

/*
 * Everything about a header line that is not plain: [w->position, to) of a line that is cut by the
 * window, that goes on from the window before, or that is folded. `whole`: the line ends at `to`.
 */
HDRTAP_GLOBAL int hdrtap_line_part(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to,
				   __u32 whole)
{
	__u32 from;

	if (!h || !w)
		return 0;
	from = w->position;
	if (h->phase == HDRTAP_PHASE_NAME)
		hdrtap_name_long(h, w, to, whole);
	else if (h->phase == HDRTAP_PHASE_VALUE)
		hdrtap_value_part(h, w, from, to, whole);
	h->pending_cr = !whole && hdrtap_window_byte(w, to - 1) == '\r';
	if (!whole)
		return 0;
	if (h->phase == HDRTAP_PHASE_VALUE)
		hdrtap_value_settle(h);
	h->phase = HDRTAP_PHASE_LINE;
	return 0;
}

/* Flags what was seen in the line besides text. */
HDRTAP_INLINE void hdrtap_line_flag(struct hdrtap_head *h, const struct hdrtap_window *w)
{
	if (w->seen & HDRTAP_BYTE_CR)
		h->rec.flags |= HDRTAP_FLAG(BARE_CR);
	if (w->seen & HDRTAP_BYTE_CONTROL)
		h->rec.flags |= HDRTAP_FLAG(BAD_VALUE);
}

/* A line that begins with white space continues the field before it (obs-fold, RFC 9112
 * section 5.2). */
HDRTAP_INLINE void hdrtap_fold_begin(struct hdrtap_head *h)
{
	h->rec.flags |= HDRTAP_FLAG(OBS_FOLD);
	h->phase = h->name ? HDRTAP_PHASE_VALUE : HDRTAP_PHASE_SKIP;
	h->leading = 1;
	h->folded = 1;
}

/*
 * A header line begins at `from`; its end, or the window's, is `to`. Finds its name and the start
 * of its value, to which it sets the position; the phase says how the line goes on.
 */
HDRTAP_INLINE void hdrtap_field_line(struct hdrtap_head *h, struct hdrtap_window *w,
				     const struct hdrtap_elements *set, __u32 from, __u32 to)
{
	__u32 colon = hdrtap_find_colon(w, from), index = 0;
	const struct hdrtap_name *name;

	HDRTAP_FORGET(colon, to, 0x1ff);
	HDRTAP_MASK(colon, 0x1ff);
	h->rec.header_count++;
	h->phase = HDRTAP_PHASE_SKIP;
	if (!colon || from + colon > to) {
		h->phase = HDRTAP_PHASE_NAME;
		h->last_byte = 0;
		w->position = from;
		return;
	}
	w->position = from + colon;
	if (colon > 1)
		index = hdrtap_find_name(w, set, from, colon - 1);
	if (!index) {
		hdrtap_name_end(h, hdrtap_window_byte(w, from + colon - 2), colon == 1);
		hdrtap_name_check(h, w, from, from + colon - 1);
		return;
	}
	HDRTAP_MASK(index, HDRTAP_NAMES_MAX - 1);
	name = &set->name[index];
	h->rec.names |= name->bit;
	if (name->slot == HDRTAP_SLOT_NONE && !name->role)
		return;
	hdrtap_field_begin(h, name, index);
	h->phase = HDRTAP_PHASE_VALUE;
	h->leading = 1;
	h->folded = 0;
}

/* The value of a plain line, between the position and `to`: white space around it is one space at
 * most. */
HDRTAP_INLINE void hdrtap_field_value(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to)
{
	__u32 from = w->position;

	if (from < to && hdrtap_window_byte(w, from) == ' ')
		from++;
	if (from < to && (hdrtap_is_ows(hdrtap_window_byte(w, from)) ||
			  hdrtap_is_ows(hdrtap_window_byte(w, to - 1)))) {
		hdrtap_line_part(h, w, to, 1);
		return;
	}
	hdrtap_value_append(h, w, from, to - from);
	hdrtap_value_settle(h);
	h->phase = HDRTAP_PHASE_LINE;
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
	if (h->phase < HDRTAP_PHASE_LINE) {
		verdict = hdrtap_start_line(h, w, set, to, 1);
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
		if (hdrtap_is_ows(first)) {
			hdrtap_fold_begin(h);
		} else {
			hdrtap_field_end(h, set);
			hdrtap_field_line(h, w, set, from, to);
			if (h->phase == HDRTAP_PHASE_SKIP)
				h->phase = HDRTAP_PHASE_LINE;
			else if (h->phase == HDRTAP_PHASE_VALUE)
				hdrtap_field_value(h, w, to);
		}
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
	__u32 from, end;
	int verdict;

	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	from = w->position;
	end = w->end;
	if ((h->phase == HDRTAP_PHASE_BEGIN || h->phase == HDRTAP_PHASE_LINE) &&
	    end - from <= HDRTAP_CARRY_MAX)
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
			hdrtap_field_end(h, set);
			hdrtap_field_line(h, w, set, from, end);
		}
	}
	if (h->phase > HDRTAP_PHASE_LINE)
		hdrtap_line_part(h, w, end, 0);
	w->position = end;
	return HDRTAP_MORE;
}

/* Empty lines before a start line are not part of the head. */
HDRTAP_INLINE int hdrtap_empty_line(struct hdrtap_head *h, struct hdrtap_window *w, __u32 lf)
{
	__u32 from = w->position;

	if (h->phase != HDRTAP_PHASE_BEGIN || lf - from > 1)
		return 0;
	if (lf > from && hdrtap_window_byte(w, from) != '\r')
		return 0;
	return h->leading_lines++ < HDRTAP_EMPTY_LINES;
}

HDRTAP_INLINE int hdrtap_head_line(struct hdrtap_head *h, struct hdrtap_window *w,
				   const struct hdrtap_elements *set)
{
	__u32 lf;

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
		return hdrtap_line_cut(h, w, set);
	return hdrtap_line_whole(h, w, set, lf);
}

HDRTAP_GLOBAL int hdrtap_head_step(struct hdrtap_head *h, struct hdrtap_window *w,
				   const struct hdrtap_elements *set)
{
	int i, verdict;

	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	for (i = 0; i < HDRTAP_LINES_PER_STEP; i++) {
		verdict = hdrtap_head_line(h, w, set);
		if (verdict != HDRTAP_AGAIN)
			return verdict;
	}
	return HDRTAP_AGAIN;
}

/* Whether what there is of a head is worth a record: a start line, or a known method and the start
 * of a target. */
HDRTAP_INLINE int hdrtap_head_begun(const struct hdrtap_head *h)
{
	return h->started ||
	       (h->rec.method != HDRTAP_METHOD_OTHER && h->phase != HDRTAP_PHASE_BEGIN);
}

/* No more bytes of this head will come after MORE: DONE with INCOMPLETE, or NOT_HTTP when too
 * little was seen. */
HDRTAP_INLINE int hdrtap_head_cut_off(struct hdrtap_head *h, const struct hdrtap_window *w,
				      const struct hdrtap_elements *set)
{
	if (!hdrtap_head_begun(h))
		return HDRTAP_NOT_HTTP;
	if (h->phase == HDRTAP_PHASE_VALUE)
		hdrtap_value_settle(h);
	h->rec.flags |= HDRTAP_FLAG(INCOMPLETE);
	h->rec.head_length = h->length + w->end - h->origin;
	return hdrtap_head_finish(h, set);
}

#endif
