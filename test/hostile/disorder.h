/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What networks and enemies do to packets: changes to scripts. Each says what of the promise is
 * kept when it is applied to packets that are in order.
 */
#ifndef HDRTAP_TEST_DISORDER_H
#define HDRTAP_TEST_DISORDER_H

#include "script.h"

/* Sizes of packets, for script_whole(). */
struct cutter {
	struct rng *rng;
	size_t most;    /* bytes: sizes are random up to this */
	__u8 direction; /* size_split: the stream, */
	size_t at;      /* and the place where it is cut */
};
size_t size_split(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left);
/* Random sizes where heads are, up to 1460 bytes elsewhere. */
size_t size_random(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left);
/* Random sizes, but every head begins a packet. */
size_t size_heads(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left);

/* Nothing is missing, and never are more than two packets early: */
void disorder_swap(struct script *script, struct rng *rng);
void disorder_wrap(struct script *script, struct rng *rng);
void disorder_interleave(struct script *script, struct rng *rng);

/* Acknowledgements without payload, of what has come in order so far. */
void disorder_acknowledge(struct script *script, struct rng *rng);

/* Every packet comes twice: on its way out and, as over loopback, in. */
void disorder_both_hooks(struct script *script);

/* Also when applied after disorder_swap(): */
void disorder_duplicate(struct script *script, struct rng *rng);

/* Bytes that came before come again, but are others (`garbage`; not before disorder_swap()), or the
 * same. */
void disorder_overlap(struct script *script, struct rng *rng, bool garbage);
void disorder_probe(struct script *script, struct rng *rng);

/* Packets come up to eight too late. */
void disorder_shuffle(struct script *script, struct rng *rng);

/* Packets of nobody: SYN, FIN, RST and garbage with numbers far from the connection's, or (`near`)
 * SYN, FIN and RST with its own. */
void disorder_spoof(struct script *script, struct rng *rng, bool near);

/* One packet of data in `times` is lost, or not captured to its end. */
void disorder_lose(struct script *script, struct rng *rng, __u32 times);
void disorder_cut(struct script *script, struct rng *rng, __u32 times);

#endif
