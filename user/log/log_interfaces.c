/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Most batches have a handful of interfaces, some have one for each record.
 */
#include "log/log_interfaces.h"

#include <stddef.h>
#include <string.h>

static const __u8 *entry_at(const void *table, __u32 i)
{
	return (const __u8 *)table + (size_t)i * sizeof(struct log_interface);
}

static __u32 ifindex_at(const void *table, __u32 i)
{
	__u32 ifindex;

	memcpy(&ifindex, entry_at(table, i), sizeof(ifindex));
	return ifindex;
}

__u32 log_interfaces_place(const void *table, __u32 count, __u32 ifindex)
{
	__u32 low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ifindex_at(table, middle) < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const __u8 *log_interfaces_find(const void *table, __u32 count, __u32 ifindex)
{
	__u32 at = log_interfaces_place(table, count, ifindex);

	return at < count && ifindex_at(table, at) == ifindex ? entry_at(table, at) : NULL;
}

const char *log_interfaces_name(const void *table, __u32 count, __u32 ifindex)
{
	const __u8 *entry = log_interfaces_find(table, count, ifindex);

	return entry ? (const char *)entry + offsetof(struct log_interface, name) : NULL;
}
