/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long names may be, and how many templates there are at most.
 */
#ifndef HDRTAP_USER_API_LIMITS_H
#define HDRTAP_USER_API_LIMITS_H

#define API_METHOD_MAX 16  /* bytes of a method in a name */
#define API_HOST_MAX   128 /* of a host */
#define API_PATH_MAX   256 /* of a path template */
#define API_NAME_MAX   (API_METHOD_MAX + 1 + API_HOST_MAX + API_PATH_MAX)

#define API_LITERAL_MAX 40 /* of a segment that is a name by rule */
#define API_RULE_MAX    64 /* of what a segment becomes at most, before it is known to be too long */

#define API_SEGMENTS_MAX  16     /* segments of a path; those behind them are {more} */
#define API_TEMPLATES_MAX 100000 /* of all documents together */

#endif
