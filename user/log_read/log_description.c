/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counted atomically, so that a kept record may be freed by another thread than the log's.
 */
#include "log_read/log_description.h"

#include <stdlib.h>

struct log_description *log_description_new(void)
{
	struct log_description *description = calloc(1, sizeof(*description));

	if (description)
		description->holders = 1;
	return description;
}

struct log_description *log_description_hold(struct log_description *description)
{
	__atomic_fetch_add(&description->holders, 1, __ATOMIC_RELAXED);
	return description;
}

void log_description_release(struct log_description *description)
{
	if (description && __atomic_fetch_sub(&description->holders, 1, __ATOMIC_ACQ_REL) == 1)
		free(description);
}
