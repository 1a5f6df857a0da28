/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The columns of the table: what they show, how wide they are, which of them a screen has room for,
 * and the order of rows by each.
 */
#ifndef HDRTAP_TOP_COLUMN_H
#define HDRTAP_TOP_COLUMN_H

#include "top_row.h"
#include "top_text.h"

enum top_column_id {
	TOP_COLUMN_REQUESTS,
	TOP_COLUMN_RATE,
	TOP_COLUMN_SHARE,
	TOP_COLUMN_ERRORS,
	TOP_COLUMN_REFUSED,
	TOP_COLUMN_UNANSWERED,
	TOP_COLUMN_MISSED, /* of plain tables only */
	TOP_COLUMN_P50,
	TOP_COLUMN_P90,
	TOP_COLUMN_P99,
	TOP_COLUMN_TREND,
	TOP_COLUMN_KEY,
	TOP_COLUMN_MAX
};

/* Of a screen: where each column begins, and how wide it is; 0: it is not shown. */
struct top_layout {
	size_t at[TOP_COLUMN_MAX];
	size_t wide[TOP_COLUMN_MAX];
};

/* For a screen of so many columns, 1 or more. The key and the rate are always there. */
struct top_layout top_layout(size_t columns);

/* The word above it on a screen and in plain tables; NULL: it is not there. */
const char *top_column_title(enum top_column_id id);
const char *top_column_plain_title(enum top_column_id id);

/* Whether rows can be sorted by it. */
bool top_column_sorts(enum top_column_id id);

/*
 * The number in a column: for people, as narrow as the column is, or `plain`, exact and without
 * units. Not for trend and key.
 */
void top_column_cell(char text[TOP_TEXT_MAX], enum top_column_id id, const struct top_row *row,
		     const struct top_table *table, bool plain);

/*
 * Sorts the rows: the greatest first, keys alphabetically; `reverse`: the other way round. Rows
 * that are equal there stand by requests, then by key. What has no value stands behind what has
 * one, and TOP_ROW_OTHER behind all.
 */
void top_sort(struct top_table *table, enum top_column_id id, bool reverse);

#endif
