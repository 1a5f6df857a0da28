/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Standard error while there is a picture on the terminal: lines are kept instead of written into
 * the picture, also those of a child process, and printed in the end.
 */
#ifndef HDRTAP_TOP_SAID_H
#define HDRTAP_TOP_SAID_H

#define TOP_SAID_MAX (64 << 10) /* bytes that are kept: the newest */

struct top_said;

/* Takes standard error's place. Returns 0 or -errno (reported). */
int top_said_open(struct top_said **said);

/* Reads what came. Returns the last whole line of it, without its end and harmless, or NULL. Valid
 * until the next call. */
const char *top_said_last(struct top_said *said);

/* Standard error is itself again, and what was kept goes there. NULL is fine. */
void top_said_close(struct top_said *said);

#endif
