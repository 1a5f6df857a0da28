/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "filter/translation.h"

#include <errno.h>

int translation_reach(struct translation *t, __u64 to, __u32 bytes)
{
	if (to >= t->program->count) {
		t->why = "libpcap's program has no end";
		return -EINVAL;
	}
	if (bytes < t->known[to])
		t->known[to] = bytes;
	return 0;
}

void translation_reject(struct translation *t)
{
	emit_jump(&t->emit, t->program->count);
}

int translation_word(struct translation *t, __u32 word)
{
	if (word < BPF_MEMWORDS)
		return 0;
	t->why = "libpcap's program uses memory that there is not";
	return -EINVAL;
}
