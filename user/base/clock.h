/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The clocks that kernel programs use, and that of the day. Records have CLOCK_BOOTTIME.
 */
#ifndef HDRTAP_USER_CLOCK_H
#define HDRTAP_USER_CLOCK_H

#include <hdrtap/types.h>

/* Now, as bpf_ktime_get_boot_ns() has it. */
__u64 clock_boottime(void);

/* CLOCK_REALTIME and CLOCK_MONOTONIC, ns. */
__u64 clock_utc(void);
__u64 clock_monotonic(void);

/* The time between two ticks of the kernel, which bpf_jiffies64() counts, in ns. */
__u64 clock_tick(void);

/* CLOCK_REALTIME - CLOCK_BOOTTIME in ns, measured. Changes whenever the machine's clock is set. */
__s64 clock_utc_offset(void);

#endif
