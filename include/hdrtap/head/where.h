/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether a head can be one that the predicate (hdrtap/where.h) holds for. It is asked when the
 * start line was read, because nothing has to be kept of a head that is not wanted, and again when
 * the head has ended.
 *
 * What is cut, unusual, or not seen yet makes a term open. The verifier looks at each step once.
 */
#ifndef HDRTAP_HEAD_WHERE_H
#define HDRTAP_HEAD_WHERE_H

#include <hdrtap/head/values.h>

/* What a term is for a head; 0: what it asks of is absent. */
#define HDRTAP_WHERE_HOLDS 1
#define HDRTAP_WHERE_FAILS 2
#define HDRTAP_WHERE_OPEN  3

#define HDRTAP_WHERE_HOST_WORDS 8 /* of a longer Host nothing is told */

/* Why a head has no record. */
enum hdrtap_excluded {
	HDRTAP_EXCLUDED_NOT,
	HDRTAP_EXCLUDED_HEAD, /* only heads of the other kind are shown */
	HDRTAP_EXCLUDED_PAIR, /* the predicate is false, whatever the other half is */
};

HDRTAP_INLINE int hdrtap_where_if(int holds)
{
	return holds ? HDRTAP_WHERE_HOLDS : HDRTAP_WHERE_FAILS;
}

HDRTAP_INLINE const struct hdrtap_where_term *hdrtap_where_term_at(
	const struct hdrtap_elements *set, __u32 number)
{
	HDRTAP_MASK(number, HDRTAP_WHERE_TERMS - 1);
	return &set->where.term[number];
}

/* Whether the term's text stands in the values at `at`. */
HDRTAP_GLOBAL int hdrtap_where_text(struct hdrtap_head *h, const struct hdrtap_elements *set,
				    __u32 number, __u32 at)
{
	const struct hdrtap_where_term *term;
	__u64 different = 0;
	__u32 mask, i;

	if (!h || !set)
		return 0;
	term = hdrtap_where_term_at(set, number);
	mask = HDRTAP_SIZE(h, work_mask);
	for (i = 0; i < HDRTAP_WHERE_WORDS; i++)
		different |= (hdrtap_load64(hdrtap_arena_in(h, at + 8 * i, mask)) ^ term->word[i]) &
			     term->mask[i];
	return !different;
}

/* Whether not all of a value may be there, or not as it was. */
HDRTAP_INLINE int hdrtap_where_cut(const struct hdrtap_head *h, const struct hdrtap_entry *entry)
{
	return entry->stored < entry->original || entry->mode != HDRTAP_MODE_KEEP ||
	       h->rec.flags & HDRTAP_FLAG(INCOMPLETE);
}

/* The target's path: the target in origin form up to a question mark. */
HDRTAP_GLOBAL int hdrtap_where_path(struct hdrtap_head *h, const struct hdrtap_elements *set,
				    __u32 number)
{
	const struct hdrtap_where_term *term;
	const struct hdrtap_entry *entry;
	__u32 at = 0, length;

	if (!h || !set)
		return HDRTAP_WHERE_OPEN;
	term = hdrtap_where_term_at(set, number);
	entry = &h->rec.entry[0];
	if (entry->slot == HDRTAP_SLOT_METHOD) {
		at = entry->stored;
		entry++;
	}
	length = term->length;
	if (entry->slot != HDRTAP_SLOT_TARGET || *hdrtap_arena_at(h, at) != '/' || !entry->stored)
		return HDRTAP_WHERE_OPEN;
	if (entry->stored < length)
		return hdrtap_where_cut(h, entry) ? HDRTAP_WHERE_OPEN : HDRTAP_WHERE_FAILS;
	if (!hdrtap_where_text(h, set, number, at))
		return HDRTAP_WHERE_FAILS;
	if (term->how != HDRTAP_WHERE_WHOLE)
		return term->how == HDRTAP_WHERE_BEGIN ? HDRTAP_WHERE_HOLDS : HDRTAP_WHERE_OPEN;
	if (entry->stored > length)
		return hdrtap_where_if(*hdrtap_arena_at(h, at + length) == '?');
	return hdrtap_where_cut(h, entry) ? HDRTAP_WHERE_OPEN : HDRTAP_WHERE_HOLDS;
}

#define HDRTAP_WHERE_BYTES_01 0x0101010101010101ULL

/* Marks the lowest byte of a word that is `byte`, and maybe some above it. */
HDRTAP_INLINE __u64 hdrtap_where_marks(__u64 word, __u8 byte)
{
	word ^= byte * HDRTAP_WHERE_BYTES_01;
	return (word - HDRTAP_WHERE_BYTES_01) & ~word & HDRTAP_WHERE_BYTES_01 << 7;
}

/* Bytes of the name in a Host value of `size` bytes at `at`: up to the first colon. -1: there may
 * be more to it. */
HDRTAP_GLOBAL int hdrtap_where_host_name(struct hdrtap_head *h, __u32 at, __u32 size)
{
	__u32 mask, i, name = size;
	__u64 word, marks;

	if (!h || size > 8 * HDRTAP_WHERE_HOST_WORDS || *hdrtap_arena_at(h, at) == '[')
		return -1;
	mask = HDRTAP_SIZE(h, work_mask);
	for (i = 0; i < HDRTAP_WHERE_HOST_WORDS; i++) {
		if (8 * i >= size)
			break;
		word = hdrtap_load64(hdrtap_arena_in(h, at + 8 * i, mask));
		if (size - 8 * i < 8)
			word &= (1ULL << 8 * ((size - 8 * i) & 7)) - 1;
		if (hdrtap_where_marks(word, '@'))
			return -1;
		marks = hdrtap_where_marks(word, ':');
		if (marks && name == size)
			name = 8 * i + hdrtap_lowest(marks);
		HDRTAP_FORGET(name, size, 0xff);
	}
	return name;
}

#define HDRTAP_WHERE_NO_ENTRY 0xff

/* Number of the first entry of a slot, and where its value begins << 8. */
HDRTAP_GLOBAL int hdrtap_where_entry(struct hdrtap_head *h, __u32 slot)
{
	__u32 at = 0, i;

	if (!h)
		return HDRTAP_WHERE_NO_ENTRY;
	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		if (i >= h->rec.entry_count)
			break;
		if (h->rec.entry[i].slot == slot)
			return at << 8 | i;
		at += h->rec.entry[i].stored;
		HDRTAP_FORGET(at, slot, 0xffff);
	}
	return HDRTAP_WHERE_NO_ENTRY;
}

/* The first Host, where the target does not name another server. */
HDRTAP_GLOBAL int hdrtap_where_host(struct hdrtap_head *h, const struct hdrtap_elements *set,
				    __u32 number)
{
	const struct hdrtap_where_term *term;
	const struct hdrtap_entry *entry;
	__u32 found, at, length, second;
	int name;

	if (!h || !set)
		return HDRTAP_WHERE_OPEN;
	term = hdrtap_where_term_at(set, number);
	found = hdrtap_where_entry(h, term->slot);
	at = found >> 8;
	found &= 0xff;
	second = h->rec.entry[0].slot == HDRTAP_SLOT_METHOD;
	if (h->rec.entry[second].slot != HDRTAP_SLOT_TARGET || found >= HDRTAP_ENTRIES_MAX ||
	    *hdrtap_arena_at(h, second ? h->rec.entry[0].stored : 0) != '/')
		return HDRTAP_WHERE_OPEN;
	entry = &h->rec.entry[found];
	name = hdrtap_where_cut(h, entry) ? -1 : hdrtap_where_host_name(h, at, entry->stored);
	length = term->length;
	if (name < 0)
		return HDRTAP_WHERE_OPEN;
	if (term->how == HDRTAP_WHERE_END)
		return hdrtap_where_if((__u32)name > length &&
				       hdrtap_where_text(h, set, number, at + name - length));
	return hdrtap_where_if((__u32)name == length && hdrtap_where_text(h, set, number, at));
}

/* Of a known method; which token another one is a term does not say. */
HDRTAP_INLINE int hdrtap_where_method(const struct hdrtap_where_term *term, __u8 method)
{
	if (!(term->low >> (method & 63) & 1))
		return HDRTAP_WHERE_FAILS;
	return method == HDRTAP_METHOD_OTHER ? HDRTAP_WHERE_OPEN : HDRTAP_WHERE_HOLDS;
}

HDRTAP_INLINE int hdrtap_where_range(const struct hdrtap_where_term *term, __u64 number)
{
	return hdrtap_where_if(number >= term->low && number <= term->high);
}

/* `ended`: the whole head was read. */
HDRTAP_INLINE int hdrtap_where_term(struct hdrtap_head *h, const struct hdrtap_elements *set,
				    __u32 number, __u32 ended)
{
	const struct hdrtap_where_term *term = hdrtap_where_term_at(set, number);

	if (term->kind != h->rec.kind)
		return HDRTAP_WHERE_OPEN;
	if (term->what == HDRTAP_WHERE_METHOD)
		return hdrtap_where_method(term, h->rec.method);
	if (term->what == HDRTAP_WHERE_STATUS)
		return hdrtap_where_range(term, h->rec.status);
	if (term->what == HDRTAP_WHERE_PATH)
		return hdrtap_where_path(h, set, number);
	if (!ended)
		return HDRTAP_WHERE_OPEN;
	if (term->what == HDRTAP_WHERE_HOST)
		return hdrtap_where_host(h, set, number);
	if (term->what == HDRTAP_WHERE_LATENCY)
		return hdrtap_record_paired(&h->rec) && !(h->rec.flags & HDRTAP_FLAG(EARLY))
			       ? hdrtap_where_range(term, h->rec.latency)
			       : HDRTAP_WHERE_OPEN;
	if (term->what != HDRTAP_WHERE_NAME ||
	    (h->rec.flags & HDRTAP_FLAG(INCOMPLETE) && !(h->rec.names & term->low)))
		return HDRTAP_WHERE_OPEN;
	return hdrtap_where_if(!!(h->rec.names & term->low));
}

/* Kinds of heads, bit per enum hdrtap_kind, that ways which are open show. 0: no way is. */
HDRTAP_GLOBAL int hdrtap_where_kinds(struct hdrtap_head *h, const struct hdrtap_elements *set,
				     __u32 ended)
{
	__u32 holds = 0, fails = 0, kinds = 0, i, term;

	if (!h || !set)
		return ~0u;
	for (i = 0; i < HDRTAP_WHERE_TERMS; i++) {
		if (i >= set->where.terms)
			break;
		term = hdrtap_where_term(h, set, i, ended);
		holds |= (term & 1) << i;
		fails |= (term >> 1 & 1) << i;
		HDRTAP_FORGET(holds, term, ~0u);
		HDRTAP_FORGET(fails, term, ~0u);
	}
	for (i = 0; i < HDRTAP_WHERE_WAYS; i++) {
		const struct hdrtap_where_way *way = &set->where.way[i];

		if (i >= set->where.ways)
			break;
		if ((holds & way->holds) == way->holds && (fails & way->fails) == way->fails)
			kinds |= way->kinds;
		HDRTAP_FORGET(kinds, holds, 0xff);
	}
	return kinds;
}

/* Says in h->excluded whether the head is not wanted, as far as it was read. */
HDRTAP_INLINE void hdrtap_where_look(struct hdrtap_head *h, const struct hdrtap_elements *set,
				     __u32 ended)
{
	__u32 kinds;

	if (!set->where.ways || h->excluded)
		return;
	kinds = hdrtap_where_kinds(h, set, ended);
	if (!kinds)
		h->excluded = HDRTAP_EXCLUDED_PAIR;
	else if (!((kinds | set->where.needs) >> (h->rec.kind & 3) & 1))
		h->excluded = HDRTAP_EXCLUDED_HEAD;
}

#endif
