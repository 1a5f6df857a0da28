/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * First the rows are found: keys that have an entry with enough events in one of the slices. With F
 * events that may be missing, a key that is wanted has least - F events in its entries, so in one
 * of n slices an nth part of that. Then the entries of all slices are added to the rows, and what a
 * slice without an entry may have missed. `other` is what slices say of theirs, and the entries
 * that belong to no row.
 */
#include "usage/usage_window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "usage/usage_table_inside.h"

#define NONE (~0U)

struct usage_link {
	const struct usage_summary *summary;
	__u32 entry;
	__u32 next; /* NONE: the last one */
};

/* The summaries that are read. */
struct span {
	const struct usage_table *table;
	__u64 first, end; /* slices; 0, 1: the total */
};

static const struct usage_summary *summary_of(const struct span *span, __u64 number)
{
	return number ? usage_table_slice(span->table, number) : &span->table->total;
}

/* --- rows by key --- */

static __u32 *place_of(const struct usage_window *w, const struct usage_key_bytes *key)
{
	__u32 at = key->hash & (w->places - 1);

	for (; w->place[at]; at = (at + 1) & (w->places - 1)) {
		const struct usage_row *row = &w->rows[w->place[at] - 1];

		if (row->size == key->size && !memcmp(row->key, key->bytes, key->size))
			break;
	}
	return &w->place[at];
}

static __u32 *place_of_row(const struct usage_window *w, const struct usage_row *row)
{
	return place_of(w, &(struct usage_key_bytes){ row->key, row->size, row->hash });
}

/* Every summary of the table hashes alike. */
static __u32 *place_of_entry(const struct usage_window *w, const struct usage_entry *entry)
{
	return place_of(w, &(struct usage_key_bytes){ usage_entry_key(entry), entry->size,
						      entry->hash });
}

const struct usage_row *usage_window_find(const struct usage_window *w, const void *key,
					  size_t size)
{
	struct usage_key_bytes bytes = { key, size, 0 };
	__u32 number;

	if (!w->count)
		return NULL;
	bytes.hash = usage_summary_hash(&w->table->shape, key, size);
	number = *place_of(w, &bytes);
	return number ? &w->rows[number - 1] : NULL;
}

/* All rows get their places anew, of at least so many. */
static int set_places(struct usage_window *w, __u32 places)
{
	if (places > w->places) {
		free(w->place);
		w->place = malloc(places * sizeof(*w->place));
		w->places = w->place ? places : 0;
		if (!w->place)
			return -ENOMEM;
	}
	memset(w->place, 0, w->places * sizeof(*w->place));
	for (__u32 i = 0; i < w->count; i++)
		*place_of_row(w, &w->rows[i]) = i + 1;
	return 0;
}

static int grow(struct usage_window *w)
{
	__u32 room = w->room ? 2 * w->room : 256;
	struct usage_row *rows = realloc(w->rows, room * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	w->rows = rows;
	w->room = room;
	return set_places(w, 2 * room);
}

static int add_row(struct usage_window *w, const struct usage_entry *entry)
{
	int err = w->count == w->room ? grow(w) : 0;
	__u32 *place = err ? NULL : place_of_entry(w, entry);

	if (err || *place)
		return err;
	w->rows[w->count++] = (struct usage_row){ .key = usage_entry_key(entry),
						  .size = entry->size,
						  .hash = entry->hash,
						  .link = NONE };
	*place = w->count;
	return 0;
}

/* --- entries --- */

static bool in_use(const struct usage_summary *s, __u32 number)
{
	return s->entry[number].events;
}

/* A row for every key that has `least` events in that summary. */
static int find_rows(struct usage_window *w, const struct usage_summary *s, __u64 least)
{
	int err = 0;

	for (__u32 i = 0; i < s->used && !err; i++)
		if (in_use(s, i) && s->entry[i].events >= least)
			err = add_row(w, &s->entry[i]);
	return err;
}

static int add_link(struct usage_window *w, struct usage_row *row, const struct usage_summary *s,
		    __u32 number)
{
	if (w->links == w->link_room) {
		__u32 room = w->link_room ? 2 * w->link_room : 256;
		struct usage_link *link = realloc(w->link, room * sizeof(*link));

		if (!link)
			return -ENOMEM;
		w->link = link;
		w->link_room = room;
	}
	w->link[w->links] = (struct usage_link){ s, number, row->link };
	row->link = w->links++;
	return 0;
}

static void add_entry(struct usage_counts *to, const struct usage_summary *s, __u32 number)
{
	to->calls += s->entry[number].calls;
	if (s->detail)
		usage_ends_add(&to->ends, &s->detail[number].ends);
}

/* Of what a summary may have missed of a key without an entry, only the entry's part counts. */
static int add_to_row(struct usage_window *w, struct usage_row *row, const struct usage_summary *s,
		      __u32 number)
{
	add_entry(&row->counts, s, number);
	row->missed += s->entry[number].missed - s->floor;
	row->unplaced += s->entry[number].unplaced;
	return s->shape->quantiles_room ? add_link(w, row, s, number) : 0;
}

static int add_summary(struct usage_window *w, const struct usage_summary *s)
{
	int err = 0;

	usage_counts_add(&w->all, &s->all);
	usage_counts_add(&w->other, &s->other);
	w->missed += s->floor;
	w->lost += s->lost;
	w->late += s->late;
	for (__u32 i = 0; i < s->used && !err; i++) {
		const struct usage_entry *entry = &s->entry[i];
		__u32 row = 0;

		if (!in_use(s, i))
			continue;
		if (w->count)
			row = *place_of_entry(w, entry);
		if (row)
			err = add_to_row(w, &w->rows[row - 1], s, i);
		else
			add_entry(&w->other, s, i);
	}
	return err;
}

/* Rows that are below `least` after all are part of `other`. */
static int drop_rows(struct usage_window *w, __u64 least)
{
	__u32 kept = 0;

	for (__u32 i = 0; i < w->count; i++) {
		struct usage_row *row = &w->rows[i];

		row->missed += w->missed;
		if (row->counts.calls + row->missed >= least)
			w->rows[kept++] = *row;
		else
			usage_counts_add(&w->other, &row->counts);
	}
	if (kept == w->count)
		return 0;
	w->count = kept;
	return set_places(w, 0);
}

/* --- windows --- */

static void begin(struct usage_window *w, const struct usage_table *table)
{
	*w = (struct usage_window){
		.known = table->known,
		.table = table,
		.rows = w->rows,
		.room = w->room,
		.link = w->link,
		.link_room = w->link_room,
		.place = w->place,
		.places = w->places,
	};
	if (w->place)
		memset(w->place, 0, w->places * sizeof(*w->place));
}

/* How many events an entry needs to make a row. */
static __u64 least_in_slice(const struct span *span, __u64 least)
{
	__u64 slices = span->end - span->first, missed = 0;
	const struct usage_summary *s;

	for (__u64 number = span->first; number < span->end; number++)
		if ((s = summary_of(span, number)))
			missed += s->floor;
	return least > missed ? (least - missed + slices - 1) / slices : 0;
}

static int read_span(struct usage_window *w, const struct span *span, __u64 least)
{
	__u64 in_slice = least_in_slice(span, least), number;
	const struct usage_summary *s;
	int err = 0;

	for (number = span->first; number < span->end && !err; number++)
		if ((s = summary_of(span, number)))
			err = find_rows(w, s, in_slice);
	for (number = span->first; number < span->end && !err; number++)
		if ((s = summary_of(span, number)))
			err = add_summary(w, s);
	if (!err)
		err = drop_rows(w, least);
	if (err)
		usage_window_free(w);
	return err;
}

int usage_window_read(struct usage_window *w, const struct usage_table *table, __u64 until,
		      __u64 length, __u64 least)
{
	__u64 slice = table->options.slice, end = until / slice;
	__u64 slices = (length + slice - 1) / slice;
	struct span span = { table, 1, end };

	begin(w, table);
	if (slices > table->options.slices)
		slices = table->options.slices;
	if (end > slices)
		span.first = end - slices;
	w->from = span.first * slice;
	w->until = end * slice;
	w->whole = table->first && span.first >= table->first &&
		   span.first + table->ring > table->newest;
	return span.first < span.end ? read_span(w, &span, least) : 0;
}

int usage_total_read(struct usage_window *w, const struct usage_table *table)
{
	const struct span span = { table, 0, 1 };

	begin(w, table);
	w->whole = true;
	return table->options.total ? read_span(w, &span, 0) : 0;
}

/* --- quantiles --- */

void usage_window_quantiles(const struct usage_window *w, const struct usage_row *row,
			    struct quantiles_sum *sum)
{
	__u32 at = row->link;

	memset(sum, 0, sizeof(*sum));
	for (; at != NONE; at = w->link[at].next)
		quantiles_sum_add(sum, &w->link[at].summary->detail[w->link[at].entry].quantiles);
}

static void add_all(struct quantiles_sum *sum, const struct usage_summary *s)
{
	quantiles_sum_add(sum, &s->other_quantiles);
	for (__u32 i = 0; s->detail && i < s->used; i++)
		quantiles_sum_add(sum, &s->detail[i].quantiles);
}

void usage_window_quantiles_all(const struct usage_window *w, struct quantiles_sum *sum)
{
	const struct usage_table *table = w->table;
	const struct usage_summary *s;

	memset(sum, 0, sizeof(*sum));
	if (table && !w->until)
		add_all(sum, &table->total);
	for (__u64 at = w->from; at < w->until; at += table->options.slice)
		if ((s = usage_table_slice(table, at / table->options.slice)))
			add_all(sum, s);
}

void usage_window_free(struct usage_window *w)
{
	free(w->rows);
	free(w->link);
	free(w->place);
	*w = (struct usage_window){ 0 };
}
