/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A head that is cut off may have had more fields, and its last value more bytes; values beyond a
 * record's entries are not known. Then a term is neither true nor false, unless what is there
 * decides it.
 */
#include "where/where_texts.h"

#include <stdint.h>
#include <string.h>

#include "where/where_cache.h"

#define X_TEXT(s, text, ...) text,
static const char *const methods[] = { HDRTAP_METHODS(X_TEXT) };
static const char *const well_known[] = { HDRTAP_WELL_KNOWN(X_TEXT) };

enum where_value where_text_value(const struct where_term *term, struct where_bytes text, bool fold)
{
	enum where_value found = WHERE_FALSE, one;

	if (!text.bytes)
		return WHERE_NEITHER;
	for (size_t i = 0; i < term->count; i++) {
		one = where_match(text, &term->operand[i], term->test, fold);
		found = one > found ? one : found;
	}
	return found;
}

static struct where_bytes bytes_of(const struct view *view, const struct view_value *value)
{
	bool kept = value->mode == HDRTAP_MODE_KEEP && !value->redacted &&
		    !(view->rec->flags & HDRTAP_FLAG(INCOMPLETE));

	return (struct where_bytes){
		.bytes = value->stored.bytes,
		.size = value->stored.size,
		.cut = view_cut(view, value),
		.original = kept ? value->original : 0,
	};
}

/* Whether bytes that a term can be compared with were kept of a value. */
static bool is_readable(const struct view_value *value)
{
	return value->mode == HDRTAP_MODE_KEEP || value->mode == HDRTAP_MODE_NAMES ||
	       (value->mode == HDRTAP_MODE_SCHEME && value->stored.size);
}

static enum where_value method_value(const struct where_term *term, const struct view *view)
{
	const struct view_value *value = view_find(view, HDRTAP_SLOT_METHOD);
	const char *name;

	if (view->rec->method == HDRTAP_METHOD_OTHER || view->rec->method >= HDRTAP_METHOD_MAX)
		return value ? where_text_value(term, bytes_of(view, value), false) : WHERE_NEITHER;
	name = methods[view->rec->method];
	return where_text_value(term,
				(struct where_bytes){ (const __u8 *)name, strlen(name), false, 0 },
				false);
}

/* `cut`: the target was, and a query may begin behind what is there. */
static enum where_value query_value(const struct where_term *term, struct view_bytes query,
				    bool cut)
{
	struct where_bytes text = { query.bytes, query.size, cut, 0 };

	if (term->test != WHERE_HAS)
		return where_text_value(term, text, false);
	if (query.bytes)
		return WHERE_TRUE;
	return cut ? WHERE_NEITHER : WHERE_FALSE;
}

static void split(struct where_cache *cache, const struct view_value *target)
{
	if (cache->split)
		return;
	cache->split = true;
	view_split_target(target->stored, &cache->path, &cache->query);
}

static enum where_value target_value(const struct where_term *term, struct where_cache *cache)
{
	const struct view *view = &cache->view;
	const struct view_value *value = view_find(view, HDRTAP_SLOT_TARGET);
	struct where_bytes text;

	if (!value)
		return WHERE_NEITHER;
	text = bytes_of(view, value);
	if (term->field == WHERE_TARGET)
		return where_text_value(term, text, false);
	split(cache, value);
	if (term->field == WHERE_QUERY)
		return query_value(term, cache->query, text.cut);
	if (!cache->path.bytes)
		return WHERE_NEITHER;
	return where_text_value(term,
				(struct where_bytes){ cache->path.bytes, cache->path.size,
						      text.cut && !cache->query.bytes, 0 },
				false);
}

static enum where_value host_suffix(const struct where_operand *operand, struct where_bytes host)
{
	struct where_operand rest = { .text = operand->text + 1, .size = operand->size - 1 };

	if (host.size <= rest.size)
		return WHERE_FALSE;
	host.bytes += host.size - rest.size;
	host.size = rest.size;
	return where_match(host, &rest, WHERE_EQUAL, true);
}

static enum where_value host_is(const struct where_term *term, struct where_bytes host)
{
	enum where_value found = WHERE_FALSE, one;

	for (size_t i = 0; i < term->count; i++) {
		const struct where_operand *operand = &term->operand[i];

		if (term->test == WHERE_EQUAL && !strncmp(operand->text, "*.", 2))
			one = host_suffix(operand, host);
		else
			one = where_match(host, operand, term->test, true);
		found = one > found ? one : found;
	}
	return found;
}

static enum where_value host_value(const struct where_term *term, const struct view *view)
{
	__u8 slot = view_slot(view->meta, "host");
	struct view_bytes host = view_server(view, slot);
	struct where_bytes text = { host.bytes, host.size, false, 0 };
	const __u64 flags = view->rec->flags, bit = 1ULL << HDRTAP_NAME_HOST;

	if (term->test != WHERE_HAS)
		return text.bytes ? host_is(term, text) : WHERE_NEITHER;
	if (text.bytes || view->rec->names & bit)
		return WHERE_TRUE;
	return flags & HDRTAP_FLAG(INCOMPLETE) ? WHERE_NEITHER : WHERE_FALSE;
}

/* --- header fields --- */

__u64 where_bit(const char *name)
{
	for (int i = 0; i < HDRTAP_WELL_KNOWN_MAX; i++)
		if (!strcmp(well_known[i], name))
			return 1ULL << i;
	return 0;
}

/* Whether all values of a slot that the head had are in its record. */
static bool all_there(const struct view *view, __u8 slot)
{
	const struct hdrtap_record *rec = view->rec;

	return slot != HDRTAP_SLOT_NONE &&
	       view->meta->slot[slot].chosen >> rec->element_set % 32 & 1 &&
	       !(rec->flags & (HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(OMITTED)));
}

/* Of a name whose presence the record's bits do not tell (is_told()). */
static enum where_value presence(const struct view *view, __u8 slot)
{
	if (view_find(view, slot))
		return WHERE_TRUE;
	return all_there(view, slot) ? WHERE_FALSE : WHERE_NEITHER;
}

/* Bytes that a value had: at least so many when it may have gone on. */
static enum where_value length_value(const struct where_term *term, const struct view *view,
				     const struct view_value *value)
{
	bool more = value->original == 65535 || (view->rec->flags & HDRTAP_FLAG(INCOMPLETE) &&
						 value == &view->value[view->count - 1]);

	for (size_t i = 0; more && i < term->count; i++)
		if (value->original >= term->operand[i].low && term->operand[i].high == UINT64_MAX)
			return WHERE_TRUE;
	return more ? WHERE_NEITHER : where_in_ranges(term, value->original);
}

static enum where_value one_value(const struct where_term *term, const struct view *view,
				  const struct view_value *value)
{
	if (term->test == WHERE_LENGTH)
		return length_value(term, view, value);
	if (!is_readable(value))
		return WHERE_NEITHER;
	return where_text_value(term, bytes_of(view, value), false);
}

/* Of several values, one has to be so. */
static enum where_value values_value(const struct where_term *term, const struct view *view,
				     __u8 slot)
{
	enum where_value found = WHERE_FALSE, one;
	bool any = false;

	for (__u32 i = 0; i < view->count; i++) {
		if (view->value[i].slot != slot)
			continue;
		one = one_value(term, view, &view->value[i]);
		found = one > found ? one : found;
		any = true;
	}
	if (found == WHERE_TRUE)
		return WHERE_TRUE;
	return any && (slot < HDRTAP_SLOT_NAMES || all_there(view, slot)) ? found : WHERE_NEITHER;
}

static enum where_value named_value(const struct where_term *term, const struct view *view)
{
	__u8 slot = view_slot(view->meta, term->name);

	if (term->test == WHERE_HAS)
		return presence(view, slot);
	return slot == HDRTAP_SLOT_NONE ? WHERE_NEITHER : values_value(term, view, slot);
}

/* Of a head as it is seen. */
static enum where_value value_of(const struct where_term *term, struct where_cache *cache)
{
	if (term->field == WHERE_NAMED)
		return named_value(term, &cache->view);
	if (term->test == WHERE_LENGTH)
		return values_value(term, &cache->view, HDRTAP_SLOT_TARGET);
	if (term->field == WHERE_METHOD)
		return method_value(term, &cache->view);
	return term->field == WHERE_HOST ? host_value(term, &cache->view)
					 : target_value(term, cache);
}

/* Whether the record's bits say it, whatever else is in it. */
static bool is_told(const struct where_term *term, const struct hdrtap_record *rec)
{
	return term->field == WHERE_NAMED && term->test == WHERE_HAS && term->bit &&
	       (rec->names & term->bit || !(rec->flags & HDRTAP_FLAG(INCOMPLETE)));
}

enum where_value where_text_of(const struct where_term *term, const struct where_head *head,
			       struct where_cache *cache)
{
	struct where_cache own;

	if (is_told(term, head->rec))
		return head->rec->names & term->bit ? WHERE_TRUE : WHERE_FALSE;
	if (!cache) {
		own.viewed = own.split = false;
		cache = &own;
	}
	if (!cache->viewed)
		view_init(&cache->view, head->rec, head->meta, 0, head->interface);
	cache->viewed = true;
	return value_of(term, cache);
}
