/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Standard input, output and error of a program.
 */
#ifndef HDRTAP_USER_STANDARD_H
#define HDRTAP_USER_STANDARD_H

/*
 * Opens /dev/null for those that are closed: otherwise the next file that is opened gets what is
 * printed. To be called before anything else. Returns 0 or -errno (nobody can be told).
 */
int standard_open(void);

/* Writes what was printed on standard output. Returns 0 or -errno (reported). */
int standard_flush(void);

#endif
