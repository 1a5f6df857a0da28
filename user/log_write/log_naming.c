/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kept in the order of the table. There is one entry for each record at most, so that nothing has
 * to be forgotten between batches.
 */
#include "log_write/log_naming.h"

#include "log/log_interfaces.h"

static void insert(struct log_naming *n, __u32 at, __u32 ifindex, const char *name)
{
	struct log_interface *entry = &n->interface[at];

	memmove(entry + 1, entry, (n->count++ - at) * sizeof(*entry));
	entry->ifindex = ifindex;
	memset(entry->name, 0, sizeof(entry->name));
	memcpy(entry->name, name, strnlen(name, sizeof(entry->name) - 1));
}

bool log_naming_take(struct log_naming *n, __u32 ifindex, const char *name)
{
	__u32 at = log_interfaces_place(n->interface, n->count, ifindex);
	bool known = at < n->count && n->interface[at].ifindex == ifindex;

	if (known && strcmp(n->interface[at].name, name))
		return false;
	if (!known)
		insert(n, at, ifindex, name);
	n->last = at;
	return true;
}

__u32 log_naming_put(struct log_naming *n, void *to)
{
	__u32 count = n->count;

	memcpy(to, n->interface, count * sizeof(*n->interface));
	n->count = n->last = 0;
	return count;
}
