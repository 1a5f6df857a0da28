/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel has.
 */
#ifndef HDRTAP_USER_CHECK_KERNEL_H
#define HDRTAP_USER_CHECK_KERNEL_H

#include "check/check_report.h"

/* The kernel: what programs need of it, and what of it there is. */
void check_kernel(struct check *check);

#endif
