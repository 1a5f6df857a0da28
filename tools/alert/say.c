/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "say_why.h"
#include "template.h"

#define LABELS_MAX (2 * RULE_PAIRS_MAX + RULE_BY_MAX + 1)
#define LINE_MAX   3000 /* bytes of an alarm in one line */
#define TEXT_MAX   4096 /* bytes of one annotation, when labels were filled in; cut */
#define TEXTS_MAX \
	16384 /* bytes of annotations; what is longer is left out, but for why and lost \
	       */

/* A label; one with the same name that comes later takes its place. */
struct label {
	const char *name, *value;
	size_t size; /* of the value */
};

struct labels {
	struct label list[LABELS_MAX];
	size_t count;
	char text[RULE_BY_MAX][USAGE_TEXT_MAX]; /* values made of the key */
};

struct usage_key say_key(const struct rule *rule)
{
	static const enum usage_field fields[] = {
		[RULE_BY_CLIENT] = USAGE_FIELD_CLIENT,   [RULE_BY_SERVER] = USAGE_FIELD_SERVER,
		[RULE_BY_HOST] = USAGE_FIELD_HOST,       [RULE_BY_API] = USAGE_FIELD_API,
		[RULE_BY_METHOD] = USAGE_FIELD_METHOD,   [RULE_BY_STATUS] = USAGE_FIELD_STATUS,
		[RULE_BY_REQUEST] = USAGE_FIELD_REQUEST, [RULE_BY_RESPONSE] = USAGE_FIELD_RESPONSE,
	};
	struct usage_key key = { .count = rule->by_count };

	for (size_t i = 0; i < rule->by_count; i++) {
		key.part[i].field = fields[rule->by[i].what];
		strcpy(key.part[i].name, rule->by[i].name);
	}
	return key;
}

/* --- labels --- */

/* Alertmanager refuses empty labels. */
static void add_label(struct labels *labels, const char *name, const char *value, size_t size)
{
	size_t i = 0;

	while (i < labels->count && strcmp(labels->list[i].name, name))
		i++;
	if (!size)
		return;
	labels->list[i] = (struct label){ name, value, size };
	labels->count += i == labels->count;
}

static void add_pairs(struct labels *labels, const struct rule_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++)
		add_label(labels, pairs->pair[i].name, pairs->pair[i].value,
			  strlen(pairs->pair[i].value));
}

static void add_key(struct labels *labels, const struct rule *rule, const struct alarm *alarm)
{
	const struct usage_key key = say_key(rule);

	for (__u32 i = 0; i < key.count; i++) {
		int size = usage_key_text(&key, alarm->key, i, labels->text[i],
					  sizeof(labels->text[i]));

		if (size > 0)
			add_label(labels, rule->by[i].label, labels->text[i], size);
	}
}

static void find_labels(struct labels *labels, const struct told *told,
			const struct rule_pairs *common)
{
	labels->count = 0;
	add_pairs(labels, common);
	add_pairs(labels, &told->rule->labels);
	add_key(labels, told->rule, told->alarm);
	add_label(labels, "alertname", told->rule->name, strlen(told->rule->name));
}

static char *labels_json(const struct labels *labels)
{
	struct buffer json = { 0 };

	for (size_t i = 0; i < labels->count; i++) {
		const struct label *label = &labels->list[i];

		buffer_format(&json, "%s\"%s\":", i ? "," : "{", label->name);
		buffer_json(&json, label->value, label->size);
	}
	buffer_text(&json, "}");
	return buffer_take(&json);
}

/* --- annotations --- */

static void add_label_value(struct buffer *text, const struct labels *labels, const char *name,
			    size_t size)
{
	for (size_t i = 0; i < labels->count; i++)
		if (strlen(labels->list[i].name) == size &&
		    !memcmp(labels->list[i].name, name, size))
			buffer_add(text, labels->list[i].value, labels->list[i].size);
}

static void fill_in(struct buffer *text, const char *template, const struct told *told,
		    const struct labels *labels)
{
	struct template_part part;

	while (template_next(&template, &part)) {
		if (part.kind == TEMPLATE_TEXT)
			buffer_add(text, part.text, part.size);
		else if (part.kind == TEMPLATE_VALUE)
			buffer_text(text, told->value);
		else if (part.kind == TEMPLATE_LABEL)
			add_label_value(text, labels, part.text, part.size);
	}
}

static void add_annotation(struct buffer *json, const char *name, const char *value, size_t size)
{
	buffer_format(json, "%s\"%s\":", json->size ? "," : "{", name);
	buffer_json(json, value, size);
}

static bool has_annotation(const struct rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->annotations.count; i++)
		if (!strcmp(rule->annotations.pair[i].name, name))
			return true;
	return false;
}

static char *annotations_json(const struct told *told, const struct labels *labels)
{
	const struct rule_pairs *pairs = &told->rule->annotations;
	struct buffer json = { 0 };

	for (size_t i = 0; i < pairs->count && json.size < TEXTS_MAX; i++) {
		struct buffer text = { 0 };

		fill_in(&text, pairs->pair[i].value, told, labels);
		text.size = text.size > TEXT_MAX ? TEXT_MAX : text.size;
		add_annotation(&json, pairs->pair[i].name, text.bytes ? text.bytes : "", text.size);
		json.failed |= text.failed;
		buffer_free(&text);
	}
	if (!has_annotation(told->rule, "why"))
		add_annotation(&json, "why", told->why, strlen(told->why));
	if (told->alarm->lost && !has_annotation(told->rule, "lost")) {
		char count[24];

		add_annotation(&json, "lost", count,
			       snprintf(count, sizeof(count), "%llu", told->alarm->lost));
	}
	buffer_text(&json, "}");
	return buffer_take(&json);
}

int say(struct told *told, const struct rule_pairs *common, const struct finding *finding)
{
	struct labels *labels = malloc(sizeof(*labels));

	told->value = say_value(told->rule, finding);
	told->why = say_why(told->rule, told->alarm, finding);
	if (labels && told->value && told->why) {
		find_labels(labels, told, common);
		told->labels = labels_json(labels);
		told->annotations = annotations_json(told, labels);
	}
	free(labels);
	return told->labels && told->annotations ? 0 : -ENOMEM;
}

void say_free(struct told *told)
{
	free(told->value);
	free(told->why);
	free(told->labels);
	free(told->annotations);
	told->value = told->why = told->labels = told->annotations = NULL;
}

/* --- as it is sent --- */

static char *make_line(const struct told *told)
{
	const char *state = told->ends ? "resolved" : told->again ? "still firing" : "firing";
	struct buffer line = { 0 };
	char safe[LINE_MAX], *text;

	buffer_format(&line, "%s: %s: %s ", told->rule->name, state, told->why);
	buffer_text(&line, told->labels);
	text = buffer_take(&line);
	if (!text)
		return NULL;
	printable(safe, sizeof(safe), text);
	free(text);
	return strdup(safe);
}

int say_notice(struct told *told, struct notice *notice)
{
	*notice = (struct notice){
		.alarm = told->alarm->id,
		.episode = notice_episode(told->alarm->id, told->alarm->fired),
		.receivers = told->rule->receivers,
		.starts = told->alarm->fired,
		.ends = told->ends ? told->now : 0,
		.line = make_line(told),
		.labels = told->labels,
		.annotations = told->annotations,
	};
	told->labels = told->annotations = NULL;
	return notice->line ? 0 : -ENOMEM;
}

void say_json(struct buffer *buffer, const struct told *told)
{
	buffer_text(buffer, "{\"time\":");
	buffer_json_time(buffer, told->now);
	buffer_format(buffer, ",\"status\":\"%s\",\"alert\":", told->ends ? "resolved" : "firing");
	buffer_json(buffer, told->rule->name, strlen(told->rule->name));
	buffer_text(buffer, ",\"starts_at\":");
	buffer_json_time(buffer, told->alarm->fired);
	if (told->again)
		buffer_text(buffer, ",\"again\":true");
	buffer_text(buffer, ",\"value\":");
	buffer_json(buffer, told->value, strlen(told->value));
	buffer_text(buffer, ",\"why\":");
	buffer_json(buffer, told->why, strlen(told->why));
	if (told->alarm->lost)
		buffer_format(buffer, ",\"lost\":%llu", told->alarm->lost);
	buffer_format(buffer, ",\"labels\":%s,\"annotations\":%s}\n", told->labels,
		      told->annotations);
}
