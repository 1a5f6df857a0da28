/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A run's description as a log has it. It never changes and lives as long as somebody holds it:
 * records that are kept need it when the log has gone on.
 */
#ifndef HDRTAP_USER_LOG_DESCRIPTION_H
#define HDRTAP_USER_LOG_DESCRIPTION_H

#include "run/meta.h"

struct log_description {
	unsigned int holders;
	__u32 schema;
	__u32 record_size; /* bytes, as stored */
	char run[33];      /* meta.run_id in hexadecimal digits */
	struct run_meta meta;
};

/* Held by the caller. NULL when out of memory. */
struct log_description *log_description_new(void);

struct log_description *log_description_hold(struct log_description *description);
void log_description_release(struct log_description *description); /* may be NULL */

#endif
