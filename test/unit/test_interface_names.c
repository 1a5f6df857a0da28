/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the worker knows of interfaces that come, go and are renamed. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "worker/interface_names.h"

static struct interface_names *names;

static void begin(void)
{
	names = interface_names_new();
	cr_assert_not_null(names);
}

static void end(void)
{
	interface_names_free(names);
}

TestSuite(interface_names, .init = begin, .fini = end);

static void tell(__u32 ifindex, const char *name, __u64 time)
{
	cr_assert_eq(interface_names_tell(names, ifindex, name, time), 0);
}

static void expect(__u32 ifindex, __u64 time, const char *name)
{
	const char *found = interface_names_find(names, ifindex, time);

	if (!name)
		cr_assert_null(found, "%u at %llu: %s", ifindex, time, found);
	else
		cr_assert(found && !strcmp(found, name), "%u at %llu: %s", ifindex, time, found);
}

Test(interface_names, each_has_its_own)
{
	char name[16];

	expect(1, 0, NULL);
	for (__u32 i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "veth%u", i * 7919 % 300);
		tell(i * 7919 % 300 + 1, name, 10);
	}
	for (__u32 i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		expect(i + 1, 10, name);
		expect(i + 1, 9, NULL);
	}
	expect(301, 10, NULL);
	tell(5, "a-name-of-20-letters", 11);
	expect(5, 11, "a-name-of-20-le");
}

/* A record that is handed on late has the name that its interface had when it was made. */
Test(interface_names, renamed)
{
	tell(3, "eth0", 10);
	tell(4, "eth1", 10);
	tell(3, "lan0", 20);
	expect(3, 19, "eth0");
	expect(3, 20, "lan0");
	tell(3, "wan0", 30);
	expect(3, 15, "eth0");
	expect(3, 25, "lan0");
	expect(3, 35, "wan0");
	expect(4, 35, "eth1");
}

Test(interface_names, gone)
{
	tell(3, "eth0", 10);
	tell(3, "", 20);
	expect(3, 15, "eth0");
	expect(3, 25, "eth0");
	expect(3, 5, NULL);
	tell(8, "", 30);
	expect(8, 30, NULL);
}

Test(interface_names, an_index_used_again)
{
	tell(3, "eth0", 10);
	tell(3, "", 20);
	tell(3, "pod7", 30);
	expect(3, 19, "eth0");
	expect(3, 30, "pod7");
	tell(3, "", 40);
	expect(3, 19, "eth0");
	expect(3, 31, "pod7");
}

/* Bytes in use: the sanitizer's count where there is one, which malloc's has not. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t used(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

/* What stays is known all the time, what went a moment ago as well, and memory is that of what is
 * there. */
Test(interface_names, crowds_that_come_and_go)
{
	size_t before = used(), most = 0;
	char name[16];

	tell(1, "lo", 0);
	tell(2, "eth0", 0);
	for (__u32 i = 3; i < 100003; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		tell(i, name, i);
		expect(i, i, name);
		tell(i, "", i);
		expect(i, i, name);
		expect(2, i, "eth0");
		if (i % 100 == 0)
			most = used() > most ? used() : most;
	}
	cr_assert_lt(most - before, 8192, "%zu bytes more", most - before);
	expect(1, 100003, "lo");
	expect(100002 - 1000, 100003, "veth99002");
	expect(3, 100003, NULL);
}

/* Ten thousand at once, and none of them any more. */
Test(interface_names, many_at_the_same_time)
{
	char name[16];

	for (__u32 i = 1; i <= 10000; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		tell(i, name, 1);
	}
	for (__u32 i = 1; i <= 10000; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		expect(i, 1, name);
		tell(i, "", 2);
	}
	expect(10000, 1, "veth10000");
	expect(1, 1, NULL);
}
