/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process that crashes leaves the terminal as it was, too.
 */
#ifndef HDRTAP_TOP_CRASH_H
#define HDRTAP_TOP_CRASH_H

/* Before anything is changed: how the terminal is. */
void top_crash_remember(int fd);

/* From here on it is given back on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, which end the
 * process as ever. setupterm() was called. */
void top_crash_watch(void);

/* It was given back in order. */
void top_crash_forget(void);

#endif
