/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record that is not among others in a buffer needs room for its arena: struct hdrtap_record ends
 * where the arena begins, and an assignment copies no more.
 */
#ifndef HDRTAP_TEST_RECORD_ROOM_H
#define HDRTAP_TEST_RECORD_ROOM_H

#include <hdrtap/record.h>

#define ROOM_ARENA (HDRTAP_RECORD_SIZE_DEFAULT - HDRTAP_RECORD_HEAD) /* bytes */

/* A record of the default size. */
union record_room {
	struct hdrtap_record rec;
	__u8 bytes[HDRTAP_RECORD_SIZE_DEFAULT];
};

static inline union record_room *record_room(const struct hdrtap_record *rec)
{
	return (union record_room *)rec;
}

#endif
