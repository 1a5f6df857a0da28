/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names newer than the headers this is built with; linux/bpf.h of Linux 6.6.
 */
#ifndef HDRTAP_USER_TCX_H
#define HDRTAP_USER_TCX_H

#include <bpf/bpf.h>

#define TCX_INGRESS ((enum bpf_attach_type)46)
#define TCX_EGRESS  ((enum bpf_attach_type)47)
#define TCX_BEFORE  (1U << 3) /* BPF_F_BEFORE; with no program named: before all */
#define TCX_AFTER   (1U << 4) /* BPF_F_AFTER, likewise */

#endif
