/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "say_why.h"

#include <stdio.h>

#define NS_PER_MS 1000000ULL
#define MILLION   1000000.0

/* "1m30s", "250ms". */
static void add_duration(struct buffer *to, __u64 ns)
{
	static const struct {
		__u64 ms;
		const char *unit;
	} units[] = {
		{ 86400000, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" }, { 1, "ms" }
	};
	__u64 ms = (ns + NS_PER_MS / 2) / NS_PER_MS;

	if (!ms)
		buffer_text(to, "0s");
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (ms / units[i].ms)
			buffer_format(to, "%llu%s", ms / units[i].ms, units[i].unit);
		ms %= units[i].ms;
	}
}

/* "2.5%". */
static void add_share(struct buffer *to, double share)
{
	buffer_format(to, "%.4g%%", 100 * share);
}

static double share_of(const struct finding *finding)
{
	return finding->calls ? (double)finding->count / finding->calls : 0;
}

static void add_latency(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	if (!finding->latency)
		buffer_text(to, "at most ");
	add_duration(to, finding->latency ? finding->latency : rule->above);
}

static void add_value(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	if (rule->kind == RULE_STATUS || rule->share)
		add_share(to, share_of(finding));
	else if (rule->kind == RULE_LATENCY)
		add_latency(to, rule, finding);
	else if (rule->kind == RULE_SILENCE || rule->kind == RULE_NEW_VALUE)
		buffer_format(to, "%llu", finding->calls);
	else
		buffer_format(to, "%llu", finding->count);
}

char *say_value(const struct rule *rule, const struct finding *finding)
{
	struct buffer text = { 0 };

	add_value(&text, rule, finding);
	return buffer_take(&text);
}

/* "client 10.0.0.1, host a.example: ". */
static void add_key(struct buffer *to, const struct rule *rule, const struct alarm *alarm)
{
	const struct usage_key key = say_key(rule);
	char text[USAGE_TEXT_MAX];

	for (__u32 i = 0; i < key.count; i++) {
		buffer_format(to, "%s%s", i ? ", " : "", rule->by[i].label);
		if (usage_key_text(&key, alarm->key, i, text, sizeof(text)) < 0)
			buffer_text(to, " absent");
		else
			buffer_format(to, " %s", text);
	}
	if (key.count)
		buffer_text(to, ": ");
}

static void add_times(struct buffer *to, __u64 count)
{
	buffer_format(to, "%llu %s", count, count == 1 ? "call" : "calls");
}

static void add_window(struct buffer *to, const struct rule *rule)
{
	buffer_text(to, " in ");
	add_duration(to, rule->window);
}

static void add_limit(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	add_window(to, rule);
	buffer_format(to, "; the limit is %llu", rule->limit);
	if (rule->burst)
		buffer_format(to, " and a burst of %llu", rule->burst);
	if (finding->missed)
		buffer_format(to, "; up to %llu more were not told apart", finding->missed);
}

static void say_count(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	static const char *const what[RULE_KIND_MAX] = {
		[RULE_TOO_OFTEN] = "",
		[RULE_MISSING] = " without ",
		[RULE_PRESENT] = " with ",
		[RULE_MATCHING] = " that match",
		[RULE_UNDOCUMENTED] = " that no document has",
	};

	add_times(to, finding->count);
	buffer_format(to, "%s%s", what[rule->kind], rule->field);
	if (rule->kind == RULE_MATCHING && finding->count == 1)
		buffer_text(to, "es");
	add_limit(to, rule, finding);
}

static void say_share(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	add_share(to, share_of(finding));
	buffer_text(to, " of ");
	add_times(to, finding->calls);
	add_window(to, rule);
	if (rule->kind == RULE_STATUS)
		buffer_format(to, " ended with %s", rule->status);
	buffer_text(to, "; the limit is ");
	add_share(to, rule->share / MILLION);
}

static void say_latency(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	add_share(to, share_of(finding));
	buffer_text(to, " of ");
	add_times(to, finding->calls);
	add_window(to, rule);
	buffer_text(to, " took longer than ");
	add_duration(to, rule->above);
	buffer_format(to, "; quantile %g is ", rule->quantile / MILLION);
	add_latency(to, rule, finding);
}

static void say_rest(struct buffer *to, const struct rule *rule, const struct finding *finding)
{
	if (rule->kind == RULE_SILENCE) {
		add_times(to, finding->calls);
		add_window(to, rule);
		buffer_format(to, ", where there were up to %llu", finding->count);
	} else if (rule->kind == RULE_LOSSES) {
		buffer_format(to, "%llu records lost", finding->count);
		add_limit(to, rule, finding);
	} else {
		buffer_text(to, "not seen before");
		add_window(to, rule);
	}
}

char *say_why(const struct rule *rule, const struct alarm *alarm, const struct finding *finding)
{
	struct buffer raw = { 0 };

	add_key(&raw, rule, alarm);
	if (rule->kind == RULE_STATUS || rule->share)
		say_share(&raw, rule, finding);
	else if (rule->kind == RULE_LATENCY)
		say_latency(&raw, rule, finding);
	else if (rule->kind <= RULE_UNDOCUMENTED)
		say_count(&raw, rule, finding);
	else
		say_rest(&raw, rule, finding);
	if (alarm->lost)
		buffer_format(&raw, "; %llu records of that time are lost", alarm->lost);
	return buffer_take(&raw);
}
