/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One shape for every message: one line, `hdrtap: what failed: why; what to do`, beginning with the
 * program's name.
 */
#ifndef HDRTAP_USER_ERROR_H
#define HDRTAP_USER_ERROR_H

/* The name of the program, constant, of at most 32 bytes; before anything is said. */
void error_begin_with(const char *name);
const char *error_program(void);

/* Prints the line on stderr and returns -errnum, so that `return fail(EINVAL, ...)` is a whole
 * failure path. */
int fail(int errnum, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints a line in the same shape about something that was noticed and survived. */
void warn_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
