/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals are read like any other input. Only as long as there is nothing to be undone they may
 * end the process at once.
 */
#ifndef HDRTAP_USER_SIGNALS_H
#define HDRTAP_USER_SIGNALS_H

#include <stdbool.h>

#define SIGNALS_STOP     1U /* SIGINT, SIGTERM */
#define SIGNALS_HANGUP   2U /* SIGHUP */
#define SIGNALS_ACCOUNTS 4U /* SIGUSR1 */

/*
 * Blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1; SIGHUP only if the process was not started to ignore
 * it (nohup). SIGINT and SIGTERM end it however it was started: a shell lets its background jobs
 * ignore SIGINT. Makes SIGPIPE and SIGXFSZ errors of write(). `hangup_ends`: SIGHUP asks to end.
 * Returns a signalfd that does not block, or -errno (reported).
 */
int signals_open(bool hangup_ends);

/* Which came since the last call, SIGNALS_*. Cheap enough per batch of packets. */
unsigned int signals_read(int signal_fd);

/*
 * From here on SIGINT and SIGTERM, also one that came before, end the process at once, with exit
 * status 0; or not any more. Of the main thread, while there is no other.
 */
void signals_end_at_once(bool at_once);

#endif
