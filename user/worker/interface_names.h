/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What interfaces are called, and were called a while ago: records wait in rings and to be put in
 * order, heads that never end for seconds, and their interfaces may be renamed or gone meanwhile.
 */
#ifndef HDRTAP_USER_INTERFACE_NAMES_H
#define HDRTAP_USER_INTERFACE_NAMES_H

#include <hdrtap/types.h>

struct interface_names;

/* NULL: out of memory. */
struct interface_names *interface_names_new(void);
void interface_names_free(struct interface_names *names); /* may be NULL */

/*
 * The interface is called `name` since `time` (ns); "": it is gone. Of each interface times ascend.
 * Takes memory only for interfaces that are there. Returns 0 or -ENOMEM (not reported): then its
 * name is not known.
 */
int interface_names_tell(struct interface_names *names, __u32 ifindex, const char *name,
			 __u64 time);

/* What the interface was called then; of one that is gone, its last name. NULL: not known, or no
 * longer. Valid until the next interface_names_tell(). */
const char *interface_names_find(struct interface_names *names, __u32 ifindex, __u64 time);

#endif
