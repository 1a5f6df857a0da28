/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lines for people, in the manner of tcpdump.
 */
#ifndef HDRTAP_USER_SINK_TEXT_H
#define HDRTAP_USER_SINK_TEXT_H

#include "view/sink_view.h"

/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
int sink_text_open(struct sink **sink, const struct view_options *options);

#endif
