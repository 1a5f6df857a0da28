/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers as users write them. Strict: nothing before, between or behind, no sign, no overflow.
 */
#ifndef HDRTAP_USER_NUMBERS_H
#define HDRTAP_USER_NUMBERS_H

#include <stdbool.h>

#include <hdrtap/types.h>

/* "1024". Returns false, leaving `*number` alone, when it is not that. */
bool number_parse(const char *text, __u64 *number);

/* Bytes: "1048576", "1024K", "1M", "2G", "1T" (powers of 1024). */
bool size_parse(const char *text, __u64 *bytes);

/* Milliseconds: "500ms", "10s", "5m", "2h", "1d"; a bare number is seconds. */
bool duration_parse(const char *text, __u64 *ms);

#endif
