/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "show.h"

#include "base/clock.h"

const char *show_run(char text[SHOW_RUN_TEXT], const struct stat_snapshot *of)
{
	for (size_t i = 0; i < sizeof(of->head.run_id); i++)
		sprintf(text + 2 * i, "%02x", of->head.run_id[i]);
	return text;
}

const char *show_hook(__u32 hook)
{
	static const char *const names[STAT_HOOK_MAX] = {
		[STAT_HOOK_TC] = "tc",
		[STAT_HOOK_XDP_NATIVE] = "xdp-native",
		[STAT_HOOK_XDP_GENERIC] = "xdp-generic",
	};

	return names[hook];
}

/* That of the start stays what it was, whatever became of the machine's clock. */
__s64 show_utc(const struct stat_snapshot *of, __u64 time)
{
	return time == of->head.started ? of->head.started_utc : (__s64)time + clock_utc_offset();
}

int show_cpu(const struct stat_snapshot *of, __u32 cpu)
{
	return of->cpu[cpu].lost || of->ring[cpu].bytes || of->ring[cpu].peak;
}
