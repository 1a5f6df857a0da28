/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "where/where_lex.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SHOWN 40

static const struct {
	const char *text;
	enum where_token token;
} symbols[] = {
	{ "&&", WHERE_BOTH },   { "||", WHERE_EITHER }, { "==", WHERE_EQ },  { "!=", WHERE_NE },
	{ "!~", WHERE_UNLIKE }, { "<=", WHERE_LE },     { ">=", WHERE_GE },  { "(", WHERE_OPEN },
	{ ")", WHERE_CLOSE },   { "!", WHERE_BANG },    { "~", WHERE_LIKE }, { "<", WHERE_LT },
	{ ">", WHERE_GT },      { ",", WHERE_COMMA },
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Of names of fields, with what is in brackets. */
static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-_.[]", c));
}

static void skip_space(struct where_lexer *lexer)
{
	while (is_space(lexer->text[lexer->at]))
		lexer->at++;
	lexer->column = lexer->at;
	lexer->size = 0;
	lexer->quoted = false;
}

static bool take_symbol(struct where_lexer *lexer)
{
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		size_t size = strlen(symbols[i].text);

		if (strncmp(lexer->text + lexer->at, symbols[i].text, size))
			continue;
		lexer->at += size;
		lexer->token = symbols[i].token;
		return true;
	}
	return false;
}

void where_lex(struct where_lexer *lexer)
{
	skip_space(lexer);
	if (!lexer->text[lexer->at]) {
		lexer->token = WHERE_END;
		return;
	}
	if (take_symbol(lexer))
		return;
	lexer->token = is_of_name(lexer->text[lexer->at]) ? WHERE_WORD : WHERE_OTHER;
	while (is_of_name(lexer->text[lexer->at]) && lexer->size < sizeof(lexer->word) - 1)
		lexer->word[lexer->size++] = lexer->text[lexer->at++];
	lexer->word[lexer->size] = '\0';
	lexer->at += lexer->token == WHERE_OTHER;
}

static int add_byte(struct where_lexer *lexer, char c)
{
	if (lexer->size == sizeof(lexer->word) - 1)
		return where_wrong(lexer, "this value is too long; give at most %zu bytes",
				   sizeof(lexer->word) - 1);
	lexer->word[lexer->size++] = c;
	lexer->word[lexer->size] = '\0';
	return 0;
}

/* From a quote to its like; a backslash takes the next byte as it is. */
static int take_quoted(struct where_lexer *lexer)
{
	char quote = lexer->text[lexer->at++], c;
	int err = 0;

	lexer->quoted = true;
	while (!err && (c = lexer->text[lexer->at]) != quote) {
		if (c == '\\' && lexer->text[lexer->at + 1])
			c = lexer->text[++lexer->at];
		if (!c)
			return where_wrong(lexer, "the quote is not closed; write %c%c", quote,
					   quote);
		lexer->at++;
		err = add_byte(lexer, c);
	}
	lexer->at++;
	return err;
}

static bool ends_value(const char *at)
{
	return !*at || is_space(*at) || strchr("(),", *at) || !strncmp(at, "&&", 2) ||
	       !strncmp(at, "||", 2);
}

int where_lex_value(struct where_lexer *lexer)
{
	int err = 0;

	skip_space(lexer);
	lexer->token = WHERE_WORD;
	lexer->word[0] = '\0';
	if (lexer->text[lexer->at] == '"' || lexer->text[lexer->at] == '\'')
		return take_quoted(lexer);
	while (!err && !ends_value(lexer->text + lexer->at))
		err = add_byte(lexer, lexer->text[lexer->at++]);
	if (!err && !lexer->size)
		err = where_wrong(lexer, "a value is missing; write one, or \"\" for an empty one");
	return err;
}

static int wrong(struct where_lexer *lexer, size_t column, const char *format, va_list arguments)
{
	lexer->error->column = column + 1;
	vsnprintf(lexer->error->text, sizeof(lexer->error->text), format, arguments);
	return -EINVAL;
}

int where_wrong(struct where_lexer *lexer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	wrong(lexer, lexer->column, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int where_wrong_at(struct where_lexer *lexer, size_t column, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	wrong(lexer, column, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

const char *where_lex_text(const struct where_lexer *lexer, char text[48])
{
	int size = lexer->at - lexer->column;

	if (lexer->token == WHERE_END)
		return "the end";
	snprintf(text, 48, "'%.*s'", size < TEXT_SHOWN ? size : TEXT_SHOWN,
		 lexer->text + lexer->column);
	return text;
}
