/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/libraries.h"

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

void libraries_be_quiet(void)
{
	libbpf_set_print(NULL);
	libxdp_set_print(NULL);
}
