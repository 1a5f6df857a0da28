/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#ifndef HDRTAP_USER_SINK_STRING_H
#define HDRTAP_USER_SINK_STRING_H

#include "view/sink_view.h"

/* Makes a sink whose lines are as options->format_string has them (format_string.h). Returns 0, or
 * -EINVAL or -ENOMEM (reported). */
int sink_string_open(struct sink **sink, const struct view_options *options);

#endif
