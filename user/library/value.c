/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records were checked when they were read: entries fit the arena, slots are in the table.
 */
#include "library/value.h"

#include <string.h>

#include <hdrtap/names.h>

#include "library/description.h"
#include "run/words.h"

static const struct hdrtap_entry *entry_at(const struct hdrtap_rec *rec, unsigned int i)
{
	return i < rec->rec->entry_count ? &rec->rec->entry[i] : NULL;
}

/* The stored bytes of the first value of that slot. NULL: there is none. `length` may be NULL. */
static const char *first(const struct hdrtap_rec *rec, unsigned int slot, size_t *length)
{
	unsigned int i = 0;
	size_t stored;
	const char *bytes;

	while (i < rec->rec->entry_count && rec->rec->entry[i].slot != slot)
		i++;
	bytes = hdrtap_rec_value(rec, i, &stored);
	if (length)
		*length = stored;
	return bytes;
}

const char *hdrtap_rec_method(const struct hdrtap_rec *rec, size_t *length)
{
	const struct hdrtap_record *r = rec->rec;
	bool response = r->kind == HDRTAP_KIND_RESPONSE;
	const char *text = NULL;

	if (length)
		*length = 0;
	if (response ? !hdrtap_record_paired(r) : r->kind != HDRTAP_KIND_REQUEST)
		return NULL;
	if (!response && r->method == HDRTAP_METHOD_OTHER)
		text = first(rec, HDRTAP_SLOT_METHOD, length);
	if (text)
		return text;
	text = word_method(response ? r->paired_method : r->method);
	if (length)
		*length = strlen(text);
	return text;
}

const char *hdrtap_rec_target(const struct hdrtap_rec *rec, size_t *length)
{
	return first(rec, HDRTAP_SLOT_TARGET, length);
}

unsigned int hdrtap_rec_values(const struct hdrtap_rec *rec)
{
	return rec->rec->entry_count;
}

unsigned int hdrtap_rec_omitted(const struct hdrtap_rec *rec)
{
	return rec->rec->omitted;
}

int hdrtap_rec_find(const struct hdrtap_rec *rec, const char *name, unsigned int nth)
{
	for (unsigned int i = 0; i < rec->rec->entry_count; i++)
		if (!strcmp(hdrtap_rec_value_name(rec, i), name) && !nth--)
			return i;
	return -1;
}

const char *hdrtap_rec_value_name(const struct hdrtap_rec *rec, unsigned int i)
{
	const struct hdrtap_entry *entry = entry_at(rec, i);

	return entry ? description_slot_name(&rec->description->meta, entry->slot) : NULL;
}

unsigned int hdrtap_rec_value_slot(const struct hdrtap_rec *rec, unsigned int i)
{
	const struct hdrtap_entry *entry = entry_at(rec, i);

	return entry ? entry->slot : 0;
}

const char *hdrtap_rec_value(const struct hdrtap_rec *rec, unsigned int i, size_t *stored)
{
	const struct hdrtap_entry *entry = entry_at(rec, i);
	size_t at = 0;

	*stored = entry ? entry->stored : 0;
	for (unsigned int before = 0; entry && before < i; before++)
		at += rec->rec->entry[before].stored;
	return entry ? (const char *)rec->rec->arena + at : NULL;
}

size_t hdrtap_rec_value_original(const struct hdrtap_rec *rec, unsigned int i)
{
	const struct hdrtap_entry *entry = entry_at(rec, i);

	return entry ? entry->original : 0;
}

const char *hdrtap_rec_value_mode(const struct hdrtap_rec *rec, unsigned int i)
{
	const struct hdrtap_entry *entry = entry_at(rec, i);

	return entry ? word_mode(entry->mode) : NULL;
}

/* The bit of a well-known name, -1: it is none. */
static int well_known(const char *name)
{
#define X_NAME(symbol, text) text,
	static const char *const names[] = { HDRTAP_WELL_KNOWN(X_NAME) };

	for (int bit = 0; bit < HDRTAP_WELL_KNOWN_MAX; bit++)
		if (!strcmp(names[bit], name))
			return bit;
	return -1;
}

int hdrtap_rec_has_header(const struct hdrtap_rec *rec, const char *name)
{
	const struct run_meta *meta = &rec->description->meta;
	unsigned int slot = description_slot(meta, name);
	int bit = well_known(name);

	if (bit >= 0)
		return rec->rec->names >> bit & 1;
	if (slot == HDRTAP_SLOT_NONE ||
	    !(meta->slot[slot].chosen >> rec->rec->element_set % 32 & 1))
		return -1;
	if (hdrtap_rec_find(rec, name, 0) >= 0)
		return 1;
	return rec->rec->omitted ? -1 : 0;
}
