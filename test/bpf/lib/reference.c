/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "reference.h"

#include <pcap/pcap.h>

bool reference_passes(const struct filter_program *program, const void *bytes, __u32 length)
{
	return bpf_filter((const void *)program->insn, bytes, length, length);
}
