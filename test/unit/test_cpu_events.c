/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the kernel says of CPUs. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guard/cpu_events.h"

#define CPUS 12

static void expect(const char *list, const char *online)
{
	bool found[CPUS];
	char text[CPUS + 1] = "";

	memset(found, 1, sizeof(found));
	cr_assert_eq(cpus_parse(list, found, CPUS), 0, "%s", list);
	for (int i = 0; i < CPUS; i++)
		text[i] = found[i] ? '1' : '0';
	cr_assert_str_eq(text, online, "%s", list);
}

Test(cpu_events, lists)
{
	expect("0\n", "100000000000");
	expect("0-1\n", "110000000000");
	expect("0-3,5,10-11", "111101000011");
	expect("11", "000000000001");
	expect("8-20,4000-4095", "000000001111");
}

Test(cpu_events, no_lists)
{
	static const char *const lists[] = { "",   "\n",   "a",   "0-",    "-1",  "3-1",
					     "0,", "0,,1", "0 1", "0-1-2", "0x1", " 0" };
	bool found[CPUS];

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		cr_assert_eq(cpus_parse(lists[i], found, CPUS), -EINVAL, "'%s'", lists[i]);
}

Test(cpu_events, events)
{
	cr_assert_eq(cpu_event_parse("offline@/devices/system/cpu/cpu1", "offline"), 1);
	cr_assert_eq(cpu_event_parse("online@/devices/system/cpu/cpu127", "online"), 127);
	cr_assert_eq(cpu_event_parse("online@/devices/system/cpu/cpu1", "offline"), -1);
	cr_assert_eq(cpu_event_parse("offline@/devices/system/cpu/cpu1", "online"), -1);
	cr_assert_eq(cpu_event_parse("offline@/devices/system/cpu/cpu", "offline"), -1);
	cr_assert_eq(cpu_event_parse("offline@/devices/system/cpu/cpu1/cache", "offline"), -1);
	cr_assert_eq(cpu_event_parse("offline@/devices/system/cpu/cpu99999999", "offline"), -1);
	cr_assert_eq(cpu_event_parse("add@/devices/virtual/net/veth0", "offline"), -1);
	cr_assert_eq(cpu_event_parse("", "online"), -1);
}

Test(cpu_events, this_machine)
{
	unsigned int count = sysconf(_SC_NPROCESSORS_CONF), online = 0;
	bool found[4096];

	cr_assert_eq(cpus_online(found, 4096), 0);
	for (int i = 0; i < 4096; i++)
		online += found[i];
	cr_assert_eq(online, sysconf(_SC_NPROCESSORS_ONLN));
	cr_assert_leq(online, count);
}
