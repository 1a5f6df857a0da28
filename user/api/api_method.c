/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_method.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/api_bytes.h"
#include "run/words.h"

int api_refuse(struct api_wrong *wrong, size_t at, const char *text)
{
	wrong->at = at;
	snprintf(wrong->text, sizeof(wrong->text), "%s", text);
	return -EINVAL;
}

static bool is_text(struct view_bytes bytes, const char *text)
{
	return strlen(text) == bytes.size && !memcmp(bytes.bytes, text, bytes.size);
}

__u32 api_method_bit(const struct api_methods *methods, struct view_bytes method)
{
	if (!method.size)
		return 0;
	for (__u32 i = HDRTAP_METHOD_OTHER + 1; i < HDRTAP_METHOD_MAX; i++) {
		const char *known = word_method(i);

		if (*known == *method.bytes && is_text(method, known))
			return 1U << i;
	}
	for (__u32 i = 0; methods && i < methods->count; i++)
		if (is_text(method, methods->name[i]))
			return 1U << (HDRTAP_METHOD_MAX + i);
	return 0;
}

/* A token as all that are registered, which is harmless in texts. */
static bool is_token(struct view_bytes method)
{
	for (size_t i = 0; i < method.size; i++)
		if (!(api_kinds[method.bytes[i]] & (API_LETTERS | API_DIGIT | API_DASH)))
			return false;
	return method.size && method.size <= API_METHOD_MAX;
}

__u32 api_method_add(struct api_methods *methods, struct view_bytes method, struct api_wrong *wrong)
{
	__u32 bit = api_method_bit(methods, method);

	if (bit)
		return bit;
	if (!is_token(method)) {
		api_refuse(wrong, 0, "not a method; write at most 16 letters, like GET");
		return 0;
	}
	if (methods->count + HDRTAP_METHOD_MAX == API_METHODS_MAX) {
		api_refuse(wrong, 0, "too many methods of your own; remove some");
		return 0;
	}
	memcpy(methods->name[methods->count], method.bytes, method.size);
	return 1U << (HDRTAP_METHOD_MAX + methods->count++);
}
