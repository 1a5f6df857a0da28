/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Combined Log Format. A response is a line with the request "-" and the server's status.
 */
#ifndef HDRTAP_USER_SINK_CLF_H
#define HDRTAP_USER_SINK_CLF_H

#include "view/sink_view.h"

/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
/* Returns 0 or -ENOMEM (reported). See view_sink_open(). */
int sink_clf_open(struct sink **sink, const struct view_options *options);

#endif
