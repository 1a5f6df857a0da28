/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The head parser fed with a head in pieces. Its working space ends at pages that can't be touched,
 * and what it must not depend on is filled with a byte of choice.
 */
#ifndef HDRTAP_TEST_FEEDER_H
#define HDRTAP_TEST_FEEDER_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/head/head.h>

#include "record_room.h"

struct feeder {
	struct hdrtap_sizes size;
	struct hdrtap_head *head;
	struct hdrtap_window *window;
};

/* How bytes are cut: the first piece, and all that follow; 1 to HDRTAP_WINDOW_SIZE bytes. */
struct pieces {
	size_t first, rest;
	__u8 poison; /* fills what was not given to the parser */
};

#define PIECES_WHOLE ((struct pieces){ HDRTAP_WINDOW_SIZE, HDRTAP_WINDOW_SIZE, 0 })

struct feed_result {
	int verdict; /* HDRTAP_DONE, HDRTAP_NOT_HTTP, or HDRTAP_MORE: the bytes did not suffice */
	bool record; /* `rec` is a head's record, whole or cut off */
	union {
		struct hdrtap_record rec;
		union record_room room;
	};
};

/* For records of the default size, or of another one. */
void feeder_init(struct feeder *f);
void feeder_init_size(struct feeder *f, __u32 record_size);
void feeder_free(struct feeder *f);

/* Reads one head from `length` bytes. */
struct feed_result feeder_run(struct feeder *f, const struct hdrtap_elements *set,
			      const __u8 *bytes, size_t length, struct pieces pieces);

/* Whether both mean the same: the verdict, and every byte of the record. */
bool feed_equal(const struct feed_result *a, const struct feed_result *b);

/* Memory that ends at a page that can't be touched: the last `size` bytes before it. */
void *guarded_alloc(size_t size);
void guarded_free(void *memory, size_t size);

#endif
