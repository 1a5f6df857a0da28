/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether the process was asked to end, and how long it may still wait for anybody then. Of any
 * thread.
 */
#ifndef HDRTAP_USER_ENDING_H
#define HDRTAP_USER_ENDING_H

#include <stdbool.h>
#include <sys/types.h>

/* How long anybody who does not read is waited for, once the process is asked to end. */
#define ENDING_PATIENCE_NS 700000000ULL

/*
 * Whether a signal asked to end that was read (ending_note()) or is blocked and pending: SIGINT,
 * SIGTERM, and SIGHUP if ending_by_hangup() said so.
 */
bool ending_asked(void);

/* Whether that was first seen ENDING_PATIENCE_NS ago. */
bool ending_overdue(void);

/* That signal was read. */
void ending_note(int number);

void ending_by_hangup(bool ends);

/* Asks a child to end, even one that is stopped. */
void ending_ask(pid_t child);

#endif
