/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every header here needs to compile for the kernel (clang -target bpf) and for the host: fixed-width types
 * and the few places where the two builds differ. Nothing in include/hdrtap depends on the rest of the project.
 */
#ifndef HDRTAP_TYPES_H
#define HDRTAP_TYPES_H

#include <linux/types.h>

#ifdef __bpf__
#define HDRTAP_INLINE static inline __attribute__((always_inline))
/* Verified once on its own; its pointer arguments must be checked for NULL before use. */
#define HDRTAP_GLOBAL __attribute__((noinline))
#define HDRTAP_NOINLINE static __attribute__((noinline))
#define HDRTAP_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
/* Masks `var` where the verifier can see it: clang would otherwise fold the mask into an earlier comparison. */
#define HDRTAP_MASK(var, bits) asm volatile("%0 &= %1" : "+r"(var) : "i"(bits))
#else
#define HDRTAP_INLINE static inline
#define HDRTAP_GLOBAL static inline
#define HDRTAP_NOINLINE static inline
#define HDRTAP_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#define HDRTAP_MASK(var, bits) ((var) &= (bits))
#endif

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif

#endif
