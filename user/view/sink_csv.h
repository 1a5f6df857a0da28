/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * RFC 4180: a header line first, and again whenever the chosen header elements change.
 */
#ifndef HDRTAP_USER_SINK_CSV_H
#define HDRTAP_USER_SINK_CSV_H

#include "view/sink_view.h"

/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
int sink_csv_open(struct sink **sink, const struct view_options *options);

#endif
