/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The file in which the state outlives the process. It is whole at any moment: written beside its
 * place, brought to the disk, and put there by its name; whoever is killed in between leaves the
 * one before.
 *
 *	magic (8 bytes) · version (4) · reserved (4) · size of what follows (8) · its XXH3 (8)
 *	· state
 */
#ifndef HDRTAP_ALERT_CHECKPOINT_H
#define HDRTAP_ALERT_CHECKPOINT_H

#include "buffer.h"

#define CHECKPOINT_VERSION 1
#define CHECKPOINT_MAX     (64 << 20) /* bytes */

/* Returns 0 or -errno (reported): the file is as it was then. */
int checkpoint_write(const char *path, const struct buffer *state);

/*
 * Reads it; `state` is empty when there is no such file. Returns 0, -EBADMSG (reported: another
 * version, damaged) or another -errno (reported).
 */
int checkpoint_read(const char *path, struct buffer *state);

#endif
