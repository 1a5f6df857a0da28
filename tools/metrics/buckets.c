/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "buckets.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

#define SECONDS_MAX 86400ULL
#define NS_PER_S    1000000000ULL
#define SHOWN       80 /* bytes of an argument in a message */

/* "0.25", more than 0, with nine digits behind the point at most. Returns its end, NULL: it is no
 * such number. */
static const char *take_seconds(const char *at, __u64 *ns)
{
	__u64 unit = NS_PER_S / 10, seconds = 0;

	if (!isdigit((unsigned char)*at))
		return NULL;
	for (; isdigit((unsigned char)*at) && seconds <= SECONDS_MAX; at++)
		seconds = 10 * seconds + *at - '0';
	*ns = seconds * NS_PER_S;
	if (*at == '.') {
		if (!isdigit((unsigned char)*++at))
			return NULL;
		for (; isdigit((unsigned char)*at) && unit; at++, unit /= 10)
			*ns += (*at - '0') * unit;
	}
	return seconds <= SECONDS_MAX && *ns ? at : NULL;
}

static int refuse(const struct option_row *row, const char *argument, const char *why)
{
	return fail(EINVAL, "option %s: '%.*s': %s; give seconds, as in 0.01,0.1,1", row->option,
		    SHOWN, argument, why);
}

int buckets_parse(const struct option_row *row, void *field, const char *argument)
{
	struct buckets *buckets = field;
	const char *at = argument;
	__u64 ns;

	buckets->count = 0;
	do {
		at = take_seconds(at, &ns);
		if (!at || (*at && *at != ','))
			return refuse(row, argument, "not all of it are numbers of seconds");
		if (buckets->count == BUCKETS_MAX)
			return refuse(row, argument, "there are more than 64 bounds");
		if (buckets->count && ns <= buckets->bound[buckets->count - 1])
			return refuse(row, argument, "bounds have to ascend");
		buckets->bound[buckets->count++] = ns;
	} while (*at++);
	return 0;
}
