/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Header elements: from `-e` arguments to slots, from slots to the parser's set.
 *
 * Slots are only ever appended, because records already written refer to them; "none" and a later
 * choice change what is active. The set also holds every well-known name, chosen or not, since the
 * parser notes which of them a head has, and the two names that frame the body.
 */
#include "run/elements.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/state/sizes.h>

#include "base/error.h"

#define HOST_MAX         64 /* bytes reserved by default */
#define NAME_MAX_DEFAULT 48

static const char default_elements[] =
	"host,user-agent,referer,content-type,content-length,x-forwarded-for,x-request-id,"
	"traceparent,server,location";

#define X_NAME(symbol, name) name,
static const char *const well_known[] = { HDRTAP_WELL_KNOWN(X_NAME) };
#define X_TEXT(symbol, text) text,
static const char *const mode_text[] = { HDRTAP_MODES(X_TEXT) };

/* Modes of names that carry secrets. All others are kept. */
static const struct {
	const char *name;
	__u8 mode;
} default_mode[] = {
	{ "authorization", HDRTAP_MODE_SCHEME }, { "proxy-authorization", HDRTAP_MODE_SCHEME },
	{ "cookie", HDRTAP_MODE_LENGTH },        { "set-cookie", HDRTAP_MODE_LENGTH },
	{ "x-api-key", HDRTAP_MODE_LENGTH },
};

/* Names whose values are URLs, RFC 9110: secrets are taken out of what is kept of them. */
static const char *const url_names[] = { "referer", "location", "content-location" };

static __u8 mode_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(default_mode) / sizeof(default_mode[0]); i++)
		if (!strcmp(default_mode[i].name, name))
			return default_mode[i].mode;
	return HDRTAP_MODE_KEEP;
}

static bool is_url(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(url_names) / sizeof(url_names[0]); i++)
		if (!strcmp(url_names[i], name))
			return true;
	return false;
}

/* NAME[=MODE][:MAX], and where it was given: "", or as in elements_choose(). */
struct item {
	const char *text;
	const char *place;
};

static int refuse(const struct item *item, const char *why)
{
	return fail(EINVAL, "header element '%s'%s: %s", item->text, item->place, why);
}

static int parse_name(const struct item *item, size_t length, char *name)
{
	size_t i;

	if (!length || length > HDRTAP_NAME_MAX)
		return fail(EINVAL, "header element '%s'%s: a name has 1 to %d bytes", item->text,
			    item->place, HDRTAP_NAME_MAX);
	for (i = 0; i < length; i++) {
		__u8 c = item->text[i];

		if (!(hdrtap_byte[c] & HDRTAP_BYTE_TOKEN))
			return refuse(item, "not a field name; give NAME[=MODE][:MAX] with a name "
					    "as in RFC 9110");
		name[i] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	name[length] = '\0';
	return 0;
}

static int parse_mode(const struct item *item, const char *text, size_t length, __u8 *mode)
{
	size_t i;

	for (i = 0; i < HDRTAP_MODE_MAX; i++)
		if (strlen(mode_text[i]) == length && !strncmp(mode_text[i], text, length))
			break;
	if (i >= HDRTAP_MODE_REDACTED)
		return refuse(item, "no such mode; use keep, length, hash, scheme or names");
	*mode = i;
	return 0;
}

/* `most`: bytes a record has for values. */
static int parse_max(const struct item *item, const char *text, __u32 most, __u16 *max)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || !value || value > most)
		return fail(EINVAL, "header element '%s'%s: invalid size; give 1 to %u bytes",
			    item->text, item->place, most);
	*max = value;
	return 0;
}

/* Into `chosen`, which is zeroed. `most`: as in parse_max(). */
static int parse_item(const struct item *item, __u32 most, struct slot_meta *chosen)
{
	size_t name_length = strcspn(item->text, "=:"), mode_length;
	const char *rest = item->text + name_length;
	int err;

	err = parse_name(item, name_length, chosen->name);
	if (err)
		return err;
	chosen->mode = mode_of(chosen->name);
	chosen->max = strcmp(chosen->name, "host") ? NAME_MAX_DEFAULT : HOST_MAX;
	chosen->active = 1;
	if (*rest == '=') {
		mode_length = strcspn(++rest, ":");
		err = parse_mode(item, rest, mode_length, &chosen->mode);
		if (err)
			return err;
		rest += mode_length;
	}
	if (chosen->mode == HDRTAP_MODE_NAMES && strcmp(chosen->name, "cookie") &&
	    strcmp(chosen->name, "set-cookie"))
		return refuse(item, "only cookie and set-cookie contain cookie names; use keep, "
				    "length, hash or scheme");
	return *rest == ':' ? parse_max(item, rest + 1, most, &chosen->max) : 0;
}

/* The slot of a name, or slot_count. */
static __u32 find_slot(const struct run_meta *meta, const char *name)
{
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < meta->slot_count; i++)
		if (!strcmp(meta->slot[i].name, name))
			break;
	return i;
}

static __u32 count_active(const struct run_meta *meta)
{
	__u32 i, count = 0;

	for (i = HDRTAP_SLOT_NAMES; i < meta->slot_count; i++)
		count += meta->slot[i].active;
	return count;
}

static int choose_one(struct run_meta *meta, const struct item *item)
{
	struct slot_meta wanted = { 0 };
	__u32 slot;
	int err;

	err = parse_item(item, meta->record_size - HDRTAP_RECORD_HEAD, &wanted);
	if (err)
		return err;
	slot = find_slot(meta, wanted.name);
	if (slot == RUN_SLOTS_MAX)
		return fail(EINVAL,
			    "header element '%s'%s: all %d slots of this run are in use; "
			    "restart hdrtap",
			    item->text, item->place, RUN_SLOTS_MAX);
	if ((slot == meta->slot_count || !meta->slot[slot].active) &&
	    count_active(meta) >= HDRTAP_ACTIVE_MAX)
		return fail(EINVAL,
			    "header element '%s'%s: at most %d can be chosen; clear the "
			    "default ones with 'none' in front",
			    item->text, item->place, HDRTAP_ACTIVE_MAX);
	if (slot == meta->slot_count)
		meta->slot_count++;
	wanted.chosen = meta->slot[slot].chosen;
	meta->slot[slot] = wanted;
	return 0;
}

static void choose_none(struct run_meta *meta)
{
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < meta->slot_count; i++)
		meta->slot[i].active = 0;
}

int elements_choose_at(struct run_meta *meta, const char *argument, const char *place)
{
	char *list = strdup(argument), *rest = list;
	struct item item = { .place = place };
	int err = 0;

	if (!list)
		return fail(ENOMEM, "header element '%s': out of memory; free some memory",
			    argument);
	while (!err && (item.text = strsep(&rest, ","))) {
		if (!strcmp(item.text, "none"))
			choose_none(meta);
		else
			err = choose_one(meta, &item);
	}
	free(list);
	return err;
}

int elements_choose(struct run_meta *meta, const char *argument)
{
	return elements_choose_at(meta, argument, "");
}

void elements_default(struct run_meta *meta)
{
	elements_choose(meta, default_elements);
}

/* Index of the name in the set, or `count`, where it then belongs. */
static __u32 find_name(const struct hdrtap_elements *set, __u32 count, const char *text)
{
	__u8 length = strlen(text);
	__u32 i;

	for (i = 1; i < count; i++)
		if (set->name[i].length == length && !memcmp(set->name[i].word, text, length))
			break;
	return i;
}

static void fill_name(struct hdrtap_name *name, const char *text)
{
	__u8 *word = (__u8 *)name->word, *mask = (__u8 *)name->mask;
	__u32 i;

	name->length = strlen(text);
	name->slot = HDRTAP_SLOT_NONE;
	for (i = 0; i < name->length; i++) {
		word[i] = text[i];
		mask[i] = text[i] >= 'a' && text[i] <= 'z' ? 0xdf : 0xff;
	}
	word[i] = ':';
	mask[i] = 0xff;
}

/* Bytes of the record the value needs: a length takes none, a hash always as many, a scheme never
 * more than what is searched for it. */
static __u16 reservation(const struct slot_meta *slot)
{
	if (slot->mode == HDRTAP_MODE_LENGTH)
		return 0;
	if (slot->mode == HDRTAP_MODE_HASH)
		return HDRTAP_HASH_SIZE;
	if (slot->mode == HDRTAP_MODE_SCHEME && slot->max > HDRTAP_SCHEME_CAP)
		return HDRTAP_SCHEME_CAP;
	return slot->max;
}

/* All well-known names; returns the count, the unused index 0 included. */
static __u32 add_well_known(struct hdrtap_elements *set)
{
	__u32 i;

	for (i = 0; i < HDRTAP_WELL_KNOWN_MAX; i++) {
		fill_name(&set->name[i + 1], well_known[i]);
		set->name[i + 1].bit = 1ULL << i;
	}
	set->name[HDRTAP_NAME_CONTENT_LENGTH + 1].role = HDRTAP_ROLE_CONTENT_LENGTH;
	set->name[HDRTAP_NAME_TRANSFER_ENCODING + 1].role = HDRTAP_ROLE_TRANSFER_ENCODING;
	return i + 1;
}

/* The chosen names, behind `count` others; returns the new count. */
static __u32 add_chosen(struct hdrtap_elements *set, __u32 count, const struct run_meta *meta)
{
	__u32 slot, index, active = 0;
	struct hdrtap_name *name;

	for (slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++) {
		if (!meta->slot[slot].active)
			continue;
		index = find_name(set, count, meta->slot[slot].name);
		name = &set->name[index];
		if (index == count) {
			fill_name(name, meta->slot[slot].name);
			count++;
		}
		name->slot = slot;
		name->mode = meta->slot[slot].mode;
		name->max = reservation(&meta->slot[slot]);
		name->active = active++;
		if (name->mode == HDRTAP_MODE_KEEP && is_url(meta->slot[slot].name))
			name->role = HDRTAP_ROLE_URL;
		set->reserved += name->max;
		set->names = active;
	}
	return count;
}

static __u32 bucket_of(const struct hdrtap_name *name)
{
	__u64 first = name->word[0] | HDRTAP_LOWER, last = first;

	if (name->length < 8)
		first = last = first & ((1ULL << 8 * name->length) - 1);
	else
		last = hdrtap_load64((const __u8 *)name->word + name->length - 8) | HDRTAP_LOWER;
	return hdrtap_name_hash(first, last, name->length);
}

static int chain_names(struct hdrtap_elements *set, __u32 count, const char *place)
{
	__u8 length[HDRTAP_BUCKETS] = { 0 };
	__u32 i, bucket;

	for (i = 1; i < count; i++) {
		bucket = bucket_of(&set->name[i]);
		if (length[bucket]++ == HDRTAP_CHAIN_MAX)
			return fail(EINVAL,
				    "header elements%s: more than %d names share the hash of "
				    "'%.*s'; remove one",
				    place, HDRTAP_CHAIN_MAX, set->name[i].length,
				    (const char *)set->name[i].word);
		set->name[i].next = set->bucket[bucket];
		set->bucket[bucket] = i;
	}
	return 0;
}

/* `place`: as in elements_choose_at(). */
static int build(struct hdrtap_elements *set, const struct run_meta *meta, const char *place)
{
	const struct hdrtap_sizes size = hdrtap_sizes_of(meta->record_size);
	__u32 count, most = hdrtap_reserved_max(&size);

	memset(set, 0, sizeof(*set));
	set->target_max = meta->slot[HDRTAP_SLOT_TARGET].max;
	set->reserved = set->target_max;
	secret_keys_build(&set->secrets, &meta->secret_keys);
	count = add_well_known(set);
	count = add_chosen(set, count, meta);
	if (set->reserved > most)
		return fail(EINVAL,
			    "header elements%s: %u bytes are reserved together with the target's "
			    "%u, %u can be; give smaller sizes or fewer names",
			    place, set->reserved, set->target_max, most);
	return chain_names(set, count, place);
}

int elements_check(const struct run_meta *meta, const char *place)
{
	struct hdrtap_elements set;

	return build(&set, meta, place);
}

int elements_build(struct hdrtap_elements *set, const struct run_meta *meta, __u32 kinds,
		   __u32 generation)
{
	int err = build(set, meta, "");

	set->generation = generation;
	set->kinds = kinds;
	return err;
}
