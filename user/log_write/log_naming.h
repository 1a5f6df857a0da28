/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the interfaces of a batch's records are called, gathered record by record.
 */
#ifndef HDRTAP_USER_LOG_NAMING_H
#define HDRTAP_USER_LOG_NAMING_H

#include <stdbool.h>
#include <string.h>

#include "log/log_format.h"

#define LOG_NAMING_MAX 2048 /* different interfaces of a batch */

/* Zeros where a log begins. */
struct log_naming {
	__u32 count;
	__u32 last; /* the entry of the record before */
	struct log_interface interface[LOG_NAMING_MAX];
};

/* Whether a batch may have a record of that name, which is remembered then: false when its
 * interface was called otherwise before. At most LOG_NAMING_MAX different interfaces are added. */
bool log_naming_take(struct log_naming *names, __u32 ifindex, const char *name);

/* As log_naming_take(); the name may be NULL. Here, because most records are of the interface of
 * the record before. */
static inline bool log_naming_add(struct log_naming *names, __u32 ifindex, const char *name)
{
	const struct log_interface *last = &names->interface[names->last];

	if (!name || (names->count && last->ifindex == ifindex && !strcmp(last->name, name)))
		return true;
	return log_naming_take(names, ifindex, name);
}

/* Writes the table and starts again. Returns the number of its entries. */
__u32 log_naming_put(struct log_naming *names, void *to);

#endif
