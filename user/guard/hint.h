/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Says once why nothing is logged: what passes is TLS or HTTP/2.
 */
#ifndef HDRTAP_USER_HINT_H
#define HDRTAP_USER_HINT_H

#include <stdbool.h>

#include <hdrtap/counters.h>

/* Zeroed at the start. */
struct hint {
	__u64 since; /* ns: when the last head was seen, or the start */
	__u64 heads; /* so far at that time */
	__u64 tls;   /* packets, likewise */
	__u64 http2;
	bool said;
};

/* Looks at the counters as they are at `now` (ns, any clock that only rises). */
void hint_look(struct hint *hint, const struct hdrtap_counters *counters, __u64 now);

#endif
