/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Three tables, so that none has more slices than its windows need: what has few slices has room
 * for more keys in each.
 */
#include "top_count.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "top_count_inside.h"

#define NS_PER_S  1000000000ULL
#define USUAL_KEY 64 /* bytes: longer ones take the room of several */

static const struct {
	__u64 slice;
	__u32 slices;
	unsigned int share; /* of the memory, in quarters */
} parts[PART_MAX] = {
	[PART_FINE] = { NS_PER_S, TOP_SPARK_SLICES, 2 },
	[PART_COARSE] = { 5 * NS_PER_S, 60, 1 },
	[PART_TOTAL] = { NS_PER_S, 0, 1 },
};

enum top_part top_count_part(enum top_window window)
{
	static const enum top_part parts_of[TOP_WINDOW_MAX] = {
		[TOP_WINDOW_1S] = PART_FINE,   [TOP_WINDOW_10S] = PART_FINE,
		[TOP_WINDOW_1M] = PART_FINE,   [TOP_WINDOW_5M] = PART_COARSE,
		[TOP_WINDOW_ALL] = PART_TOTAL,
	};

	return parts_of[window];
}

/* The header field of the key that a run of this description does not have; NULL: none. */
static const char *lacking(const struct usage_key *key, const struct run_meta *meta)
{
	for (__u32 i = 0; i < key->count; i++) {
		__u8 kind;
		const char *name = usage_key_asks(key, i, &kind);

		if (name && (!meta || view_slot(meta, name) == HDRTAP_SLOT_NONE))
			return name;
	}
	return NULL;
}

static struct usage_table *new_part(const struct top_count *count, enum top_part part,
				    size_t memory)
{
	struct usage_table_options options = {
		.memory = memory / 4 * parts[part].share,
		.slice = parts[part].slice,
		.slices = parts[part].slices,
		.total = part == PART_TOTAL,
		.ends = true,
		.quantiles = true,
		.key_max = USUAL_KEY,
	};
	__u32 longest = usage_key_max(&count->query.by);

	if (longest > USUAL_KEY)
		options.rows = usage_table_rows(&options);
	options.key_max = longest;

	return usage_table_new(&options);
}

int top_count_new(struct top_count **count, struct top_query *query, size_t memory)
{
	struct top_count *c = calloc(1, sizeof(*c));

	if (!c) {
		top_query_free(query);
		return fail(ENOMEM, "cannot count: out of memory; end other programs");
	}
	c->query = *query;
	c->asked = lacking(&c->query.by, NULL);
	query->where = NULL;
	for (enum top_part part = 0; part < PART_MAX; part++) {
		c->part[part] = new_part(c, part, memory);
		if (!c->part[part]) {
			top_count_free(c);
			return fail(ENOMEM, "cannot count: there is not enough memory; give more "
					    "with --memory, or end other programs");
		}
	}
	*count = c;
	return 0;
}

void top_count_free(struct top_count *count)
{
	if (!count)
		return;
	for (enum top_part part = 0; part < PART_MAX; part++)
		usage_table_free(count->part[part]);
	usage_window_free(&count->window);
	usage_window_free(&count->slice);
	top_query_free(&count->query);
	free(count);
}

/* --- counting --- */

static void see(struct top_count *count, const struct usage_call *call)
{
	__u64 time = call->event.time;

	if (count->asked)
		count->asked = lacking(&count->query.by, call->meta);
	if (!count->begin || time < count->begin)
		count->begin = time;
	if (time > count->newest)
		count->newest = time;
}

static void add(struct top_count *count, struct usage_call *call, bool end)
{
	usage_count_in_all(count->part, PART_MAX, &count->query.by, call, end);
}

void top_count_request(struct top_count *count, struct usage_call *call)
{
	see(count, call);
	if (top_query_decide(&count->query, call, false) == WHERE_TRUE)
		add(count, call, false);
}

/* The request of a call that began before anything was counted here. */
static void make_up_for(struct top_count *count, struct usage_call *call)
{
	const struct transaction_head *head = call->request;
	struct usage_event event = call->event;
	__u64 time = head->rec->time + head->utc_offset;

	if (time > count->begun || head->rec->flags & HDRTAP_FLAG(LATE))
		return;
	call->event = (struct usage_event){ .time = time, .call = true };
	add(count, call, false);
	call->event = event;
}

void top_count_end(struct top_count *count, struct usage_call *call)
{
	bool called = call->event.call;

	see(count, call);
	if (top_query_decide(&count->query, call, true) != WHERE_TRUE) {
		count->excluded++;
		return;
	}
	if (call->request && top_query_decide(&count->query, call, false) == WHERE_TRUE)
		make_up_for(count, call);
	else if (call->request)
		call->event.call = true; /* that it is wanted only shows now */
	add(count, call, true);
	call->event.call = called;
}

void top_count_lost(struct top_count *count, __u64 time, __u64 lost)
{
	count->lost += lost;
	for (enum top_part part = 0; part < PART_MAX; part++)
		usage_table_lost(count->part[part], time, lost);
}

void top_count_complete(struct top_count *count, __u64 until)
{
	if (!count->begin)
		count->begin = until;
	for (enum top_part part = 0; part < PART_MAX; part++)
		usage_table_complete(count->part[part], until);
}

void top_count_begun(struct top_count *count, __u64 first, __u64 begun)
{
	count->begun = begun;
	if (first && (!count->begin || first < count->begin))
		count->begin = first;
}

void top_count_over(struct top_count *count)
{
	count->over = true;
}

const char *top_count_lacks(const struct top_count *count)
{
	return count->newest ? count->asked : NULL;
}

void top_count_forgot(struct top_count *count, __u64 before)
{
	count->forgot = before;
}

__u64 top_count_since(const struct top_count *count, enum top_window window, __u64 until)
{
	__u64 length = top_window_ns(window);

	if (!count->forgot || (length && until >= count->forgot + length))
		return 0;
	return count->forgot;
}

__u64 top_count_last(const struct top_count *count, enum top_window window)
{
	__u64 slice = parts[top_count_part(window)].slice;

	return (count->newest / slice + 1) * slice;
}
