/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "option/option_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/moment.h"
#include "base/numbers.h"
#include "where/where.h"

#define TIMEOUT_MAX_MS (24 * 3600 * 1000ULL)
#define KNOWN_MAX      256 /* bytes of the words of an option in a message */
#define SHOWN          100 /* bytes of a predicate in a message */

int option_parse_flag(const struct option_row *row, void *field, const char *argument)
{
	(void)row, (void)argument;
	*(bool *)field = true;
	return 0;
}

/* People are used to one more -v than there is. */
int option_parse_more(const struct option_row *row, void *field, const char *argument)
{
	__u32 *times = field;

	(void)argument;
	if (*times < row->most)
		(*times)++;
	return 0;
}

int option_parse_list(const struct option_row *row, void *field, const char *argument)
{
	struct option_list *list = field;
	const char **items = reallocarray(list->item, list->count + 1, sizeof(*items));

	if (!items)
		return fail(ENOMEM, "option %s: out of memory; free some memory", row->option);
	list->item = items;
	list->item[list->count++] = argument;
	return 0;
}

int option_parse_text(const struct option_row *row, void *field, const char *argument)
{
	const char **text = field;

	if (*text)
		return fail(EINVAL, "option %s: given more than once; give it once", row->option);
	if (!*argument)
		return fail(EINVAL, "option %s: its argument is empty; see %s --help", row->option,
			    error_program());
	*text = argument;
	return 0;
}

int option_parse_word(const struct option_row *row, void *field, const char *argument)
{
	char known[KNOWN_MAX] = "";
	const struct option_word *word;
	size_t size = 0;

	for (word = row->words; word->text; word++) {
		if (!strcmp(word->text, argument)) {
			*(__u32 *)field = word->value;
			return 0;
		}
		if (size < sizeof(known))
			size += snprintf(known + size, sizeof(known) - size, "%s%s",
					 !size          ? ""
					 : word[1].text ? ", "
							: " or ",
					 word->text);
	}
	return fail(EINVAL, "option %s: '%s' is none of its values; use %s", row->option, argument,
		    known);
}

int option_parse_size(const struct option_row *row, void *field, const char *argument)
{
	__u64 *bytes = field;

	if (size_parse(argument, bytes) && *bytes)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a size; give bytes, or as in 64M or 10G",
		    row->option, argument);
}

int option_parse_duration(const struct option_row *row, void *field, const char *argument)
{
	if (duration_parse(argument, field))
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a time; give seconds, or as in 500ms, 10m or 24h",
		    row->option, argument);
}

int option_parse_timeout(const struct option_row *row, void *field, const char *argument)
{
	__u64 *ms = field;

	if (duration_parse(argument, ms) && *ms && *ms <= TIMEOUT_MAX_MS)
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a time to wait for a response; give 1ms to 24h, as in "
		    "500ms or 30s",
		    row->option, argument);
}

int option_parse_moment(const struct option_row *row, void *field, const char *argument)
{
	if (moment_parse(argument, clock_utc(), field))
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a moment; give a time of today in UTC, as in 14:05, a "
		    "date, as in 2026-11-29 or 2026-11-29T14:05:00Z, or an age, as in 10m",
		    row->option, argument);
}

int option_parse_where(const struct option_row *row, void *field, const char *argument)
{
	struct where **where = field;
	struct where_error error;
	int err;

	if (!*where)
		*where = where_new();
	err = *where ? where_add(*where, argument, &error) : -ENOMEM;
	if (err == -EINVAL)
		return fail(EINVAL, "option %s: '%.*s%s', column %zu: %s", row->option, SHOWN,
			    argument, strlen(argument) > SHOWN ? "..." : "", error.column,
			    error.text);
	return err ? fail(-err, "option %s: out of memory; free some memory", row->option) : 0;
}
