/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is attached.
 */
#ifndef HDRTAP_USER_CHECK_PROGRAMS_H
#define HDRTAP_USER_CHECK_PROGRAMS_H

#include "check/check_report.h"

/* The programs that are attached, in the order in which they run, and where hdrtap's would be. */
void check_programs(struct check *check);

/* How many programs of any kind are attached to an interface; as far as this may be asked. */
unsigned int check_count(const struct interface *interface);

#endif
