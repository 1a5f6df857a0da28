/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/tcx.h"

#include <errno.h>

bool tcx_is_known(unsigned int ifindex)
{
	__u32 count = 0, flags = 0;

	return !bpf_prog_query(ifindex, TCX_INGRESS, 0, &flags, NULL, &count);
}

int tcx_programs(unsigned int ifindex, enum bpf_attach_type type, __u32 ids[TCX_PROGRAMS_MAX])
{
	__u32 count = TCX_PROGRAMS_MAX, flags = 0;

	return bpf_prog_query(ifindex, type, 0, &flags, ids, &count) ? -errno : (int)count;
}
