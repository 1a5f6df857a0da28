/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The words tell, without a grammar: no name of a host or port can be one of them, as libpcap would
 * take it for the keyword, too. `src or dst` (and `and`, in either order) stands for both ends of a
 * connection at once or for either, so it is the same in both directions.
 */
#include "filter/warn.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "filter/compile.h"

struct word {
	const char *text;
	size_t length;
};

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '\\';
}

/* The next word or sign from `*at` on, which moves behind it; its length is 0 at the end. */
static struct word next(const char **at)
{
	struct word word;

	while (isspace((unsigned char)**at))
		++*at;
	word.text = *at;
	while (is_of_word(**at))
		++*at;
	if (*at == word.text && **at)
		++*at;
	word.length = *at - word.text;
	return word;
}

static bool is(struct word word, const char *text)
{
	return word.length == strlen(text) && !strncmp(word.text, text, word.length);
}

static bool is_either(struct word word, const char *one, const char *other)
{
	return is(word, one) || is(word, other);
}

/* Whether it goes on with the other end; then `*at` moves behind that. */
static bool both_ends(struct word end, const char **at)
{
	const char *behind = *at;
	struct word join = next(&behind), other = next(&behind);

	if (!is_either(join, "or", "and") && !is_either(join, "|", "&"))
		return false;
	if (join.length == 1) { /* || and && are two signs */
		if (!is(other, *join.text == '|' ? "|" : "&"))
			return false;
		other = next(&behind);
	}
	if (!is(other, is(end, "src") ? "dst" : "src"))
		return false;
	*at = behind;
	return true;
}

const char *filter_part(const char *expression, size_t *length, int *direction)
{
	struct word word;

	for (word = next(&expression); word.length; word = next(&expression)) {
		bool end = is_either(word, "src", "dst");

		*length = word.length;
		*direction = end || is_either(word, "inbound", "outbound");
		if (end ? !both_ends(word, &expression) : *direction)
			return word.text;
		if (is_either(word, "len", "length") || is_either(word, "less", "greater") ||
		    is(word, "["))
			return word.text;
	}
	return NULL;
}

void filter_warn(const char *expression)
{
	size_t length;
	int direction;
	const char *word = filter_part(expression, &length, &direction);

	if (!word)
		return;
	if (direction)
		warn_line(FILTER_QUOTE ": '%.*s' can exclude one direction of a connection; then "
				       "requests and responses cannot be paired",
			  FILTER_QUOTED(expression), (int)length, word);
	else
		warn_line(FILTER_QUOTE ": %s can exclude some packets of a connection; then heads "
				       "are incomplete or missing",
			  FILTER_QUOTED(expression),
			  *word == '[' ? "a test of bytes" : "a test of the length");
}
