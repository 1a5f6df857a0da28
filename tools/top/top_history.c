/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Of a record only what it holds is kept, and of a run's description one copy for all of its calls.
 */
#include "top_history.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/record_copy.h"

#define NS_PER_S   1000000000ULL
#define METAS      16   /* descriptions that calls are compared with */
#define LOSSES_MAX 1024 /* seconds that something was lost in; of older ones only the sum */

struct kept_meta {
	__u64 holders; /* calls, and the history while it is among the latest */
	struct run_meta meta;
};

struct kept_head {
	struct transaction_head head;
	char interface[IF_NAMESIZE];
};

struct kept {
	struct kept *next;
	size_t size; /* bytes it takes */
	struct kept_meta *meta;
	struct usage_event event;
	enum transaction_end end;
	__u8 host;
	const struct api_names *names;
	struct kept_head request, response; /* head.rec is NULL: there is none */
	__u64 records[];                    /* one behind the other */
};

struct loss {
	__u64 time; /* UTC ns, whole seconds */
	__u64 count;
};

struct top_history {
	size_t bytes, most;
	struct kept *first, *last;
	struct kept_meta *latest[METAS]; /* owned, like those that calls hold */
	size_t next_meta;                /* of them, that makes room for another one */
	__u64 forgot;
	struct loss loss[LOSSES_MAX]; /* the newest last */
	size_t losses;
};

struct top_history *top_history_new(size_t bytes)
{
	struct top_history *history = calloc(1, sizeof(*history));

	if (history)
		history->most = bytes;
	return history;
}

/* --- descriptions --- */

static void release_meta(struct top_history *history, struct kept_meta *meta)
{
	if (!meta || --meta->holders)
		return;
	history->bytes -= sizeof(*meta);
	free(meta);
}

/* As far as a record's meaning depends on it. */
static bool is_same(const struct run_meta *a, const struct run_meta *b)
{
	return !memcmp(a->run_id, b->run_id, sizeof(a->run_id)) && a->key_id == b->key_id &&
	       a->slot_count == b->slot_count &&
	       !memcmp(a->slot, b->slot, a->slot_count * sizeof(*a->slot));
}

static struct kept_meta *find_meta(const struct top_history *history, const struct run_meta *meta)
{
	for (size_t i = 0; i < METAS; i++)
		if (history->latest[i] && is_same(&history->latest[i]->meta, meta))
			return history->latest[i];
	return NULL;
}

/* Among the latest; NULL: there is no memory. */
static struct kept_meta *keep_meta(struct top_history *history, const struct run_meta *meta)
{
	struct kept_meta *found = find_meta(history, meta);

	if (found)
		return found;
	found = malloc(sizeof(*found));
	if (!found)
		return NULL;
	found->holders = 1;
	found->meta = *meta;
	release_meta(history, history->latest[history->next_meta]);
	history->latest[history->next_meta] = found;
	history->next_meta = (history->next_meta + 1) % METAS;
	history->bytes += sizeof(*found);
	return found;
}

/* --- calls --- */

static void forget_first(struct top_history *history)
{
	struct kept *first = history->first;

	if (first->event.time > history->forgot)
		history->forgot = first->event.time;
	history->first = first->next;
	if (!history->first)
		history->last = NULL;
	history->bytes -= first->size;
	release_meta(history, first->meta);
	free(first);
}

void top_history_free(struct top_history *history)
{
	if (!history)
		return;
	while (history->first)
		forget_first(history);
	for (size_t i = 0; i < METAS; i++)
		release_meta(history, history->latest[i]);
	free(history);
}

/* 64-bit words that a record's copy takes. */
static size_t words_of(const struct transaction_head *head, const struct run_meta *meta)
{
	return head ? (record_filled(head->rec, meta->record_size) + 7) / 8 : 0;
}

/* Returns behind the record's copy. */
static __u64 *keep_head(struct kept_head *kept, const struct transaction_head *head,
			const struct run_meta *meta, __u64 *to)
{
	if (!head)
		return to;
	memcpy(to, head->rec, record_filled(head->rec, meta->record_size));
	kept->head = *head;
	kept->head.rec = (const struct hdrtap_record *)to;
	kept->head.next = NULL;
	kept->head.interface = NULL;
	if (head->interface) {
		strncpy(kept->interface, head->interface, IF_NAMESIZE - 1);
		kept->head.interface = kept->interface;
	}
	return to + words_of(head, meta);
}

static struct kept *copy(struct top_history *history, const struct usage_call *call)
{
	size_t words = words_of(call->request, call->meta) + words_of(call->response, call->meta);
	size_t size = sizeof(struct kept) + words * sizeof(__u64);
	struct kept_meta *meta = keep_meta(history, call->meta);
	struct kept *kept = meta ? calloc(1, size) : NULL;
	__u64 *to;

	if (!kept)
		return NULL;
	kept->size = size;
	kept->meta = meta;
	kept->meta->holders++;
	kept->event = call->event;
	kept->end = call->end;
	kept->host = call->host;
	kept->names = call->names;
	to = keep_head(&kept->request, call->request, call->meta, kept->records);
	keep_head(&kept->response, call->response, call->meta, to);
	return kept;
}

void top_history_add(struct top_history *history, const struct usage_call *call)
{
	struct kept *kept = history->most ? copy(history, call) : NULL;

	if (!kept) {
		if (call->event.time > history->forgot)
			history->forgot = call->event.time;
		return;
	}
	if (history->last)
		history->last->next = kept;
	else
		history->first = kept;
	history->last = kept;
	history->bytes += kept->size;
	while (history->first && history->bytes > history->most)
		forget_first(history);
}

void top_history_lost(struct top_history *history, __u64 time, __u64 count)
{
	struct loss *last = history->losses ? &history->loss[history->losses - 1] : NULL;

	time -= time % NS_PER_S;
	if (last && last->time == time) {
		last->count += count;
		return;
	}
	if (history->losses == LOSSES_MAX) {
		history->loss[1].count += history->loss[0].count;
		memmove(history->loss, history->loss + 1, (LOSSES_MAX - 1) * sizeof(*last));
		history->losses--;
	}
	history->loss[history->losses++] = (struct loss){ time, count };
}

static void hand_on(const struct kept *kept, top_history_take take, void *context)
{
	const struct transaction_head *request = &kept->request.head;
	struct usage_call call = {
		.end = kept->end,
		.request = request->rec ? request : NULL,
		.meta = &kept->meta->meta,
		.names = kept->names,
		.host = kept->host,
	};

	if (call.request && !kept->event.call) {
		call.event = (struct usage_event){
			.time = request->rec->time + request->utc_offset,
			.latency = USAGE_NO_LATENCY,
			.call = true,
		};
		take(context, &call, false);
	}
	call.event = kept->event;
	call.response = kept->response.head.rec ? &kept->response.head : NULL;
	take(context, &call, true);
}

void top_history_each(const struct top_history *history, top_history_take take,
		      top_history_lose lose, void *context)
{
	for (size_t i = 0; i < history->losses; i++)
		lose(context, history->loss[i].time, history->loss[i].count);
	for (const struct kept *kept = history->first; kept; kept = kept->next)
		hand_on(kept, take, context);
}

__u64 top_history_forgot(const struct top_history *history)
{
	return history->forgot;
}
