/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values are looked up in the few entries of a record by slot; everything else is table look-ups.
 * All that is said of a record twice, by two views, is said here once.
 */
#include "view/view.h"

#include <string.h>

void view_init(struct view *view, const struct hdrtap_record *rec, const struct run_meta *meta,
	       __s64 utc_offset)
{
	__u32 count = rec->entry_count, at = 0, i;

	if (count > HDRTAP_ENTRIES_MAX)
		count = HDRTAP_ENTRIES_MAX;
	view->rec = rec;
	view->meta = meta;
	view->time = rec->time + utc_offset;
	for (i = 0; i < count; i++) {
		const struct hdrtap_entry *entry = &rec->entry[i];

		if (entry->stored > rec->arena_used - at)
			break;
		view->value[i] = (struct view_value){
			.stored = { rec->arena + at, entry->stored },
			.original = entry->original,
			.slot = entry->slot,
			.mode = entry->mode,
			.redacted = entry->mode == HDRTAP_MODE_REDACTED,
		};
		if (view->value[i].redacted)
			view->value[i].mode = HDRTAP_MODE_KEEP;
		at += entry->stored;
	}
	view->count = i;
}

__u8 view_slot(const struct run_meta *meta, const char *name)
{
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < meta->slot_count; i++)
		if (!strcmp(meta->slot[i].name, name))
			return i;
	return HDRTAP_SLOT_NONE;
}

const struct view_value *view_find(const struct view *view, __u8 slot)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (view->value[i].slot == slot)
			return &view->value[i];
	return NULL;
}

struct view_bytes view_kept(const struct view *view, __u8 slot)
{
	const struct view_value *value = view_find(view, slot);

	if (!value || value->mode != HDRTAP_MODE_KEEP)
		return (struct view_bytes){ 0 };
	return view_whole(value);
}

bool view_truncated(const struct view_value *value)
{
	return value->redacted ||
	       (value->mode == HDRTAP_MODE_KEEP && value->stored.size < value->original);
}

struct view_bytes view_whole(const struct view_value *value)
{
	return view_truncated(value) ? view_utf8_trim(value->stored) : value->stored;
}

static const __u8 *find_byte(struct view_bytes text, char c)
{
	return text.size ? memchr(text.bytes, c, text.size) : NULL;
}

/* What follows the scheme and the authority of an absolute-form target; absent for other forms. */
static struct view_bytes behind_authority(struct view_bytes target)
{
	const __u8 *colon = find_byte(target, ':'), *end = target.bytes + target.size;
	const __u8 *at;

	if (!colon || end - colon < 3 || memcmp(colon, "://", 3))
		return (struct view_bytes){ 0 };
	for (at = colon + 3; at < end && *at != '/' && *at != '?'; at++)
		;
	return (struct view_bytes){ at, end - at };
}

void view_split_target(struct view_bytes target, struct view_bytes *path, struct view_bytes *query)
{
	const __u8 *mark;

	*path = *query = (struct view_bytes){ 0 };
	if (!target.size)
		return;
	if (target.bytes[0] != '/') {
		target = behind_authority(target);
		if (!target.bytes)
			return;
	}
	*path = target;
	mark = find_byte(target, '?');
	if (!mark)
		return;
	path->size = mark - target.bytes;
	query->bytes = mark + 1;
	query->size = target.size - path->size - 1;
}

struct view_bytes view_server_address(struct view_bytes host)
{
	const __u8 *end;

	if (host.size && host.bytes[0] == '[') {
		host.bytes++;
		host.size--;
		end = find_byte(host, ']');
	} else {
		end = find_byte(host, ':');
	}
	if (end)
		host.size = end - host.bytes;
	return host;
}
