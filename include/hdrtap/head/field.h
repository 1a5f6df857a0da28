/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Header lines, RFC 9112 section 5: name, value, and what of them the record gets.
 */
#ifndef HDRTAP_FIELD_H
#define HDRTAP_FIELD_H

#include <hdrtap/head/digest.h>
#include <hdrtap/head/field_name.h>
#include <hdrtap/head/framing.h>
#include <hdrtap/head/redact.h>

/* What the open field says of the body, unless it was cut off, and what its mode leaves of it. */
HDRTAP_GLOBAL int hdrtap_field_close(struct hdrtap_head *h, struct hdrtap_window *w,
				     const struct hdrtap_elements *set, __u32 role)
{
	int cut;

	if (!h || !w || !set)
		return 0;
	cut = h->phase == HDRTAP_PHASE_VALUE;
	if (role == HDRTAP_ROLE_URL)
		hdrtap_redact(h, w, set, cut);
	else if (!cut)
		hdrtap_framing_value(h, role);
	hdrtap_value_end(h);
	if (h->digest)
		hdrtap_digest_end(h, !cut);
	return 0;
}

/* Ends the open field for good. */
HDRTAP_INLINE void hdrtap_field_end(struct hdrtap_head *h, struct hdrtap_window *w,
				    const struct hdrtap_elements *set)
{
	const struct hdrtap_name *name = &set->name[h->name & (HDRTAP_NAMES_MAX - 1)];

	if (h->name && (name->role || name->mode >= HDRTAP_MODE_HASH))
		hdrtap_field_close(h, w, set, name->role);
	h->name = 0;
}

/* Opens the field of a header line whose name was found: its value begins at the position. */
HDRTAP_INLINE void hdrtap_field_begin(struct hdrtap_head *h, const struct hdrtap_elements *set,
				      __u32 index)
{
	const struct hdrtap_name *name = &set->name[index & (HDRTAP_NAMES_MAX - 1)];
	__u32 bit = 1u << (name->active & 31), slot = name->slot;

	hdrtap_value_begin(h, slot, name->mode, name->max, !(h->seen & bit));
	if (slot != HDRTAP_SLOT_NONE && !(h->seen & bit)) {
		h->seen |= bit;
		h->unseen--;
	}
	if (name->role && h->cap < HDRTAP_FRAMING_CAP)
		h->cap = HDRTAP_FRAMING_CAP;
	h->name = index;
	h->digest = 0;
	if (name->mode == HDRTAP_MODE_HASH || name->mode == HDRTAP_MODE_NAMES)
		hdrtap_digest_begin(h, set, name->mode);
	h->phase = HDRTAP_PHASE_VALUE;
	h->leading = 1;
	h->folded = 0;
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
		if (h->folded && h->original) {
			hdrtap_value_join(h);
			hdrtap_digest_join(h);
		}
	}
	hdrtap_value_append_called(h, w, from, to - from);
	cr = !whole && to > from && hdrtap_window_byte(w, to - 1) == '\r';
	end -= cr;
	text = hdrtap_trim_ows(w, from, end);
	h->trailing = (text == from ? h->trailing : 0) + (end - text) + cr;
	if (h->digest)
		hdrtap_digest_part(h, w, from, text, to);
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
	if (h->phase == HDRTAP_PHASE_VALUE) {
		hdrtap_digest_settle(h);
		hdrtap_value_settle(h);
	}
	h->phase = HDRTAP_PHASE_LINE;
	return 0;
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
 * of its value, to which it sets the position. Returns the name's index when its value matters; if
 * not, the phase says how the line goes on.
 */
HDRTAP_INLINE __u32 hdrtap_field_line(struct hdrtap_head *h, struct hdrtap_window *w,
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
		return 0;
	}
	w->position = from + colon;
	if (colon > 1)
		index = hdrtap_find_name(w, set, from, colon - 1);
	if (!index) {
		hdrtap_name_end(h, hdrtap_window_byte(w, from + colon - 2), colon == 1);
		hdrtap_name_check(h, w, from, from + colon - 1);
		return 0;
	}
	HDRTAP_MASK(index, HDRTAP_NAMES_MAX - 1);
	name = &set->name[index];
	h->rec.names |= name->bit;
	return (name->slot == HDRTAP_SLOT_NONE || h->excluded) && !name->role ? 0 : index;
}

/* The field `index`, whose value is between the position and `to`: white space around it is one
 * space at most, or hdrtap_line_part() reads it. */
HDRTAP_INLINE void hdrtap_field_value(struct hdrtap_head *h, struct hdrtap_window *w,
				      const struct hdrtap_elements *set, __u32 index, __u32 to)
{
	__u32 from;

	hdrtap_field_begin(h, set, index);
	from = w->position;
	if (from < to && hdrtap_window_byte(w, from) == ' ')
		from++;
	if (h->digest || (from < to && (hdrtap_window_byte(w, from) <= ' ' ||
					hdrtap_window_byte(w, to - 1) <= ' '))) {
		hdrtap_line_part(h, w, to, 1);
		return;
	}
	hdrtap_value_append(h, w, from, to - from);
	hdrtap_value_settle(h);
	h->phase = HDRTAP_PHASE_LINE;
}

/* A whole header line, [from, to), that begins with no white space. */
HDRTAP_INLINE void hdrtap_field_whole(struct hdrtap_head *h, struct hdrtap_window *w,
				      const struct hdrtap_elements *set, __u32 from, __u32 to)
{
	__u32 index;

	hdrtap_field_end(h, w, set);
	index = hdrtap_field_line(h, w, set, from, to);
	if (index)
		hdrtap_field_value(h, w, set, index, to);
	else if (h->phase == HDRTAP_PHASE_SKIP)
		h->phase = HDRTAP_PHASE_LINE;
	else
		hdrtap_line_part(h, w, to, 1);
}

#endif
