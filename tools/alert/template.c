/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "template.h"

#include <string.h>

#define LABEL "$labels."

/* What is between the braces, without white space around it. */
static struct template_part read_inner(const char *from, const char *to)
{
	struct template_part part = { .kind = TEMPLATE_WRONG };

	while (from < to && *from == ' ')
		from++;
	while (from < to && to[-1] == ' ')
		to--;
	part.text = from;
	part.size = to - from;
	if (part.size == strlen("$value") && !memcmp(from, "$value", part.size))
		part.kind = TEMPLATE_VALUE;
	if (part.size > strlen(LABEL) && !memcmp(from, LABEL, strlen(LABEL))) {
		part.kind = TEMPLATE_LABEL;
		part.text += strlen(LABEL);
		part.size -= strlen(LABEL);
	}
	return part;
}

bool template_next(const char **text, struct template_part *part)
{
	const char *at = *text, *open = strstr(at, "{{"), *close;

	if (!*at)
		return false;
	if (open != at) {
		*part = (struct template_part){ TEMPLATE_TEXT, at,
						open ? (size_t)(open - at) : strlen(at) };
		*text = at + part->size;
		return true;
	}
	close = strstr(at, "}}");
	if (!close) {
		*part = (struct template_part){ TEMPLATE_WRONG, at, strlen(at) };
		*text = at + part->size;
		return true;
	}
	*part = read_inner(at + 2, close);
	*text = close + 2;
	return true;
}
