/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lists of Ethernet frames: read from captures, written to them.
 *
 * Packets of a capture without an Ethernet header are given one. The kernel never has packets that
 * end early: one that the capture cut becomes a frame of the length it was cut to.
 */
#ifndef HDRTAP_TEST_FRAMES_H
#define HDRTAP_TEST_FRAMES_H

#include <linux/types.h>
#include <stddef.h>

#define FRAME_MAX (65536 + 14)

struct frame {
	__u8 *bytes;
	__u32 length;
	__u8 direction; /* HDRTAP_DIRECTION_*, or 0 */
};

struct frames {
	struct frame *list;
	size_t count, room;
};

/* Appends a copy. */
void frames_add(struct frames *frames, const void *bytes, __u32 length, __u8 direction);

/* Removes number `at`. */
void frames_remove(struct frames *frames, size_t at);

void frames_clear(struct frames *frames);
void frames_free(struct frames *frames);

/* Appends the packets of a capture file, compressed or not, whose frames have 15 to FRAME_MAX
 * bytes. Returns 0, or -1 when it cannot be read. */
int frames_read(struct frames *frames, const char *path);

/* Returns 0 or -1. */
int frames_write(const struct frames *frames, const char *path);

/* Calls `each` for every capture file in a directory, in the order of their names. Returns how many
 * there are. */
int captures_each(const char *directory, void *context,
		  void (*each)(void *context, const char *path, const char *file));

#endif
