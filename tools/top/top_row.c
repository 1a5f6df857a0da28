/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_row.h"

#include <stdlib.h>
#include <string.h>

void top_table_clear(struct top_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->row[i].key);
	table->count = 0;
	table->sum = (struct top_row){ 0 };
}

void top_table_free(struct top_table *table)
{
	top_table_clear(table);
	free(table->row);
	*table = (struct top_table){ 0 };
}

static struct top_row *room_for_one(struct top_table *table)
{
	size_t room = table->room ? 2 * table->room : 64;
	struct top_row *row;

	if (table->count < table->room)
		return table->row + table->count;
	row = reallocarray(table->row, room, sizeof(*row));
	if (!row)
		return NULL;
	table->row = row;
	table->room = room;
	return row + table->count;
}

struct top_row *top_table_add(struct top_table *table, const void *key, size_t key_size,
			      const void *id, size_t id_size)
{
	struct top_row *row = room_for_one(table);
	char *copy = row ? malloc(key_size + id_size + 1) : NULL; /* one piece for both */

	if (!copy)
		return NULL;
	memcpy(copy, key, key_size);
	memcpy(copy + key_size, id, id_size);
	*row = (struct top_row){
		.key = copy, .key_size = key_size, .id = copy + key_size, .id_size = id_size
	};
	table->count++;
	return row;
}
