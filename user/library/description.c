/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a run's records mean.
 */
#include "library/description.h"

#include <string.h>

#include "run/words.h"

static const struct log_description *of(const struct hdrtap_description *description)
{
	return (const struct log_description *)description;
}

const char *hdrtap_description_run(const struct hdrtap_description *description)
{
	return of(description)->run;
}

const char *hdrtap_description_host(const struct hdrtap_description *description)
{
	return description_meta(description)->host;
}

const char *hdrtap_description_boot_id(const struct hdrtap_description *description)
{
	return description_meta(description)->boot_id;
}

uint64_t hdrtap_description_key_id(const struct hdrtap_description *description)
{
	return description_meta(description)->key_id;
}

unsigned int hdrtap_description_schema(const struct hdrtap_description *description)
{
	return of(description)->schema;
}

size_t hdrtap_description_record_size(const struct hdrtap_description *description)
{
	return of(description)->record_size;
}

unsigned int hdrtap_description_slots(const struct hdrtap_description *description)
{
	return description_meta(description)->slot_count;
}

const char *description_slot_name(const struct run_meta *meta, unsigned int slot)
{
	if (slot >= meta->slot_count)
		return NULL;
	if (slot == HDRTAP_SLOT_TARGET)
		return ":target";
	return slot == HDRTAP_SLOT_METHOD ? ":method" : meta->slot[slot].name;
}

unsigned int description_slot(const struct run_meta *meta, const char *name)
{
	for (unsigned int slot = 0; slot < meta->slot_count; slot++)
		if (!strcmp(description_slot_name(meta, slot), name))
			return slot;
	return HDRTAP_SLOT_NONE;
}

const char *hdrtap_description_slot_name(const struct hdrtap_description *description,
					 unsigned int slot)
{
	return description_slot_name(description_meta(description), slot);
}

const char *hdrtap_description_slot_mode(const struct hdrtap_description *description,
					 unsigned int slot)
{
	const struct run_meta *meta = description_meta(description);

	return slot < meta->slot_count ? word_mode(meta->slot[slot].mode) : NULL;
}

int hdrtap_description_slot_active(const struct hdrtap_description *description, unsigned int slot)
{
	const struct run_meta *meta = description_meta(description);

	return slot < meta->slot_count && meta->slot[slot].active;
}
