/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A translation that is going on, for translate.c and translate_load.c alone.
 */
#ifndef HDRTAP_USER_TRANSLATION_H
#define HDRTAP_USER_TRANSLATION_H

#include <linux/filter.h>
#include <stdbool.h>

#include "filter/compile.h"
#include "filter/emit.h"

#define TRANSLATION_UNREACHED  0xffffffffU /* as a number of bytes that a packet has */
#define TRANSLATION_OFFSET_MAX 0x7fffffffU /* no packet is as long */

struct translation {
	const struct filter_program *program;
	struct emit emit;
	__s32 load;
	__u32 *known; /* per instruction: bytes that packets have, TRANSLATION_UNREACHED: it is not
		       */
	bool used[BPF_MEMWORDS];
	const char *why;
};

/* Instruction `to` is reached by packets of at least `bytes`. Returns 0 or -EINVAL. */
int translation_reach(struct translation *t, __u64 to, __u32 bytes);

/* A packet that gets here does not pass. */
void translation_reject(struct translation *t);

/* Whether the scratch memory has such a word: 0 or -EINVAL. */
int translation_word(struct translation *t, __u32 word);

#endif
