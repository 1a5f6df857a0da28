/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * gzip, zstd and lz4, a piece at a time and in bounded memory, whatever the bytes ask for. Members
 * or frames one behind the other are one stream.
 */
#ifndef HDRTAP_USER_DECOMPRESS_H
#define HDRTAP_USER_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define DECOMPRESS_MAGIC_MAX 4 /* bytes that tell how the others are compressed */

struct decompress;
struct decompress_kind;

/* What is to be done; decompress_some() moves on what it took and what it made. */
struct decompress_step {
	const __u8 *in;
	size_t in_size;
	__u8 *out;
	size_t out_size;
};

/* Which compression begins so; NULL: none that is read. */
const struct decompress_kind *decompress_kind(const __u8 *begin, size_t size);

/* Returns NULL when out of memory. */
struct decompress *decompress_new(const struct decompress_kind *kind);
void decompress_free(struct decompress *d);

/* Returns 0, or -1: the bytes are not what they should be, and decompress_why() says why. What was
 * made before is good. */
int decompress_some(struct decompress *d, struct decompress_step *step);

/* Whether the end of a member or frame is still to come. */
bool decompress_inside(const struct decompress *d);

/* After a failure: a text of static storage. */
const char *decompress_why(const struct decompress *d);

/* What to say when the bytes end where decompress_inside() is true. */
const char *decompress_early(const struct decompress *d);

#endif
