/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#ifndef HDRTAP_USER_CONFINE_CALLS_H
#define HDRTAP_USER_CONFINE_CALLS_H

#include "confine/confine_role.h"

/*
 * From here on system calls that the role does not need fail with EPERM, for good. Where the kernel
 * has no seccomp filters that is reported, and nothing else.
 */
void confine_calls(enum confine_role role);

#endif
