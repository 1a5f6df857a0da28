/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who refuses bpf() or perf_event_open() although no capability is missing.
 */
#ifndef HDRTAP_USER_PERMISSION_H
#define HDRTAP_USER_PERMISSION_H

#include <stdbool.h>

/* Loads a program of two instructions. Returns 0 or -errno, saying nothing. */
int permission_try(void);

/* Whether the error can be of somebody who refuses: otherwise the kernel cannot do it. */
bool permission_refused(int err);

/* Who refuses, and what to do: "why; what to do". */
const char *permission_reason(void);

#endif
