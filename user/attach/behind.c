/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel runs TCX programs before clsact filters, each in the order in which it lists them. So
 * ours is behind another unless it is the first of all.
 */
#include "attach/behind.h"

#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <string.h>

#include <hdrtap/record.h>

#include "attach/filters.h"
#include "attach/tcx.h"

/* What is listed first. */
struct first {
	bool known;
	__u32 program_id; /* 0: a filter that is no program */
};

static struct first first_tcx(unsigned int ifindex, bool receive)
{
	__u32 ids[TCX_PROGRAMS_MAX];

	if (tcx_programs(ifindex, receive ? TCX_INGRESS : TCX_EGRESS, ids) <= 0)
		return (struct first){ 0 };
	return (struct first){ true, ids[0] };
}

static void on_filter(void *context, const struct filter *filter)
{
	struct first *first = context;

	if (first->known || (!strcmp(filter->kind, "bpf") && !filter->handle))
		return; /* not the first; the head of a list */
	*first = (struct first){ true, filter->program_id };
}

static struct first first_filter(unsigned int ifindex, bool receive)
{
	struct mnl_socket *netlink = filters_socket();
	struct first first = { 0 };

	if (!netlink)
		return first;
	filters_list(netlink, ifindex,
		     TC_H_MAKE(TC_H_CLSACT, receive ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS),
		     on_filter, &first);
	mnl_socket_close(netlink);
	return first;
}

bool behind_others(unsigned int ifindex, __u8 direction, __u32 program_id)
{
	bool receive = direction == HDRTAP_DIRECTION_RECEIVE;
	struct first first = first_tcx(ifindex, receive);

	if (!first.known)
		first = first_filter(ifindex, receive);
	return first.known && first.program_id != program_id;
}
