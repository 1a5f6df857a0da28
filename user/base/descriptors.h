/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How many files the process may open, RLIMIT_NOFILE. Whoever opens many leaves some to those that
 * need one for a moment.
 */
#ifndef HDRTAP_USER_DESCRIPTORS_H
#define HDRTAP_USER_DESCRIPTORS_H

#include <stdbool.h>

/* Allows as many as may be allowed without privileges: the hard limit. */
void descriptors_raise(void);

/* Until this is called with `false`, fewer can be opened than may be: some are kept in reserve. */
void descriptors_reserve(bool reserve);

/* How many files may be open at a time. */
unsigned long long descriptors_limit(void);

#endif
