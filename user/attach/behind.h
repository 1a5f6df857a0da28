/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether other TC programs run before ours.
 */
#ifndef HDRTAP_USER_BEHIND_H
#define HDRTAP_USER_BEHIND_H

#include <stdbool.h>

#include <hdrtap/types.h>

/*
 * Whether there is another TCX program or clsact filter in front of the program at `direction`
 * (enum hdrtap_direction) of an interface. False, too, when it cannot be told.
 */
bool behind_others(unsigned int ifindex, __u8 direction, __u32 program_id);

#endif
