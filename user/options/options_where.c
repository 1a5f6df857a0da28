/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "options/options_where.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/numbers.h"
#include "where/where.h"

#define SHOWN 100 /* bytes of a predicate in a message */

int options_parse_where(const struct option_row *row, void *field, const char *argument)
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

int options_parse_sample(const struct option_row *row, void *field, const char *argument)
{
	__u64 number;

	if (!strncmp(argument, "1/", 2) && number_parse(argument + 2, &number) && number &&
	    number <= UINT32_MAX) {
		*(__u32 *)field = number;
		return 0;
	}
	return fail(EINVAL,
		    "option %s: '%s' is not a share of the connections; give one as in 1/100",
		    row->option, argument);
}
