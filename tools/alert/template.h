/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Texts of annotations, as Prometheus' rules have them: {{ $value }} and {{ $labels.NAME }}.
 */
#ifndef HDRTAP_ALERT_TEMPLATE_H
#define HDRTAP_ALERT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

enum template_kind {
	TEMPLATE_TEXT,
	TEMPLATE_VALUE,
	TEMPLATE_LABEL, /* the text is its name */
	TEMPLATE_WRONG,
};

struct template_part {
	enum template_kind kind;
	const char *text;
	size_t size;
};

/* The next part of `*text`, which is set behind it. Returns false at the end. */
bool template_next(const char **text, struct template_part *part);

#endif
