/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "option/option_table.h"

#include <string.h>

static bool is_end(const struct option_row *row)
{
	return !row->option && !row->help;
}

/* The part that has row number `*i` of the table, which becomes its number there; or its end. */
static const struct option_part *part_at(const struct option_table *table, size_t *i)
{
	const struct option_part *part;

	for (part = table->part; part->row; part++) {
		size_t count = 0;

		while (count <= *i && !is_end(&part->row[count]))
			count++;
		if (count > *i)
			break;
		*i -= count;
	}
	return part;
}

const struct option_row *option_row_at(const struct option_table *table, size_t i)
{
	const struct option_part *part = part_at(table, &i);

	return part->row ? &part->row[i] : NULL;
}

const struct option_row *option_row_of(const struct option_table *table, const char *option)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->option && !strcmp(row->option, option))
			break;
	return row;
}

const struct option_row *option_row_of_key(const struct option_table *table, const char *key)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->key && !strcmp(row->key, key))
			break;
	return row;
}

size_t option_row_number(const struct option_table *table, const struct option_row *row)
{
	size_t i = 0;

	while (option_row_at(table, i) != row)
		i++;
	return i;
}

void *option_row_field(const struct option_table *table, const struct option_row *row,
		       void *options)
{
	size_t number = option_row_number(table, row);

	return (char *)options + part_at(table, &number)->field + row->field;
}
