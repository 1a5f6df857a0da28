/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Places for segments that came before the ones they follow: taking one, and giving it back.
 */
#ifndef HDRTAP_HELD_H
#define HDRTAP_HELD_H

#include <hdrtap/out/pair.h>

/* Zeroes the bytes of an early segment, which may be part of a secret. */
HDRTAP_GLOBAL int hdrtap_early_wipe(struct hdrtap_early *early)
{
	__u32 i;

	if (!early)
		return 0;
	for (i = 0; i < 2 * HDRTAP_EARLY_SIZE; i += HDRTAP_BLOCK) {
		if (i >= early->stored)
			break;
		hdrtap_block_clear(early->bytes + i);
	}
	early->stored = 0;
	return 0;
}

/* Gives an early segment back to the pool. */
HDRTAP_INLINE void hdrtap_early_free(struct hdrtap_early *early)
{
	hdrtap_early_wipe(early);
	hdrtap_release(&early->used);
}

/* Gives an early segment back to the pool, if `number` is one + 1; there is none then. */
HDRTAP_INLINE void hdrtap_early_release(HDRTAP_CONTEXT *context, __u32 *number)
{
	struct hdrtap_early *early;

	if (!*number)
		return;
	early = hdrtap_platform_early(context, *number - 1);
	*number = 0;
	if (early)
		hdrtap_early_free(early);
}

/* Gives the early segments of a stream back, unread. */
HDRTAP_INLINE void hdrtap_early_drop(HDRTAP_CONTEXT *context, struct hdrtap_stream *stream,
				     struct hdrtap_counters *counters)
{
	__u32 i;

	for (i = 0; i < HDRTAP_EARLY_MAX; i++) {
		if (stream->early[i])
			hdrtap_count(counters, HDRTAP_COUNTER_HELD_DROPPED);
		hdrtap_early_release(context, &stream->early[i]);
	}
}

/*
 * Where in a pool of `size` (power of two) the i-th look goes. Elsewhere for every segment: the
 * slots that one stream takes are held by others, so streams that always looked at the same few
 * could fill them while the pool is empty.
 */
HDRTAP_INLINE __u32 hdrtap_probe(const struct hdrtap_work *work, __u32 i, __u32 size)
{
	__u32 hash = (work->flow * 2 + work->which + work->packet.tcp_sequence) * 0x9e3779b1u;

	return ((hash >> 16) + i * (hash | 1)) & (size - 1);
}

/* Takes a place for an early segment. Returns its number + 1, or 0. */
HDRTAP_GLOBAL int hdrtap_early_take(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	struct hdrtap_early *early;
	__u32 i, number, size;

	if (!work)
		return 0;
	size = hdrtap_platform_config(context)->early;
	for (i = 0; i < HDRTAP_PROBES; i++) {
		number = hdrtap_probe(work, i, size);
		early = hdrtap_platform_early(context, number);
		if (early && hdrtap_acquire_free(&early->used, 1))
			return number + 1;
	}
	return 0;
}

#endif
