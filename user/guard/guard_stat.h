/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the guard has to say in the stat file.
 */
#ifndef HDRTAP_USER_GUARD_STAT_H
#define HDRTAP_USER_GUARD_STAT_H

#include <sys/types.h>

#include "guard/kernel_counters.h"
#include "guard/live_interfaces.h"
#include "share/live_shared.h"

/* Writes it; `counters` were read just now. */
void guard_stat_write(struct live_shared *shared, pid_t worker,
		      const struct kernel_counters *counters,
		      const struct live_interfaces *interfaces, const struct attach *attach);

#endif
