/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "top_count_inside.h"

#define NS_PER_S  1000000000ULL
#define LENGTH(a) (sizeof(a) / sizeof(*(a)))
#define JOINT     ", "
#define SHOWN_MAX (USAGE_PARTS_MAX * (USAGE_TEXT_MAX + 8)) /* bytes of a key's text */
#define ABSENT    "(none)"

static void take_counts(struct top_row *row, const struct usage_counts *counts)
{
	row->requests = counts->calls;
	row->ended = counts->ends.count;
	row->errors = usage_errors(counts->ends.class);
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
	const struct usage_table *part = count->part[top_count_part(window)];
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
