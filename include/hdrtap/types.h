/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every header here needs to compile for the kernel (clang -target bpf) and for the host:
 * fixed-width types and the few places where the two builds differ. Nothing in include/hdrtap
 * depends on the rest of the project.
 */
#ifndef HDRTAP_TYPES_H
#define HDRTAP_TYPES_H

#include <linux/types.h>

#ifdef __bpf__
#define HDRTAP_INLINE static inline __attribute__((always_inline))
/* Verified once on its own; its pointer arguments must be checked for NULL before use. */
#define HDRTAP_GLOBAL                    __attribute__((noinline))
#define HDRTAP_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
/* Masks `var` where the verifier can see it: clang would otherwise fold the mask into an earlier
 * comparison. */
#define HDRTAP_MASK(var, bits) asm volatile("%0 &= %1" : "+r"(var) : "i"(bits))
/* As HDRTAP_MASK(), with a number that the verifier knows though the compiler does not. */
#define HDRTAP_MASK_BY(var, mask) asm volatile("%0 &= %1" : "+r"(var) : "r"((__u64)(mask)))
/*
 * Makes the verifier forget what it knows of the low `bits` of `var` (its value stays): ways
 * through the program that differ only in that become one. `noise` is any number the verifier knows
 * nothing of.
 */
#define HDRTAP_FORGET(var, noise, bits)                      \
	do {                                                 \
		__u32 hdrtap_noise = (noise);                \
		asm volatile("%1 &= %2; %0 ^= %1; %0 ^= %1"  \
			     : "+r"(var), "+r"(hdrtap_noise) \
			     : "i"(bits));                   \
	} while (0)
#else
#define HDRTAP_INLINE                    static inline
#define HDRTAP_GLOBAL                    static inline
#define HDRTAP_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#define HDRTAP_MASK(var, bits)           ((var) &= (bits))
#define HDRTAP_MASK_BY(var, mask)        ((var) &= (mask))
#define HDRTAP_FORGET(var, noise, bits)  ((void)(noise))
#endif

/* One unaligned little-endian word. (A memcpy would become eight byte loads with -target bpf.) */
#ifdef __bpf__
#define hdrtap_load64(from)   (*(const __u64 *)(from))
#define hdrtap_store64(to, v) (*(__u64 *)(to) = (v))
#else
static inline __u64 hdrtap_load64(const void *from)
{
	__u64 word;

	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

static inline void hdrtap_store64(void *to, __u64 word)
{
	__builtin_memcpy(to, &word, sizeof(word));
}
#endif
HDRTAP_STATIC_ASSERT(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are little-endian");

#ifndef NULL
#define NULL ((void *)0)
#endif
/* Not the offsetof of bpf_helpers.h, which is no constant expression. */
#define hdrtap_offsetof(type, member) __builtin_offsetof(type, member)

#endif
