/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The filters that are attached to a direction of an interface (tc-bpf(8)), asked for by netlink:
 * libbpf can only ask for one whose priority is known.
 */
#ifndef HDRTAP_USER_FILTERS_H
#define HDRTAP_USER_FILTERS_H

#include <hdrtap/types.h>

struct mnl_socket;

/* Texts are valid during the call, "" when there is none. */
struct filter {
	const char *kind; /* "bpf", "flower", ... */
	const char *name; /* of a bpf filter: libbpf takes its program's */
	__u32 program_id; /* of a bpf filter, 0: not told */
	__u32 priority;   /* lower ones run earlier */
	__u32 handle;
};

typedef void (*filter_seen)(void *context, const struct filter *filter);

/* Returns a socket for filters_list(), NULL with errno. */
struct mnl_socket *filters_socket(void);

/*
 * Calls `seen` for each filter in the order in which they run. `parent` is TC_H_CLSACT with
 * TC_H_MIN_INGRESS or TC_H_MIN_EGRESS. Returns 0 or -errno, saying nothing; an interface without
 * the qdisc has none.
 */
int filters_list(struct mnl_socket *netlink, unsigned int ifindex, __u32 parent, filter_seen seen,
		 void *context);

#endif
