/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Messages for what the kernel did not permit.
 */
#ifndef HDRTAP_USER_CAPABILITY_H
#define HDRTAP_USER_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>

#define CAPABILITY_NAMES_MAX 64 /* bytes of all that capturing takes, joined */

/* Whether the capability, CAP_* of linux/capability.h, is in effect. */
bool capability_effective(int capability);

/*
 * Whether kernel.perf_event_paranoid is above 2, for which kernels of Debian and Ubuntu make perf
 * events take CAP_SYS_ADMIN.
 */
bool capability_perf_restricted(void);

/* Makes `names` those that capturing takes and that are not in effect, joined; "" when none is
 * missing. */
void capabilities_missing(char *names, size_t size);

/* False when one of the capabilities that capturing takes is not in effect. */
bool capabilities_complete(void);

/*
 * As fail(), for what permission_refused(): says that `what` failed and names the capabilities that
 * capturing takes and that are not in effect; when none is missing, who else refuses.
 */
int fail_not_permitted(int errnum, const char *what);

#endif
