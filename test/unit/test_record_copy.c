/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/base/record_copy.h: a copy is the whole record, whatever stood there before. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/record_copy.h"

/* A record with that much in its arena. */
static void make(struct hdrtap_record *rec, __u16 used)
{
	memset(rec, 0, sizeof(*rec));
	for (size_t i = 0; i < offsetof(struct hdrtap_record, arena) + used; i++)
		((__u8 *)rec)[i] = rand();
	rec->arena_used = used;
}

Test(record_copy, over_another_record)
{
	static const __u16 sizes[] = { 0, 1, 7, 8, 100, 463, HDRTAP_ARENA_SIZE };
	struct hdrtap_record from, to = { 0 };
	__u8 unaligned[sizeof(from) + 4];

	srand(1);
	for (int i = 0; i < 10000; i++) {
		make(&from, sizes[rand() % 7]);
		memcpy(unaligned + i % 5, &from, sizeof(from));
		record_copy(&to, unaligned + i % 5);
		cr_assert(!memcmp(&to, &from, sizeof(from)));
	}
}

/* One that says it holds more than it can is copied whole. */
Test(record_copy, beyond_the_arena)
{
	struct hdrtap_record from, to = { 0 };

	make(&from, HDRTAP_ARENA_SIZE);
	from.arena_used = 65535;
	record_copy(&to, &from);
	cr_assert(!memcmp(&to, &from, sizeof(from)));
	make(&from, 3);
	record_copy(&to, &from);
	cr_assert(!memcmp(&to, &from, sizeof(from)));
}
