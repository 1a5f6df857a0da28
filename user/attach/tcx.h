/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * TCX, of Linux 6.6: what an interface has there. The names are newer than the headers this is
 * built with.
 */
#ifndef HDRTAP_USER_TCX_H
#define HDRTAP_USER_TCX_H

#include <bpf/bpf.h>
#include <stdbool.h>

#include <hdrtap/types.h>

#define TCX_INGRESS ((enum bpf_attach_type)46)
#define TCX_EGRESS  ((enum bpf_attach_type)47)
#define TCX_BEFORE  (1U << 3) /* BPF_F_BEFORE; with no program named: before all */
#define TCX_AFTER   (1U << 4) /* BPF_F_AFTER, likewise */

#define TCX_PROGRAMS_MAX 64 /* at one direction of an interface: the kernel takes no more */

/* Whether the kernel has TCX: otherwise it does not know what it is asked for. */
bool tcx_is_known(unsigned int ifindex);

/* The numbers of the programs there, in the order in which they run. Returns how many, or -errno,
 * saying nothing. */
int tcx_programs(unsigned int ifindex, enum bpf_attach_type type, __u32 ids[TCX_PROGRAMS_MAX]);

#endif
