/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads what test/llhttp_cases.py makes of the corpus: lines of a keyword and its words. Anything
 * unexpected is a failed assertion of the test that asked.
 */
#include "llhttp_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct llhttp_bytes from_hex(const char *text)
{
	struct llhttp_bytes bytes = { NULL, 0 };
	unsigned int byte;

	bytes.length = *text == '-' ? 0 : strlen(text) / 2;
	bytes.data = malloc(bytes.length + 1);
	cr_assert_not_null(bytes.data);
	for (size_t i = 0; i < bytes.length; i++) {
		cr_assert_eq(sscanf(text + 2 * i, "%2x", &byte), 1);
		bytes.data[i] = byte;
	}
	return bytes;
}

static void read_case(struct llhttp_cases *cases, char *name)
{
	size_t size = (cases->count + 1) * sizeof(*cases->list);

	cases->list = realloc(cases->list, size);
	cr_assert_not_null(cases->list);
	memset(&cases->list[cases->count], 0, sizeof(*cases->list));
	cases->list[cases->count++].name = strdup(name);
}

static struct llhttp_message *read_message(struct llhttp_case *c, const char *words)
{
	struct llhttp_message *m = &c->message[c->message_count++];

	cr_assert_leq(c->message_count, LLHTTP_MESSAGES_MAX);
	cr_assert_eq(sscanf(words, "%zu", &m->begin), 1);
	return m;
}

static void read_field(struct llhttp_message *m, char *words)
{
	struct llhttp_field *field = &m->field[m->field_count++];

	cr_assert_leq(m->field_count, LLHTTP_FIELDS_MAX);
	field->name = from_hex(strsep(&words, " "));
	field->value = from_hex(words);
}

static void read_of_message(struct llhttp_message *m, const char *keyword, char *words)
{
	if (!strcmp(keyword, "method"))
		m->method = from_hex(words);
	else if (!strcmp(keyword, "target"))
		m->target = from_hex(words);
	else if (!strcmp(keyword, "version"))
		cr_assert_eq(sscanf(words, "%d %d", &m->major, &m->minor), 2);
	else if (!strcmp(keyword, "status"))
		cr_assert_eq(sscanf(words, "%d", &m->status), 1);
	else if (!strcmp(keyword, "field"))
		read_field(m, words);
	else if (!strcmp(keyword, "head"))
		cr_assert_eq(sscanf(words, "%zu %u %llu", &m->end, &m->flags, &m->content_length),
			     3);
	else if (!strcmp(keyword, "error"))
		m->error = strdup(words);
	else
		cr_assert_fail("keyword %s", keyword);
}

static void read_line(struct llhttp_cases *cases, char *line)
{
	struct llhttp_case *c = cases->count ? &cases->list[cases->count - 1] : NULL;
	char *words = line, *keyword = strsep(&words, " ");

	if (!strcmp(keyword, "case")) {
		read_case(cases, words);
		return;
	}
	cr_assert_not_null(c);
	if (!strcmp(keyword, "input"))
		c->input = from_hex(words);
	else if (!strcmp(keyword, "lenient"))
		c->lenient = true;
	else if (!strcmp(keyword, "message"))
		read_message(c, words);
	else
		read_of_message(&c->message[c->message_count - 1], keyword, words);
}

struct llhttp_cases llhttp_cases_read(void)
{
	const char *corpus = getenv("HDRTAP_CORPUS");
	struct llhttp_cases cases = { 0, NULL };
	char command[4096], *line = NULL;
	size_t size = 0;
	FILE *lines;

	corpus = corpus ? corpus : HDRTAP_SOURCE "/../shared/corpus";
	snprintf(command, sizeof(command), "%s/llhttp", corpus);
	if (access(command, R_OK))
		cr_skip_test("no corpus at %s", corpus);
	snprintf(command, sizeof(command),
		 "exec /usr/bin/python3 '%s/test/llhttp_cases.py' '%s/llhttp'", HDRTAP_SOURCE,
		 corpus);
	lines = popen(command, "r");
	cr_assert_not_null(lines);
	while (getline(&line, &size, lines) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		read_line(&cases, line);
	}
	free(line);
	cr_assert_eq(pclose(lines), 0, "test/llhttp_cases.py failed");
	cr_assert_gt(cases.count, 200, "only %zu cases", cases.count);
	return cases;
}

static void message_free(struct llhttp_message *m)
{
	free(m->error);
	free(m->method.data);
	free(m->target.data);
	for (size_t i = 0; i < m->field_count; i++) {
		free(m->field[i].name.data);
		free(m->field[i].value.data);
	}
}

void llhttp_cases_free(struct llhttp_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		struct llhttp_case *c = &cases->list[i];

		free(c->name);
		free(c->input.data);
		for (size_t j = 0; j < c->message_count; j++)
			message_free(&c->message[j]);
	}
	free(cases->list);
}
