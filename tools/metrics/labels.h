/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The labels of series: which fields of calls they are made of, and what they are called.
 */
#ifndef HDRTAP_TOOLS_METRICS_LABELS_H
#define HDRTAP_TOOLS_METRICS_LABELS_H

#include "option/option_value.h"
#include "usage/usage_key.h"
#include "view/label_escape.h"

#define LABEL_NAME_MAX (sizeof("response_") + HDRTAP_NAME_MAX)

/* Bytes of all labels of a set as text: names, quotes and commas, and values at their longest. */
#define LABELS_ROOM \
	(USAGE_PARTS_MAX * (LABEL_NAME_MAX + 4 + LABEL_ESCAPED_MAX * (USAGE_KEY_MAX + 1)) + 1)

struct metrics_labels {
	struct usage_key key;
	char name[USAGE_PARTS_MAX][LABEL_NAME_MAX];
};

/* Of the fields in the list (usage_key.h), or method, host and path when there are none. `place`
 * stands behind the option in messages. Returns 0 or -EINVAL (reported). */
int labels_choose(struct metrics_labels *labels, const struct option_list *fields,
		  const char *place);

/* Makes the text of a call's key: `method="GET",host="..."`. */
void labels_text(const struct metrics_labels *labels, const void *made, char text[LABELS_ROOM]);

/* That of `other`. */
void labels_other(const struct metrics_labels *labels, char text[LABELS_ROOM]);

#endif
