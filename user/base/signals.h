/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals are read like any other input; there are no handlers.
 */
#ifndef HDRTAP_USER_SIGNALS_H
#define HDRTAP_USER_SIGNALS_H

#include <stdbool.h>

#define SIGNALS_STOP     1U /* SIGINT, SIGTERM */
#define SIGNALS_HANGUP   2U /* SIGHUP */
#define SIGNALS_ACCOUNTS 4U /* SIGUSR1 */

/*
 * Blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1, except those the process was started to ignore
 * (nohup, a shell's background jobs), and makes SIGPIPE an error of write(). Returns a signalfd
 * that does not block, or -errno (reported).
 */
int signals_open(void);

/* Which came since the last call, SIGNALS_*. Cheap enough per batch of packets. */
unsigned int signals_read(int signal_fd);

/* Whether SIGINT, SIGTERM or SIGHUP came to this process, read or not. Of any thread. */
bool signals_asked_to_end(void);

#endif
