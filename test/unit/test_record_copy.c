/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/base/record_copy.h: a copy is the whole record, whatever stood there before. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/record_copy.h"
#include "record_room.h"

#define SIZE HDRTAP_RECORD_SIZE_DEFAULT

/* A record with that much in its arena. */
static void make(union record_room *room, __u16 used)
{
	memset(room, 0, sizeof(*room));
	for (int i = 0; i < HDRTAP_RECORD_HEAD + used; i++)
		room->bytes[i] = rand();
	room->rec.arena_used = used;
}

/* Only what is not zero has to be there: the memory that is read ends behind it. */
Test(record_copy, over_another_record)
{
	static const __u16 sizes[] = { 0, 1, 7, 8, 100, ROOM_ARENA - 1, ROOM_ARENA };
	union record_room from, to = { 0 };

	srand(1);
	for (int i = 0; i < 10000; i++) {
		size_t filled, offset = i % 5;
		__u8 *unaligned;

		make(&from, sizes[rand() % 7]);
		filled = record_filled(&from, SIZE);
		unaligned = malloc(filled + offset);
		memcpy(unaligned + offset, &from, filled);
		record_copy(&to.rec, unaligned + offset, SIZE);
		cr_assert(!memcmp(&to, &from, sizeof(from)));
		free(unaligned);
	}
}

/* One that says it holds more than it can is copied whole. */
Test(record_copy, beyond_the_arena)
{
	union record_room from, to = { 0 };

	make(&from, ROOM_ARENA);
	from.rec.arena_used = 65535;
	record_copy(&to.rec, &from, SIZE);
	cr_assert(!memcmp(&to, &from, sizeof(from)));
	make(&from, 3);
	record_copy(&to.rec, &from, SIZE);
	cr_assert(!memcmp(&to, &from, sizeof(from)));
}
