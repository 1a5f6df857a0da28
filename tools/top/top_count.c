/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Three tables, so that none has more slices than its windows need: what has few slices has room
 * for more keys in each.
 */
#include "top_count.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "usage/usage_window.h"

#define NS_PER_S  1000000000ULL
#define LENGTH(a) (sizeof(a) / sizeof(*(a)))
#define USUAL_KEY 64 /* bytes: longer ones take the room of several */
#define JOINT     ", "
#define SHOWN_MAX (USAGE_PARTS_MAX * (USAGE_TEXT_MAX + 8)) /* bytes of a key's text */
#define ABSENT    "(none)"

enum part {
	PART_FINE,   /* windows up to a minute, and trends */
	PART_COARSE, /* five minutes */
	PART_TOTAL,
	PART_MAX
};

static const struct {
	__u64 slice;
	__u32 slices;
	unsigned int share; /* of the memory, in quarters */
} parts[PART_MAX] = {
	[PART_FINE] = { NS_PER_S, TOP_SPARK_SLICES, 2 },
	[PART_COARSE] = { 5 * NS_PER_S, 60, 1 },
	[PART_TOTAL] = { NS_PER_S, 0, 1 },
};

static const enum part part_of[TOP_WINDOW_MAX] = {
	[TOP_WINDOW_1S] = PART_FINE,   [TOP_WINDOW_10S] = PART_FINE,  [TOP_WINDOW_1M] = PART_FINE,
	[TOP_WINDOW_5M] = PART_COARSE, [TOP_WINDOW_ALL] = PART_TOTAL,
};

struct top_count {
	struct top_query query;
	struct usage_table *part[PART_MAX];
	struct usage_window window; /* that was read last */
	struct usage_window slice;  /* for trends */
	struct quantiles_sum sum;
	__u64 begun;         /* see top_count_begun() */
	__u64 begin, newest; /* UTC ns: of all events; 0: none yet */
	__u64 forgot;
	bool over; /* nothing comes any more */
	__u64 excluded, lost;
	const char *asked; /* header field that no run has had yet; NULL: all have been seen */
};

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

static struct usage_table *new_part(const struct top_count *count, enum part part, size_t memory)
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
	for (enum part part = 0; part < PART_MAX; part++) {
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
	for (enum part part = 0; part < PART_MAX; part++)
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
	for (enum part part = 0; part < PART_MAX; part++)
		usage_count(count->part[part], &count->query.by, call, end);
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
	for (enum part part = 0; part < PART_MAX; part++)
		usage_table_lost(count->part[part], time, lost);
}

void top_count_complete(struct top_count *count, __u64 until)
{
	if (!count->begin)
		count->begin = until;
	for (enum part part = 0; part < PART_MAX; part++)
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
	__u64 slice = parts[part_of[window]].slice;

	return (count->newest / slice + 1) * slice;
}

/* --- rows --- */

static void take_counts(struct top_row *row, const struct usage_counts *counts)
{
	row->requests = counts->calls;
	row->ended = counts->ends.count;
	row->errors = counts->ends.class[USAGE_5XX];
	row->refused = counts->ends.class[USAGE_4XX];
	row->unanswered = counts->ends.class[USAGE_UNANSWERED];
}

/* All parts of a key as one text; returns its size. */
static size_t shown(const struct usage_key *key, const struct usage_row *row, char text[SHOWN_MAX])
{
	size_t used = 0;

	for (__u32 i = 0; i < key->count; i++) {
		int size;

		if (i)
			used = stpcpy(text + used, JOINT) - text;
		size = usage_key_text(key, row->key, i, text + used, USAGE_TEXT_MAX);
		used = size < 0 ? (size_t)(stpcpy(text + used, ABSENT) - text) : used + size;
	}
	return used;
}

static int take_row(struct top_count *count, struct top_table *table, const struct usage_row *from)
{
	char text[SHOWN_MAX];
	size_t size = shown(&count->query.by, from, text);
	struct top_row *row = top_table_add(table, text, size, from->key, from->size);

	if (!row)
		return -ENOMEM;
	take_counts(row, &from->counts);
	row->missed = from->missed;
	return 0;
}

static int take_other(struct top_table *table, const struct usage_counts *other)
{
	struct top_row *row;

	if (!other->calls && !other->ends.count)
		return 0;
	row = top_table_add(table, "", 0, "", 0);
	if (!row)
		return -ENOMEM;
	row->kind = TOP_ROW_OTHER;
	take_counts(row, other);
	return 0;
}

static void take_quantiles(struct top_count *count, struct top_row *row)
{
	static const double shares[] = { 0.5, 0.9, 0.99 };

	row->timed = count->sum.total;
	for (size_t i = 0; i < LENGTH(shares) && row->timed; i++)
		row->quantile[i] = quantiles_sum_value_at(&count->sum, shares[i]);
}

/* From when to when it was counted: not before anything came, nor behind the last of it, and one
 * second at least. */
static void take_span(struct top_count *count, struct top_table *table, __u64 until)
{
	const struct usage_window *window = &count->window;
	__u64 begin = count->forgot > count->begin ? count->forgot : count->begin;
	__u64 last = top_count_last(count, TOP_WINDOW_1S), end;

	if (window->until)
		begin = window->from > begin ? window->from : begin;
	else
		until = until > count->newest ? until : count->newest;
	table->end = window->until ? window->until : until;
	end = count->over && last < table->end ? last : table->end;
	table->span = begin && end > begin + NS_PER_S ? end - begin : NS_PER_S;
}

static int take_rows(struct top_count *count, struct top_table *table)
{
	const struct usage_window *window = &count->window;
	int err = 0;

	for (__u32 i = 0; i < window->count && !err; i++)
		err = take_row(count, table, &window->rows[i]);
	return err ? err : take_other(table, &window->other);
}

int top_count_read(struct top_count *count, struct top_table *table, enum top_window window,
		   __u64 until)
{
	const struct usage_table *part = count->part[part_of[window]];
	__u64 length = top_window_ns(window);
	int err = length ? usage_window_read(&count->window, part, until, length, 0)
			 : usage_total_read(&count->window, part);

	top_table_clear(table);
	if (!err)
		err = take_rows(count, table);
	if (err)
		return fail(ENOMEM, "cannot show the counts: out of memory; end other programs");
	take_counts(&table->sum, &count->window.all);
	usage_window_quantiles_all(&count->window, &count->sum);
	take_quantiles(count, &table->sum);
	take_span(count, table, until);
	table->lost = count->window.lost;
	table->lost_ever = count->lost;
	table->exact = !count->window.missed;
	table->excluded = count->excluded;
	return 0;
}

/* --- details --- */

/* One second of the trends. */
static int take_second(struct top_count *count, struct top_table *table, size_t first,
		       size_t behind, unsigned int number)
{
	__u64 end = table->end - (TOP_SPARK_SLICES - 1 - number) * NS_PER_S;
	int err = usage_window_read(&count->slice, count->part[PART_FINE], end, NS_PER_S, 0);

	if (err)
		return err;
	if (count->slice.lost)
		table->hole |= 1ULL << number;
	for (size_t i = first; i < behind; i++) {
		struct top_row *row = &table->row[i];
		const struct usage_row *found =
			row->kind == TOP_ROW_KEY
				? usage_window_find(&count->slice, row->id, row->id_size)
				: NULL;

		row->trend[number] = found                        ? found->counts.calls
				     : row->kind == TOP_ROW_OTHER ? count->slice.other.calls
								  : 0;
	}
	return 0;
}

int top_count_details(struct top_count *count, struct top_table *table, size_t first, size_t rows,
		      bool trends)
{
	size_t behind = rows < table->count - first ? first + rows : table->count;
	int err = 0;

	for (size_t i = first; i < behind; i++) {
		struct top_row *row = &table->row[i];
		const struct usage_row *from =
			row->kind == TOP_ROW_KEY
				? usage_window_find(&count->window, row->id, row->id_size)
				: NULL;

		if (!from)
			continue;
		usage_window_quantiles(&count->window, from, &count->sum);
		take_quantiles(count, row);
	}
	table->hole = 0;
	for (unsigned int i = 0; trends && i < TOP_SPARK_SLICES && !err; i++)
		err = take_second(count, table, first, behind, i);
	return err ? fail(ENOMEM, "cannot show trends: out of memory; end other programs") : 0;
}
