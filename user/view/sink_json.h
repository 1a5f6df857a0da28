/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One JSON object per line, with the keys of OpenTelemetry's conventions and hdrtap.*
 */
#ifndef HDRTAP_USER_SINK_JSON_H
#define HDRTAP_USER_SINK_JSON_H

#include "view/sink_view.h"

/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
int sink_json_open(struct sink **sink, const struct view_options *options);

#endif
