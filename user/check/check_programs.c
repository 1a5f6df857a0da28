/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What runs on a packet that is received: XDP programs, TCX programs, clsact filters; on one that
 * is sent, TCX programs and clsact filters. Within each the order is the kernel's. Names of
 * programs take CAP_SYS_ADMIN.
 */
#include "check/check_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <xdp/libxdp.h>

#include "attach/filters.h"
#include "attach/tcx.h"

#define OURS "hdrtap_" /* what names of our programs begin with */

struct found {
	struct check *check; /* NULL: they are only counted */
	const char *where;
	bool receive;
	unsigned int count;
	bool xdp;         /* an XDP program that is not hdrtap's was found */
	bool foreign;     /* a TCX program that is not hdrtap's was found */
	bool ours_behind; /* one of hdrtap's came after it */
	__u32 priority;   /* of the last filter */
};

/* A program's name, "?" when it may not be asked. Of static storage. */
static const char *name_of(__u32 id)
{
	static struct bpf_prog_info info;
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id), err;

	info = (struct bpf_prog_info){ 0 };
	err = fd < 0 ? -1 : bpf_obj_get_info_by_fd(fd, &info, &size);
	if (fd >= 0)
		close(fd);
	return err || !info.name[0] ? "?" : info.name;
}

/* `id`: of a program, 0: it is none. */
static void note(struct found *found, const char *what, const char *name, __u32 id)
{
	found->count++;
	if (!found->check)
		return;
	if (id)
		check_say(found->check, CHECK_OK, found->where, "%u. %s: %s (id %u)", found->count,
			  what, name, id);
	else
		check_say(found->check, CHECK_OK, found->where, "%u. %s", found->count, what);
}

static bool is_ours(const char *name)
{
	return !strncmp(name, OURS, strlen(OURS));
}

static void note_xdp(struct found *found, const struct xdp_program *program)
{
	found->xdp |= !is_ours(xdp_program__name(program));
	note(found, "XDP", xdp_program__name(program), xdp_program__id(program));
}

static void find_xdp(struct found *found, unsigned int ifindex)
{
	struct xdp_multiprog *chain = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program = NULL;

	if (libxdp_get_error(chain))
		return;
	if (xdp_multiprog__is_legacy(chain)) {
		program = xdp_multiprog__main_prog(chain);
		note_xdp(found, program);
		if (found->check && found->check->hook != ATTACH_TC)
			check_say(found->check, CHECK_STOP, found->where,
				  "that XDP program is attached without a dispatcher, so no "
				  "other can be added; remove it, or use --hook tc");
	} else {
		while ((program = xdp_multiprog__next_prog(program, chain)))
			note_xdp(found, program);
	}
	xdp_multiprog__close(chain);
}

static void find_tcx(struct found *found, unsigned int ifindex, enum bpf_attach_type type)
{
	__u32 ids[TCX_PROGRAMS_MAX];
	int count = tcx_programs(ifindex, type, ids);

	for (int i = 0; i < count; i++) {
		const char *name = name_of(ids[i]);

		found->ours_behind |= is_ours(name) && found->foreign;
		found->foreign |= !is_ours(name);
		note(found, "TCX", name, ids[i]);
	}
}

static void on_filter(void *context, const struct filter *filter)
{
	struct found *found = context;
	char what[64];

	bool program = !strcmp(filter->kind, "bpf");

	if (program ? !filter->handle : filter->priority == found->priority)
		return; /* the head of a list; more of the same kind */
	found->priority = filter->priority;
	snprintf(what, sizeof(what), "%s filter, priority %u", filter->kind, filter->priority);
	note(found, what, filter->name, filter->program_id);
}

static void find_filters(struct found *found, unsigned int ifindex, __u32 minor)
{
	struct mnl_socket *netlink = filters_socket();

	if (!netlink)
		return;
	filters_list(netlink, ifindex, TC_H_MAKE(TC_H_CLSACT, minor), on_filter, found);
	mnl_socket_close(netlink);
}

static void find_received(struct found *found, unsigned int ifindex)
{
	find_xdp(found, ifindex);
	find_tcx(found, ifindex, TCX_INGRESS);
	find_filters(found, ifindex, TC_H_MIN_INGRESS);
}

static void find_sent(struct found *found, unsigned int ifindex)
{
	find_tcx(found, ifindex, TCX_EGRESS);
	find_filters(found, ifindex, TC_H_MIN_EGRESS);
}

/* Of TCX's verdicts, those it does not know skip its other programs, and the filters run. */
static void say_last(struct check *check, const struct found *found, bool xdp)
{
	if (xdp || !tcx_is_known(check->interface.index))
		check_say(check, CHECK_NOTE, found->where,
			  "hdrtap would be the last of the %s: it would not see what others drop, "
			  "redirect or end with a verdict",
			  xdp ? "XDP programs" : "filters");
	else
		check_say(check, CHECK_NOTE, found->where,
			  "hdrtap would be the last of the TCX programs: it would not see what "
			  "others drop, redirect, or end with another verdict than TCX_NEXT (-1), "
			  "such as 0; filters run after it in any case");
}

/* What hdrtap sees and does not see where it would be: each kind of programs runs before the next.
 */
static void say_order(struct check *check, const struct found *found)
{
	bool xdp = check->hook != ATTACH_TC && found->receive;

	if (!found->count)
		check_say(check, CHECK_OK, found->where, "nothing else is attached");
	else if (check->last)
		say_last(check, found, xdp);
	else
		check_say(check, CHECK_OK, found->where,
			  "hdrtap would be the first of the %s: it would see what "
			  "others drop or change later; --order last puts it after them",
			  xdp                                    ? "XDP programs"
			  : tcx_is_known(check->interface.index) ? "TCX programs"
								 : "filters");
	if (found->xdp && !xdp)
		check_say(check, CHECK_NOTE, found->where,
			  "XDP programs run before: hdrtap does not see what they drop or "
			  "redirect; --hook xdp puts it among them");
	if (found->ours_behind)
		check_say(check, CHECK_NOTE, found->where,
			  "a running hdrtap is behind a TCX program: it sees only packets that "
			  "get TCX_NEXT (-1) from all before it; restart it to be the first");
}

void check_programs(struct check *check)
{
	struct found received = { .check = check, .where = "received", .receive = true };
	struct found sent = { .check = check, .where = "sent" };

	if (!check->permitted) {
		check_say(check, CHECK_NOTE, "programs", "not checked: not permitted, see above");
		return;
	}
	find_received(&received, check->interface.index);
	say_order(check, &received);
	find_sent(&sent, check->interface.index);
	say_order(check, &sent);
}

unsigned int check_count(const struct interface *interface)
{
	struct found found = { 0 };

	find_received(&found, interface->index);
	find_sent(&found, interface->index);
	return found.count;
}
