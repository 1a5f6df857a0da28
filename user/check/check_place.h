/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which packets pass the interface.
 */
#ifndef HDRTAP_USER_CHECK_PLACE_H
#define HDRTAP_USER_CHECK_PLACE_H

#include "check/check_report.h"

/* What kind of interface it is, what it is part of, and what is seen there. */
void check_place(struct check *check);

#endif
