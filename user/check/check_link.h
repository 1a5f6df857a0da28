/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the interface is.
 */
#ifndef HDRTAP_USER_CHECK_LINK_H
#define HDRTAP_USER_CHECK_LINK_H

#include "check/check_report.h"

/* The interface: link, size of packets, offloads. */
void check_link(struct check *check);

#endif
