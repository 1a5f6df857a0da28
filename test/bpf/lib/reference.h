/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What libpcap itself says. It has a file of its own, as libpcap and the kernel's headers both have
 * a struct bpf_insn.
 */
#ifndef HDRTAP_TEST_REFERENCE_H
#define HDRTAP_TEST_REFERENCE_H

#include <stdbool.h>

#include "filter/compile.h"

/* Whether the program lets the packet pass, by bpf_filter(). */
bool reference_passes(const struct filter_program *program, const void *bytes, __u32 length);

#endif
