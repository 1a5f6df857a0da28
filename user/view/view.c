/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values are looked up in the few entries of a record by slot; everything else is table look-ups.
 * All that is reported of a record twice, by two views, is said here once.
 */
#include "view/view.h"

#include <arpa/inet.h>
#include <string.h>

static void set_value(struct view_value *value, const struct hdrtap_entry *entry,
		      const __u8 *stored)
{
	value->stored = (struct view_bytes){ stored, entry->stored };
	value->original = entry->original;
	value->slot = entry->slot;
	value->redacted = entry->mode == HDRTAP_MODE_REDACTED;
	value->mode = value->redacted ? HDRTAP_MODE_KEEP : entry->mode;
}

void view_init(struct view *view, const struct hdrtap_record *rec, const struct run_meta *meta,
	       __s64 utc_offset, const char *interface)
{
	__u32 count = rec->entry_count, at = 0, i;
	bool repeated = false, truncated = false;
	__u64 slots = 0;

	if (count > HDRTAP_ENTRIES_MAX)
		count = HDRTAP_ENTRIES_MAX;
	for (i = 0; i < count; i++) {
		const struct hdrtap_entry *entry = &rec->entry[i];

		if (entry->stored > rec->arena_used - at)
			break;
		set_value(&view->value[i], entry, rec->arena + at);
		truncated |= view_truncated(&view->value[i]);
		repeated |= slots >> entry->slot % 64 & 1;
		slots |= 1ULL << entry->slot % 64;
		at += entry->stored;
	}
	view->rec = rec;
	view->meta = meta;
	view->interface = interface;
	view->time = rec->time + utc_offset;
	view->repeated = repeated;
	view->truncated = truncated;
	view->count = i;
}

bool view_timed(const struct view *view)
{
	return !(view->rec->flags & HDRTAP_FLAG(NO_TIME));
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

static const __u8 *find_byte(struct view_bytes text, char c)
{
	return text.size ? memchr(text.bytes, c, text.size) : NULL;
}

/* The authority of an absolute-form target; absent for other forms. */
static struct view_bytes authority_of(struct view_bytes target)
{
	const __u8 *colon = find_byte(target, ':'), *end = target.bytes + target.size;
	const __u8 *at;

	if (!colon || end - colon < 3 || memcmp(colon, "://", 3))
		return (struct view_bytes){ 0 };
	for (at = colon + 3; at < end && *at != '/' && *at != '?'; at++)
		;
	return (struct view_bytes){ colon + 3, at - colon - 3 };
}

/* What follows the authority of an absolute-form target; absent for other forms. */
static struct view_bytes behind_authority(struct view_bytes target)
{
	struct view_bytes authority = authority_of(target);
	const __u8 *behind;

	if (!authority.bytes)
		return authority;
	behind = authority.bytes + authority.size;
	return (struct view_bytes){ behind, target.bytes + target.size - behind };
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

/* Whether it is an IPv6 address, perhaps with a zone (RFC 4007). */
static bool is_ipv6(struct view_bytes text)
{
	const __u8 *zone = find_byte(text, '%');
	size_t size = zone ? (size_t)(zone - text.bytes) : text.size;
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (size >= sizeof(copy))
		return false;
	memcpy(copy, text.bytes, size);
	copy[size] = '\0';
	return inet_pton(AF_INET6, copy, &address) == 1;
}

/* Without brackets: a name and perhaps a port, or an IPv6 address, which should have had them. */
static struct view_bytes bare_address(struct view_bytes text)
{
	const __u8 *colon = find_byte(text, ':');

	if (!colon)
		return text;
	if (!memchr(colon + 1, ':', text.bytes + text.size - colon - 1))
		text.size = colon - text.bytes;
	else if (!is_ipv6(text))
		text.bytes = NULL;
	return text;
}

struct view_bytes view_server_address(struct view_bytes authority)
{
	const __u8 *at = authority.size ? memrchr(authority.bytes, '@', authority.size) : NULL;
	const __u8 *end;

	if (at) {
		authority.size -= at + 1 - authority.bytes;
		authority.bytes = at + 1;
	}
	if (!authority.size || authority.bytes[0] != '[')
		return bare_address(authority);
	authority.bytes++;
	authority.size--;
	end = find_byte(authority, ']');
	if (end)
		authority.size = end - authority.bytes;
	return authority;
}

bool view_cut(const struct view *view, const struct view_value *value)
{
	const struct hdrtap_record *rec = view->rec;

	if (value->redacted)
		return rec->flags & HDRTAP_FLAG(TRUNCATED);
	if (value->mode == HDRTAP_MODE_KEEP && value->stored.size < value->original)
		return true;
	if (value->mode == HDRTAP_MODE_NAMES && rec->flags & HDRTAP_FLAG(TRUNCATED))
		return true;
	return rec->flags & HDRTAP_FLAG(INCOMPLETE) && value == &view->value[view->count - 1];
}

/* Whether bytes may be missing behind the part of the value. */
static bool may_be_cut(const struct view_value *value, struct view_bytes part)
{
	struct view_bytes whole = view_whole(value);

	return view_truncated(value) && part.bytes + part.size == whole.bytes + whole.size;
}

static struct view_bytes target_authority(const struct view *view)
{
	struct view_bytes kept = view_kept(view, HDRTAP_SLOT_TARGET);

	if (!kept.size || kept.bytes[0] == '/')
		return (struct view_bytes){ 0 };
	return view->rec->method == HDRTAP_METHOD_CONNECT ? kept : authority_of(kept);
}

struct view_bytes view_server(const struct view *view, __u8 host)
{
	const struct view_value *value = view_find(view, HDRTAP_SLOT_TARGET);
	struct view_bytes authority = target_authority(view);

	if (!authority.bytes) {
		value = view_find(view, host);
		authority = view_kept(view, host);
	}
	if (!authority.bytes || may_be_cut(value, authority))
		return (struct view_bytes){ 0 };
	return view_server_address(authority);
}
