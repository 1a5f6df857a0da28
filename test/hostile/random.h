/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Random numbers that depend on nothing but a seed: splitmix64. */
#ifndef HDRTAP_TEST_RANDOM_H
#define HDRTAP_TEST_RANDOM_H

#include <linux/types.h>

struct rng {
	__u64 state;
};

static inline __u64 rng_next(struct rng *rng)
{
	__u64 z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* From 0 to `bound` - 1; 0 when there is nothing to choose from. */
static inline __u64 rng_below(struct rng *rng, __u64 bound)
{
	return bound ? rng_next(rng) % bound : 0;
}

/* 1 once in `times`. */
static inline int rng_once_in(struct rng *rng, __u32 times)
{
	return !rng_below(rng, times);
}

/* Goes on from a text, so that each subject and each kind has numbers of its own. */
static inline void rng_mix(struct rng *rng, const char *text)
{
	for (; *text; text++) {
		rng->state ^= (__u8)*text;
		rng_next(rng);
	}
}

#endif
