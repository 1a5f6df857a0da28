/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_column.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S  1000000000.0
#define NS_PER_MS 1000000.0

static const struct top_column {
	const char *title;
	const char *plain; /* title in plain tables; NULL: not there */
	size_t wide;       /* 0: what is left over */
	size_t from;       /* columns of a screen that has room for it */
	bool sorts;
} columns[TOP_COLUMN_MAX] = {
	[TOP_COLUMN_REQUESTS] = { "REQS", "REQUESTS", 5, 92, true },
	[TOP_COLUMN_RATE] = { "REQ/S", "RATE", 5, 0, true },
	[TOP_COLUMN_SHARE] = { "SHARE", "SHARE", 5, 64, true },
	[TOP_COLUMN_ERRORS] = { "5XX", "5XX", 5, 30, true },
	[TOP_COLUMN_REFUSED] = { "4XX", "4XX", 5, 100, true },
	[TOP_COLUMN_UNANSWERED] = { "NOANS", "UNANSWERED", 5, 108, true },
	[TOP_COLUMN_MISSED] = { NULL, "MISSED", 5, SIZE_MAX, false },
	[TOP_COLUMN_P50] = { "P50", "P50_MS", 6, 50, true },
	[TOP_COLUMN_P90] = { "P90", "P90_MS", 6, 58, true },
	[TOP_COLUMN_P99] = { "P99", "P99_MS", 6, 40, true },
	[TOP_COLUMN_TREND] = { "TREND", NULL, 10, 76, false },
	[TOP_COLUMN_KEY] = { "KEY", "KEY", 0, 0, true },
};

/* Of a wide screen a third of what is left over, in steps at which all its columns stand for as
 * many seconds. */
static size_t trend_wide(size_t screen)
{
	static const size_t steps[] = { 60, 30, 20, 15, 12, 10 };
	size_t i = 0;

	while (steps[i] > 10 && 10 + (screen - 76) / 3 < steps[i])
		i++;
	return steps[i];
}

struct top_layout top_layout(size_t screen)
{
	struct top_layout layout = { 0 };
	size_t at = 0;

	for (enum top_column_id id = 0; id < TOP_COLUMN_KEY; id++) {
		if (screen < columns[id].from)
			continue;
		layout.at[id] = at;
		layout.wide[id] = id == TOP_COLUMN_TREND ? trend_wide(screen) : columns[id].wide;
		at += layout.wide[id] + 1;
	}
	layout.at[TOP_COLUMN_KEY] = at;
	layout.wide[TOP_COLUMN_KEY] = screen > at ? screen - at : 0;
	return layout;
}

const char *top_column_title(enum top_column_id id)
{
	return columns[id].title;
}

const char *top_column_plain_title(enum top_column_id id)
{
	return columns[id].plain;
}

bool top_column_sorts(enum top_column_id id)
{
	return columns[id].sorts;
}

static double rate(const struct top_row *row, const struct top_table *table)
{
	return table->span ? row->requests / (table->span / NS_PER_S) : 0;
}

static __u64 whole(enum top_column_id id, const struct top_row *row)
{
	switch (id) {
	case TOP_COLUMN_ERRORS:
		return row->errors;
	case TOP_COLUMN_REFUSED:
		return row->refused;
	case TOP_COLUMN_UNANSWERED:
		return row->unanswered;
	case TOP_COLUMN_MISSED:
		return row->missed;
	default:
		return row->requests;
	}
}

static void plain_cell(char text[TOP_TEXT_MAX], enum top_column_id id, const struct top_row *row,
		       const struct top_table *table)
{
	__u64 all = table->sum.requests;

	switch (id) {
	case TOP_COLUMN_RATE:
		snprintf(text, TOP_TEXT_MAX, "%.3f", rate(row, table));
		break;
	case TOP_COLUMN_SHARE:
		snprintf(text, TOP_TEXT_MAX, "%.2f", all ? 100.0 * row->requests / all : 0);
		break;
	case TOP_COLUMN_P50:
	case TOP_COLUMN_P90:
	case TOP_COLUMN_P99:
		snprintf(text, TOP_TEXT_MAX, "%.3f",
			 row->quantile[id - TOP_COLUMN_P50] / NS_PER_MS);
		break;
	default:
		snprintf(text, TOP_TEXT_MAX, "%llu", whole(id, row));
	}
}

static void short_cell(char text[TOP_TEXT_MAX], enum top_column_id id, const struct top_row *row,
		       const struct top_table *table)
{
	switch (id) {
	case TOP_COLUMN_REQUESTS:
		top_text_count(text, row->requests);
		break;
	case TOP_COLUMN_RATE:
		top_text_number(text, rate(row, table));
		break;
	case TOP_COLUMN_SHARE:
		top_text_share(text, row->requests, table->sum.requests);
		break;
	case TOP_COLUMN_ERRORS:
		top_text_share(text, row->errors, row->ended);
		break;
	case TOP_COLUMN_REFUSED:
		top_text_share(text, row->refused, row->ended);
		break;
	case TOP_COLUMN_UNANSWERED:
		top_text_share(text, row->unanswered, row->ended);
		break;
	default:
		top_text_time(text, row->quantile[id - TOP_COLUMN_P50]);
	}
}

static bool is_time(enum top_column_id id)
{
	return id == TOP_COLUMN_P50 || id == TOP_COLUMN_P90 || id == TOP_COLUMN_P99;
}

void top_column_cell(char text[TOP_TEXT_MAX], enum top_column_id id, const struct top_row *row,
		     const struct top_table *table, bool plain)
{
	if (is_time(id) && !row->timed)
		snprintf(text, TOP_TEXT_MAX, "-");
	else if (plain)
		plain_cell(text, id, row, table);
	else
		short_cell(text, id, row, table);
}

/* --- order --- */

struct order {
	enum top_column_id id;
	bool reverse;
};

static int by_key(const struct top_row *a, const struct top_row *b)
{
	size_t size = a->key_size < b->key_size ? a->key_size : b->key_size;
	int order = memcmp(a->key, b->key, size);

	return order ? order : (a->key_size > b->key_size) - (a->key_size < b->key_size);
}

/* What a row is sorted by; -1: it has none. */
static double value(const struct top_row *row, enum top_column_id id)
{
	if (is_time(id))
		return row->timed ? (double)row->quantile[id - TOP_COLUMN_P50] : -1;
	if (id == TOP_COLUMN_ERRORS || id == TOP_COLUMN_REFUSED || id == TOP_COLUMN_UNANSWERED)
		return row->ended ? (double)whole(id, row) / row->ended : -1;
	return row->requests;
}

static int by_value(const struct top_row *a, const struct top_row *b, const struct order *order)
{
	double here = value(a, order->id), there = value(b, order->id);

	if (here < 0 || there < 0)
		return (here < 0) - (there < 0);
	return order->reverse ? (here > there) - (here < there) : (here < there) - (here > there);
}

static int compare(const void *one, const void *two, void *context)
{
	const struct top_row *a = one, *b = two;
	const struct order *order = context;
	int result;

	if (a->kind != b->kind)
		return a->kind - b->kind;
	if (order->id == TOP_COLUMN_KEY)
		return order->reverse ? by_key(b, a) : by_key(a, b);
	result = by_value(a, b, order);
	if (!result)
		result = (a->requests < b->requests) - (a->requests > b->requests);
	return result ? result : by_key(a, b);
}

void top_sort(struct top_table *table, enum top_column_id id, bool reverse)
{
	struct order order = { id, reverse };

	if (table->count)
		qsort_r(table->row, table->count, sizeof(*table->row), compare, &order);
}
