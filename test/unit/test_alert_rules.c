/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* tools/alert/rule.h: files of rules, what is accepted and what it means, what is refused and
 * where. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "alert/rule.h"
#include "alert/template.h"
#include "said.h"

#define S RULE_S

static char path[] = "/tmp/hdrtap-rules-XXXXXX";

static int read_text(struct rules *rules, const char *text)
{
	int fd, err;
	FILE *file;

	strcpy(path, "/tmp/hdrtap-rules-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	file = fdopen(fd, "w");
	fputs(text, file);
	fclose(file);
	err = rules_read(rules, path);
	unlink(path);
	return err;
}

Test(alert_rules, whole)
{
	struct rules rules;
	const struct rule *rule;

	cr_assert_eq(
		read_text(&rules,
			  "receivers:\n"
			  "- {name: a, alertmanager: ['http://h:1', 'http://i:1'], resend: 5s}\n"
			  "- {name: b, command: [/bin/x, y], timeout: 2s}\n"
			  "labels: {sensor: s}\n"
			  "rules:\n"
			  "- alert: A\n"
			  "  by: [client, 'request[X-Tenant]']\n"
			  "  when: too_often\n"
			  "  limit: 5\n"
			  "  burst: 2\n"
			  "  window: 30s\n"
			  "  every: 10s\n"
			  "  for: 1m\n"
			  "  continuity: 1h\n"
			  "  hour_max: 7\n"
			  "  severity: page\n"
			  "  where: path ~ /a*\n"
			  "  receivers: b\n"
			  "  labels: {team: t}\n"
			  "  annotations: {s: '{{ $labels.request_x_tenant }} {{ $value }}'}\n"),
		0);
	cr_assert_eq(rules.count, 1);
	rule = &rules.rule[0];
	cr_expect_str_eq(rule->name, "A");
	cr_expect_eq(rule->kind, RULE_TOO_OFTEN);
	cr_expect_eq(rule->by_count, 2);
	cr_expect_str_eq(rule->by[1].name, "x-tenant");
	cr_expect_str_eq(rule->by[1].label, "request_x_tenant");
	cr_expect(rule->limit == 5 && rule->burst == 2 && rule->hour_max == 7);
	cr_expect(rule->window == 30 * S && rule->every == 10 * S && rule->pending == 60 * S);
	cr_expect_eq(rule->repeat, 3600 * S);
	cr_expect_str_eq(where_text(rule->where), "path ~ /a*");
	cr_expect_eq(rule->receivers, 1 << 2, "both of a come first");
	cr_expect_eq(rules.receivers.count, 3);
	cr_expect_str_eq(rules.receivers.list[1].url, "http://i:1");
	cr_expect_eq(rules.receivers.list[1].resend_ms, 5000);
	cr_expect_eq(rules.receivers.list[2].timeout_ms, 2000);
	cr_expect_eq(rules_longest(&rules), 30 * S);
	rules_free(&rules);
}

static struct rule first_of(const char *text)
{
	struct rules rules;
	struct rule rule;

	cr_assert_eq(read_text(&rules, text), 0, "%s", text);
	rule = rules.rule[0];
	rules_free(&rules);
	return rule; /* its numbers */
}

/* `every` alone is the window, as API gateways have it; the window alone is 60 slices or seconds.
 */
Test(alert_rules, windows)
{
	struct rule rule = first_of("rules: [{alert: a, when: silence, every: 10m}]");

	cr_expect(rule.window == 600 * S && rule.every == 600 * S);
	rule = first_of("rules: [{alert: a, when: silence, window: 10m}]");
	cr_expect(rule.window == 600 * S && rule.every == 10 * S);
	rule = first_of("rules: [{alert: a, when: silence, window: 7s}]");
	cr_expect(rule.window == 7 * S && rule.every == S);
	rule = first_of("rules: [{alert: a, when: silence, window: 61m}]");
	cr_expect(rule.window == 3660 * S && rule.every == 61 * S);
	rule = first_of("rules: [{alert: a, when: silence, window: 500ms}]");
	cr_expect_eq(rule.every, S / 2);
	rule = first_of("rules: [{alert: a, when: silence}]");
	cr_expect(rule.window == 300 * S && rule.every == 5 * S && rule.repeat == 4 * 3600 * S);
	rule = first_of("rules: [{alert: a, when: silence, continuity: 0s}]");
	cr_expect_eq(rule.repeat, 0);
}

Test(alert_rules, numbers)
{
	cr_expect_eq(first_of("rules: [{alert: a, when: status, status: 5xx, share: 2.5%}]").share,
		     25000);
	cr_expect_eq(first_of("rules: [{alert: a, when: status, status: 5xx, share: 0.05}]").share,
		     50000);
	cr_expect_eq(first_of("rules: [{alert: a, when: status, status: 404, share: 1}]").share,
		     1000000);
	cr_expect_eq(
		first_of("rules: [{alert: a, when: latency, above: 1s, quantile: 0.999}]").quantile,
		999000);
	cr_expect_eq(first_of("rules: [{alert: a, when: too_often, share: 0.005%}]").share, 50);
}

/* The same rule with another receiver, label or name counts the same; with another limit it does
 * not. */
Test(alert_rules, definition)
{
	const char *plain = "rules: [{alert: a, when: too_often, limit: 5, by: client}]";

	cr_expect_eq(first_of(plain).definition,
		     first_of("rules: [{alert: b, when: too_often, limit: 5, by: client, severity: "
			      "x, hour_max: 3}]")
			     .definition);
	cr_expect_neq(
		first_of(plain).definition,
		first_of("rules: [{alert: a, when: too_often, limit: 6, by: client}]").definition);
	cr_expect_neq(
		first_of(plain).definition,
		first_of("rules: [{alert: a, when: too_often, limit: 5, by: host}]").definition);
}

/* X(line:column, part of the message, file). */
#define WRONG(X)                                                                                   \
	X("1:1", "no rules", "")                                                                   \
	X("1:1", "no rules", "labels: {a: b}")                                                     \
	X("1:1", "must be a mapping", "[]")                                                        \
	X("1:1", "'rulez' is no key", "rulez: []")                                                 \
	X("2:1", "", "rules: [")                                                                   \
	X("1:8", "at least one rule", "rules: []")                                                 \
	X("1:9", "must be a mapping", "rules: [a]")                                                \
	X("1:8", "must be a mapping", "rules: &a [*a]")                                            \
	X("1:9", "needs 'when'", "rules: [{alert: a}]")                                            \
	X("1:26", "use one of too_often, missing", "rules: [{alert: a, when: foo}]")               \
	X("1:9", "needs 'alert'", "rules: [{when: silence}]")                                      \
	X("1:9", "needs 'limit'", "rules: [{alert: a, when: too_often}]")                          \
	X("1:44", "from 0 to", "rules: [{alert: a, when: too_often, limit: -1}]")                  \
	X("4:3", "it may have alert, when, by, where",                                             \
	  "rules:\n- alert: a\n  when: silence\n  limi: 3\n")                                      \
	X("1:35", "has no key 'limit'", "rules: [{alert: a, when: silence, limit: 3}]")            \
	X("1:45", "repeated", "rules: [{alert: a, when: silence, calls: 3, calls: 4}]")            \
	X("1:51", "a value is missing", "rules: [{alert: a, when: silence, where: 'path == '}]")   \
	X("1:43", "where", "rules: [{alert: a, when: silence, where: 'foo == 1'}]")                \
	X("1:43", "from 100ms to 366d", "rules: [{alert: a, when: silence, window: 1x}]")          \
	X("1:43", "from 100ms to 366d", "rules: [{alert: a, when: silence, window: 0}]")           \
	X("1:9", "multiple of 'every'",                                                            \
	  "rules: [{alert: a, when: losses, window: 7s, every: 2s}]")                              \
	X("1:9", "3600 times", "rules: [{alert: a, when: losses, window: 2h, every: 1s}]")         \
	X("1:9", "0.005%", "rules: [{alert: a, when: too_often, share: 0.001%}]")                  \
	X("1:54", "0.0001% to 100%",                                                               \
	  "rules: [{alert: a, when: status, status: 5xx, share: 101%}]")                           \
	X("1:54", "0.0001% to 100%", "rules: [{alert: a, when: status, status: 5xx, share: x}]")   \
	X("1:42", "like 404", "rules: [{alert: a, when: status, status: foo, share: 1%}]")         \
	X("1:42", "request[NAME]", "rules: [{alert: a, when: missing, field: x-a}]")               \
	X("1:42", "request[NAME]", "rules: [{alert: a, when: missing, field: 'request[a b]'}]")    \
	X("1:39", "client, server, host", "rules: [{alert: a, when: silence, by: foo}]")           \
	X("1:48", "repeated", "rules: [{alert: a, when: silence, by: [client, client]}]")          \
	X("1:44", "cannot be a name", "rules: [{alert: a, when: silence, labels: {a b: c}}]")      \
	X("1:44", "cannot be a name",                                                              \
	  "rules: [{alert: a, when: silence, labels: {alertname: c}}]")                            \
	X("1:52", "$value", "rules: [{alert: a, when: silence, annotations: {a: '{{ x }}'}}]")     \
	X("1:52", "no label 'client'",                                                             \
	  "rules: [{alert: a, when: silence, annotations: {a: '{{ $labels.client }}'}}]")          \
	X("1:47", "no receiver 'r'", "rules: [{alert: a, when: silence, receivers: [r]}]")         \
	X("1:36", "two rules 'a'", "rules: [{alert: a, when: silence}, {alert: a, when: losses}]") \
	X("1:32", "http://", "receivers: [{name: a, webhook: ftp://x}]\nrules: []")                \
	X("1:13", "one of alertmanager", "receivers: [{name: a}]\nrules: []")                      \
	X("1:13", "needs 'name'", "receivers: [{stderr: true}]\nrules: []")                        \
	X("1:32", "there is no shell", "receivers: [{name: a, command: rm -rf}]\nrules: []")       \
	X("1:32", "whole path", "receivers: [{name: a, command: [rm]}]\nrules: []")                \
	X("1:38", "two receivers", "receivers: [{name: a, stderr: true}, {name: a, syslog: true}]")

#define CASE(place, part, text) { place, part, text },
static const struct {
	const char *place, *part, *text;
} wrong[] = { WRONG(CASE) };

Test(alert_rules, wrong)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct rules rules;
		const char *said;
		char place[32];
		int err;

		snprintf(place, sizeof(place), ":%s: ", wrong[i].place);
		said_begin();
		err = read_text(&rules, wrong[i].text);
		said = said_end();
		cr_expect_eq(err, -EINVAL, "%s", wrong[i].text);
		cr_expect(said_line(said, wrong[i].part), "%s: %s", wrong[i].text, said);
		cr_expect(strstr(said, place), "%s: not at %s: %s", wrong[i].text, wrong[i].place,
			  said);
		rules_free(&rules);
	}
}

Test(alert_rules, no_file)
{
	struct rules rules;

	said_begin();
	cr_assert_eq(rules_read(&rules, "/nowhere/rules.yaml"), -ENOENT);
	cr_expect(said_line(said_end(), "/nowhere/rules.yaml"));
	rules_free(&rules);
}

Test(alert_rules, templates)
{
	const char *text = "a {{$labels.x}}{{ $value }} {{ b";
	struct template_part part;

	cr_assert(template_next(&text, &part));
	cr_expect(part.kind == TEMPLATE_TEXT && part.size == 2);
	cr_assert(template_next(&text, &part));
	cr_expect(part.kind == TEMPLATE_LABEL && part.size == 1 && *part.text == 'x');
	cr_assert(template_next(&text, &part));
	cr_expect_eq(part.kind, TEMPLATE_VALUE);
	cr_assert(template_next(&text, &part));
	cr_expect_eq(part.kind, TEMPLATE_TEXT);
	cr_assert(template_next(&text, &part));
	cr_expect_eq(part.kind, TEMPLATE_WRONG);
	cr_expect_not(template_next(&text, &part));
}
