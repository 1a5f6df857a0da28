/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values and when they were seen last, in bounded memory: what a rule of new_value knows.
 */
#ifndef HDRTAP_ALERT_SEEN_H
#define HDRTAP_ALERT_SEEN_H

#include <stdbool.h>

#include "buffer.h"

#define SEEN_BYTES 32 /* of memory for each value, at most */

struct seen_value {
	__u64 hash; /* of the value; 0: none is here */
	__u64 time; /* UTC, ns */
};

/* All zero but `most`: nothing was seen. */
struct seen {
	struct seen_value *list; /* owned; a hash table of `places` */
	__u32 places, count;
	__u32 most;     /* values at most */
	__u64 least;    /* no value here is older; known once there are places */
	__u64 left_out; /* values that found no room: not known, and not new either */
};

/*
 * A value is seen at `time`. Returns whether it was not within `window` before that. What is older
 * than the window is forgotten when there is no room.
 */
bool seen_add(struct seen *seen, const void *value, size_t size, __u64 time, __u64 window);

void seen_free(struct seen *seen);

void seen_pack(struct buffer *buffer, const struct seen *seen);
/* Into one that is empty. Returns 0 or -EBADMSG. */
int seen_unpack(struct seen *seen, struct buffer_reader *reader);

#endif
