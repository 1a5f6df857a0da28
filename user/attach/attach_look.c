/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * It is the interface that is asked for its programs, not our links: a link that went with its
 * interface to another network namespace is as it was.
 */
#include "attach/attach_look.h"

#include <errno.h>

#include "attach/attached.h"
#include "attach/behind.h"
#include "attach/clsact.h"
#include "attach/reached.h"
#include "attach/tcx.h"
#include "attach/xdp.h"
#include "base/descriptors.h"

/* When the kernel cannot say, the program is taken to be there. */
static bool is_at_tcx(unsigned int ifindex, __u8 direction, __u32 program_id)
{
	__u32 ids[TCX_PROGRAMS_MAX];
	int count =
		tcx_programs(ifindex,
			     direction == HDRTAP_DIRECTION_RECEIVE ? TCX_INGRESS : TCX_EGRESS, ids);

	if (count < 0)
		return count != -ENODEV;
	for (int i = 0; i < count; i++)
		if (ids[i] == program_id)
			return true;
	return false;
}

static bool is_there(const struct attach *attach, const struct attached *at, __u8 direction)
{
	if (at->xdp && direction == HDRTAP_DIRECTION_RECEIVE)
		return xdp_is_there(at->xdp);
	if (attach->use_clsact)
		return clsact_is_there(attach->clsact, at->interface.index, direction,
				       at->program_id[direction]);
	return is_at_tcx(at->interface.index, direction, at->program_id[direction]);
}

__u32 attach_missing(struct attach *attach, unsigned int ifindex)
{
	const struct attached *at = attached_find(attach, ifindex);
	__u32 missing = 0;

	for (__u8 i = 0; at && i < HDRTAP_DIRECTION_MAX; i++)
		if (at->directions & 1U << i && !is_there(attach, at, i))
			missing |= 1U << i;
	return missing;
}

/* Of all filters that are gone, the qdisc went first, and one that is there now is not ours. */
static void forget_qdisc(struct attach *attach, const struct attached *at, __u32 directions)
{
	__u32 filters = at->directions;

	if (at->xdp)
		filters &= ~(1U << HDRTAP_DIRECTION_RECEIVE);
	if (attach->clsact && (directions & filters) == filters)
		clsact_forget(attach->clsact, at->interface.index);
}

int attach_again(struct attach *attach, unsigned int ifindex, __u32 directions,
		 struct attach_report *report)
{
	struct attached *at = attached_find(attach, ifindex);
	int err = at ? 0 : -ENODEV;

	if (at)
		forget_qdisc(attach, at, directions);
	descriptors_reserve(true);
	for (__u8 i = 0; i < HDRTAP_DIRECTION_MAX && !err; i++) {
		if (!(directions & 1U << i))
			continue;
		attached_drop(at, i);
		err = attached_add(attach, at, i);
	}
	descriptors_reserve(false);
	if (err)
		attach_let_go(attach, ifindex);
	else
		*report = attached_report(at);
	return err;
}

int attach_reached(const struct attach *attach, unsigned int ifindex,
		   __u64 packets[HDRTAP_DIRECTION_MAX])
{
	return reached_read(attach->object, ifindex, packets);
}

bool attach_is_behind(const struct attach *attach, unsigned int ifindex, __u8 direction)
{
	const struct attached *at = attached_find(attach, ifindex);

	return at && at->program_id[direction] &&
	       behind_others(ifindex, direction, at->program_id[direction]);
}
