/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct outbox_entry *find(const struct outbox *outbox, __u64 episode)
{
	for (size_t i = 0; i < outbox->count; i++)
		if (outbox->list[i].notice.episode == episode)
			return &outbox->list[i];
	return NULL;
}

static int grow(struct outbox *outbox)
{
	size_t room = outbox->room ? 2 * outbox->room : 64;
	struct outbox_entry *grown = realloc(outbox->list, room * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	outbox->list = grown;
	outbox->room = room;
	return 0;
}

static void drop(struct outbox *outbox, struct outbox_entry *entry)
{
	size_t at = entry - outbox->list;

	notice_free(&entry->notice);
	outbox->count--;
	memmove(entry, entry + 1, (outbox->count - at) * sizeof(*entry));
}

/* Drops the oldest that is over. Returns 0 or -ENOSPC: none is. */
static int make_room(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		if (outbox->list[i].notice.ends) {
			drop(outbox, &outbox->list[i]);
			outbox->counts.dropped++;
			return 0;
		}
	return -ENOSPC;
}

/* A place for one more. NULL, with `*err` set: there is none. */
static struct outbox_entry *add(struct outbox *outbox, int *err)
{
	*err = outbox->count == OUTBOX_MAX ? make_room(outbox) : 0;
	if (!*err && outbox->count == outbox->room)
		*err = grow(outbox);
	if (*err)
		return NULL;
	outbox->list[outbox->count] = (struct outbox_entry){ 0 };
	return &outbox->list[outbox->count++];
}

int outbox_put(struct outbox *outbox, struct notice *notice)
{
	struct outbox_entry *entry = find(outbox, notice->episode);
	int err = 0;

	if (!entry)
		entry = add(outbox, &err);
	if (err) {
		notice_free(notice);
		return err;
	}
	notice_free(&entry->notice);
	notice->id = ++outbox->id;
	notice->receivers &= outbox->all;
	*entry = (struct outbox_entry){ .notice = *notice };
	*notice = (struct notice){ 0 };
	outbox->changed = outbox->to_hand = true;
	return 0;
}

int outbox_flush(struct outbox *outbox, struct deliver *deliver)
{
	int err = 0;

	if (!outbox->to_hand)
		return 0;
	for (size_t i = 0; i < outbox->count && !err; i++) {
		if (outbox->list[i].handed)
			continue;
		err = deliver_notice(deliver, &outbox->list[i].notice);
		outbox->list[i].handed = !err;
	}
	outbox->to_hand = err;
	return err == -EAGAIN ? 0 : err;
}

static void count(struct outbox_counts *counts, __u32 outcome)
{
	counts->told += outcome == DELIVER_TOLD;
	counts->refused += outcome == DELIVER_REFUSED;
	counts->failed += outcome == DELIVER_FAILED;
}

void outbox_report(struct outbox *outbox, const struct deliver_report *report)
{
	struct outbox_entry *entry = find(outbox, report->episode);
	__u64 bit = 1ULL << report->receiver;

	count(&outbox->counts, report->outcome);
	if (!entry || entry->notice.id != report->id || report->outcome == DELIVER_FAILED)
		return;
	if (entry->notice.receivers & bit)
		outbox->changed = true;
	entry->notice.receivers &= ~bit;
	if (!entry->notice.receivers && entry->notice.ends)
		drop(outbox, entry);
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static bool is_same(const struct receiver *a, const struct receiver *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name) &&
	       !strcmp(text_of(a->url), text_of(b->url));
}

static __u64 map_bits(__u64 bits, const struct receivers *from, const struct receivers *to)
{
	__u64 mapped = 0;

	for (size_t i = 0; i < from->count; i++)
		for (size_t n = 0; n < to->count && bits >> i & 1; n++)
			if (is_same(&from->list[i], &to->list[n]))
				mapped |= 1ULL << n;
	return mapped;
}

void outbox_change(struct outbox *outbox, const struct receivers *from, const struct receivers *to)
{
	outbox->all = to->count < 64 ? (1ULL << to->count) - 1 : ~0ULL;
	for (size_t i = outbox->count; i--;) {
		struct outbox_entry *entry = &outbox->list[i];

		entry->notice.receivers = map_bits(entry->notice.receivers, from, to);
		entry->handed = false;
		if (!entry->notice.receivers && entry->notice.ends)
			drop(outbox, entry);
	}
	outbox->changed = outbox->to_hand = true;
}

void outbox_end(struct outbox *outbox, bool (*has)(void *context, __u64 alarm), void *context,
		__u64 now)
{
	for (size_t i = 0; i < outbox->count; i++) {
		struct outbox_entry *entry = &outbox->list[i];

		if (entry->notice.ends || has(context, entry->notice.alarm))
			continue;
		entry->notice.ends = now;
		entry->notice.id = ++outbox->id;
		entry->notice.receivers = outbox->all;
		entry->handed = false;
		outbox->changed = outbox->to_hand = true;
	}
}

size_t outbox_waiting(const struct outbox *outbox)
{
	size_t waiting = 0;

	for (size_t i = 0; i < outbox->count; i++)
		waiting += outbox->list[i].notice.receivers != 0;
	return waiting;
}

void outbox_free(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		notice_free(&outbox->list[i].notice);
	free(outbox->list);
	*outbox = (struct outbox){ 0 };
}

void outbox_pack(struct buffer *buffer, const struct outbox *outbox)
{
	buffer_number(buffer, outbox->id);
	buffer_number(buffer, outbox->count);
	for (size_t i = 0; i < outbox->count; i++)
		notice_pack(buffer, &outbox->list[i].notice);
}

int outbox_unpack(struct outbox *outbox, struct buffer_reader *reader)
{
	__u64 id = buffer_read_number(reader), count = buffer_read_number(reader);
	int err = 0;

	for (__u64 i = 0; i < count && !err; i++) {
		struct notice notice;
		struct outbox_entry *entry;

		err = notice_unpack(&notice, reader);
		entry = err ? NULL : add(outbox, &err);
		if (entry)
			entry->notice = notice;
		else if (err != -EBADMSG)
			notice_free(&notice);
	}
	outbox->id = id;
	outbox->to_hand = true;
	return reader->failed ? -EBADMSG : err;
}
