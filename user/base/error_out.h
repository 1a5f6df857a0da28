/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Standard error: nobody waits for its reader longer than makes sense.
 */
#ifndef HDRTAP_USER_ERROR_OUT_H
#define HDRTAP_USER_ERROR_OUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes to standard error. Once the process is asked to end (ending.h) it waits for the reader
 * until that patience is over, before as long as it takes. What could not be written is gone. Of
 * any thread.
 */
void error_out(const char *bytes, size_t size);

/*
 * There is something that must not wait, a live capture: from here on the reader gets a second,
 * then nothing more until it takes something again; or not any more.
 */
void error_out_hurry(bool hurry);

#endif
