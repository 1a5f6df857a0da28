/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "stat/stat_file.h"

#include <xxhash.h>

static size_t next_page(size_t at)
{
	return (at + STAT_PAGE - 1) / STAT_PAGE * STAT_PAGE;
}

struct stat_layout stat_layout(unsigned int cpus)
{
	struct stat_layout at;

	at.guard = next_page(sizeof(struct stat_head));
	at.cpu = at.guard + sizeof(struct stat_guard);
	at.interface = at.cpu + cpus * sizeof(struct stat_cpu);
	at.worker = next_page(at.interface + STAT_INTERFACES * sizeof(struct stat_interface));
	at.ring = at.worker + sizeof(struct stat_worker);
	at.bytes = next_page(at.ring + cpus * sizeof(struct stat_ring));
	return at;
}

#define X_NAME(symbol, name, ...) name "\n"

__u64 stat_counters_id(void)
{
	static const char names[] = HDRTAP_KERNEL_COUNTERS(X_NAME) HDRTAP_USER_COUNTERS(X_NAME);

	return XXH64(names, sizeof(names), 0);
}
