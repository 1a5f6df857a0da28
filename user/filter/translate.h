/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Classic BPF as instructions of today's kernels.
 */
#ifndef HDRTAP_USER_TRANSLATE_H
#define HDRTAP_USER_TRANSLATE_H

#include <linux/bpf.h>

#include "filter/compile.h"

/* Offsets of jumps have 16 bits. */
#define FILTER_CODE_MAX 32000

struct filter_code {
	struct bpf_insn *insn; /* owned */
	__u32 count;
};

/*
 * Translates a program into a function of a context and a struct hdrtap_prefix, which returns not 0
 * for the same packets: for every packet of which the prefix tells the truth, the verdict is that
 * of libpcap's bpf_filter() on all its bytes. `load`: the helper that loads what is behind the
 * prefix, BPF_FUNC_skb_load_bytes or BPF_FUNC_xdp_load_bytes. Returns 0, with the code to be freed
 * by filter_code_free(), or -errno with the reason in `why`: EINVAL, no valid program; EOPNOTSUPP,
 * a loop; E2BIG, too long.
 */
int filter_translate(struct filter_code *code, const struct filter_program *program, __s32 load,
		     char why[FILTER_WHY_MAX]);

void filter_code_free(struct filter_code *code);

#endif
