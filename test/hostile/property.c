/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "property.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "property_parts.h"

static char reason[1024];

static const char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *because(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	return reason;
}

const char *property_about(const struct seen *seen, const char *why)
{
	return because("flow %u, %s byte %u, %s: %s", seen->instance,
		       seen->direction == FROM_CLIENT ? "client" : "server", seen->offset,
		       seen->rec.kind == HDRTAP_KIND_REQUEST ? "request" : "response", why);
}

/* --- always --- */

#define X_SUM(symbol, ...) +count[HDRTAP_COUNTER_##symbol]

static const char *check_accounts(const struct run *run)
{
	const __u64 *count = run->counters.count;
	__u64 packets = HDRTAP_PACKET_COUNTERS(X_SUM), heads = count[HDRTAP_COUNTER_HEADS];
	__u64 fates = (HDRTAP_HEAD_COUNTERS(X_SUM)) - heads;

	if (packets != run->packets)
		return because("%llu packets have %llu outcomes", run->packets, packets);
	if (heads != fates)
		return because("%llu heads were begun, %llu became something", heads, fates);
	if (count[HDRTAP_COUNTER_EMITTED] != run->seen.count ||
	    count[HDRTAP_COUNTER_REQUESTS] + count[HDRTAP_COUNTER_RESPONSES] != run->seen.count)
		return because("%llu heads emitted, %zu records", count[HDRTAP_COUNTER_EMITTED],
			       run->seen.count);
	return NULL;
}

int property_same_head(const struct seen *a, const struct seen *b)
{
	return a->instance == b->instance && a->direction == b->direction && a->offset == b->offset;
}

static const char *check_once(const struct run *run)
{
	const struct seen *list = run->seen.list;

	for (size_t i = 0; i < run->seen.count; i++) {
		if (list[i].instance >= run->script->instances)
			return "a record of no connection there is";
		for (size_t j = i + 1; j < run->seen.count; j++)
			if (property_same_head(&list[i], &list[j]))
				return property_about(&list[i], "has two records");
	}
	return NULL;
}

const char *property_check(enum property property, const struct run *run)
{
	const char *why = check_accounts(run);

	if (!why)
		why = check_once(run);
	if (why)
		return why;
	if (property == PROPERTY_EQUAL || property == PROPERTY_EQUAL_BUT_SYN)
		return property_equal(property, run);
	why = property_flagged(run);
	if (!why && property == PROPERTY_FOUND_AGAIN)
		why = property_found_again(run);
	return why;
}

static void take_truth(struct flow *flow, const struct run *run)
{
	flow->truth.count = 0;
	for (size_t i = 0; i < run->seen.count; i++)
		*VECTOR_ADD(&flow->truth) = run->seen.list[i];
}

const char *property_truth(struct flow *flow, struct run *run)
{
	const struct flow *flows[] = { flow };
	struct rng rng = { 0 };
	const char *why;

	do {
		struct script script;

		script_begin(&script, flows, 1, &rng);
		script_whole(&script, 0, script_largest, NULL);
		run_script(run, &script);
		take_truth(flow, run);
		why = property_check(PROPERTY_EQUAL, run);
		script_free(&script);
		flow->segment /= 2;
	} while (run->counters.count[HDRTAP_COUNTER_OVER_BUDGET]);
	flow->segment *= 2;
	return why;
}
