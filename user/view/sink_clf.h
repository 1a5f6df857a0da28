/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Common and Combined Log Format: a line for each transaction, as servers write it.
 */
#ifndef HDRTAP_USER_SINK_CLF_H
#define HDRTAP_USER_SINK_CLF_H

#include "view/sink_view.h"

#define CLF_STATUS_NONE    444 /* no response was seen */
#define CLF_STATUS_INVALID 599 /* its status is none that HTTP has: below 100, or 600 and more */

int sink_clf_open(struct sink **sink, const struct view_options *options);
int sink_combined_open(struct sink **sink, const struct view_options *options);

#endif
