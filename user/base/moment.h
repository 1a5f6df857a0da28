/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Moments as users write them.
 */
#ifndef HDRTAP_USER_MOMENT_H
#define HDRTAP_USER_MOMENT_H

#include <stdbool.h>

#include <hdrtap/types.h>

/*
 * A date with a time (RFC 3339: "2026-11-29T14:05:00Z", "2026-11-29 14:05:00.25+02:00"), a date
 * alone: its beginning in UTC ("2026-11-29"), a time of today in UTC ("14:05", "14:05:30"), or an
 * age before `now` ("10m", as duration_parse() has it). All in ns since 1970, UTC. Returns false,
 * leaving `*utc` alone, when it is none of these or not from 1970 to 2262.
 */
bool moment_parse(const char *text, __u64 now, __u64 *utc);

#endif
