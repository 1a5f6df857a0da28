/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "option/option_given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "option/option_row.h"

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

int given_add(struct options_given *list, const struct option_row *row, const char *argument,
	      const char *place)
{
	struct option_given given = { row, copy(argument), copy(place) };
	struct option_given *item = NULL;

	if (!argument == !given.argument && given.place)
		item = reallocarray(list->item, list->count + 1, sizeof(*item));
	if (!item) {
		free(given.argument);
		free(given.place);
		return fail(ENOMEM, "option %s: out of memory; free some memory", row->option);
	}
	list->item = item;
	list->item[list->count++] = given;
	return 0;
}

/* The next one of that option from number `at` on, or list->count. */
static size_t next(const struct options_given *list, const struct option_row *row, size_t at)
{
	while (at < list->count && list->item[at].row != row)
		at++;
	return at;
}

const char *given_argument(const struct options_given *list, const struct option_row *row)
{
	const char *argument = NULL;
	size_t at;

	for (at = next(list, row, 0); at < list->count; at = next(list, row, at + 1))
		argument = list->item[at].argument;
	return argument;
}

bool given_has(const struct options_given *list, const struct option_row *row)
{
	return next(list, row, 0) < list->count;
}

bool given_on_line(const struct options_given *list, const struct option_row *row)
{
	size_t at = next(list, row, 0);

	while (at < list->count && *list->item[at].place)
		at = next(list, row, at + 1);
	return at < list->count;
}

const char *given_place(const struct options_given *list, const struct option_row *row)
{
	const char *place = "";

	for (size_t at = next(list, row, 0); at < list->count; at = next(list, row, at + 1))
		place = list->item[at].place;
	return place;
}

const char *given_place_of(const struct options_given *list, const char *argument)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].argument == argument)
			return list->item[i].place;
	return "";
}

static bool same(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

bool given_differs(const struct options_given *one, const struct options_given *other,
		   const struct option_row *row)
{
	size_t i = next(one, row, 0), j = next(other, row, 0);

	while (i < one->count && j < other->count &&
	       same(one->item[i].argument, other->item[j].argument)) {
		i = next(one, row, i + 1);
		j = next(other, row, j + 1);
	}
	return i < one->count || j < other->count;
}

void given_free(struct options_given *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->item[i].argument);
		free(list->item[i].place);
	}
	free(list->item);
	*list = (struct options_given){ 0 };
}
