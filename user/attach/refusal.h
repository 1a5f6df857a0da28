/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What it means that the kernel refuses to attach a program, and who reports it.
 */
#ifndef HDRTAP_USER_REFUSAL_H
#define HDRTAP_USER_REFUSAL_H

#include <stdbool.h>

/* Whether attaching leaves it to its caller to report the error: ENODEV, the interface vanished;
 * EMFILE or ENFILE, no file can be opened, which is the same for all interfaces. */
bool refusal_is_for_caller(int err);

/* The error, or -ENODEV when the interface is not there any more, whatever the kernel said. */
int refusal_of(int err, unsigned int ifindex);

#endif
