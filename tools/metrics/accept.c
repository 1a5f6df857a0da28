/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "accept.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define BLANK " \t"

/* A quality as thousandths: "0.5", "1", "1.000". Anything else is 1. */
static int quality(const char *at, size_t size)
{
	int unit = 100, sum = 0;

	if (!size || *at != '0')
		return 1000;
	for (size_t i = 2; i < size && unit && at[1] == '.'; i++, unit /= 10) {
		if (at[i] < '0' || at[i] > '9')
			return 1000;
		sum += (at[i] - '0') * unit;
	}
	return sum;
}

/* One range, without commas: a type and its parameters. */
struct range {
	const char *type;
	size_t size;
	int quality;
	bool known; /* no version, or one that we speak */
};

static bool is_parameter(const char *at, size_t size, const char *name)
{
	return size > strlen(name) && !strncasecmp(at, name, strlen(name));
}

static bool is_version(const char *at, size_t size)
{
	static const char *const versions[] = { "1.0.0", "0.0.1", "0.0.4" };

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		if (size == strlen(versions[i]) && !strncmp(at, versions[i], size))
			return true;
	return false;
}

static void take_parameter(struct range *range, const char *at, size_t size)
{
	while (size && strchr(BLANK, *at)) {
		at++;
		size--;
	}
	while (size && strchr(BLANK, at[size - 1]))
		size--;
	if (is_parameter(at, size, "q="))
		range->quality = quality(at + 2, size - 2);
	else if (is_parameter(at, size, "version="))
		range->known = is_version(at + 8, size - 8);
}

static struct range read_range(const char *at, size_t size)
{
	struct range range = { .quality = 1000, .known = true };
	const char *end = at + size;

	at += strspn(at, BLANK);
	range.type = at;
	while (at < end && *at != ';')
		at++;
	range.size = at - range.type;
	while (range.size && strchr(BLANK, range.type[range.size - 1]))
		range.size--;
	while (at < end) {
		const char *parameter = ++at;

		while (at < end && *at != ';')
			at++;
		take_parameter(&range, parameter, at - parameter);
	}
	return range;
}

static bool is_type(const struct range *range, const char *type)
{
	return range->size == strlen(type) && !strncasecmp(range->type, type, range->size);
}

enum page_format accept_format(const char *accept)
{
	int openmetrics = 0, text = 0;

	for (const char *at = accept; at && *at; at += strspn(at, ",")) {
		size_t size = strcspn(at, ",");
		struct range range = read_range(at, size);

		if (is_type(&range, "application/openmetrics-text") && range.known &&
		    range.quality > openmetrics)
			openmetrics = range.quality;
		if (is_type(&range, "text/plain") && range.known && range.quality > text)
			text = range.quality;
		at += size;
	}
	return openmetrics && openmetrics >= text ? PAGE_OPENMETRICS : PAGE_TEXT;
}

const char *accept_content_type(enum page_format format)
{
	return format == PAGE_OPENMETRICS
		       ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		       : "text/plain; version=0.0.4; charset=utf-8";
}
