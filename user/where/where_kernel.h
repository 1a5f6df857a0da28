/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What of a predicate the parser can tell, in the kernel or natively: hdrtap/where.h.
 */
#ifndef HDRTAP_USER_WHERE_KERNEL_H
#define HDRTAP_USER_WHERE_KERNEL_H

#include <hdrtap/where.h>

#include "where/where.h"

enum where_taken {
	WHERE_TAKEN,    /* all that it can tell of heads */
	WHERE_TOO_LONG, /* not all of that: there was no room */
};

/*
 * Makes `to` for records whose slots are those of `meta`. `kinds` of heads (bit per enum
 * hdrtap_kind) are shown at all. What passes `to` has to be decided all the same, with heads of the
 * kinds in to->needs.
 */
enum where_taken where_kernel(struct hdrtap_where *to, const struct where *where,
			      const struct run_meta *meta, __u32 kinds);

#endif
