/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every process that attaches here takes a number that no other living process in this network
 * namespace has (owner.h). The number is in the handles of its filters. So several captures of one
 * interface get along, and a filter whose number can be taken is one that a killed process left.
 *
 * libbpf attaches and detaches.
 */
#include "attach/clsact.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <libmnl/libmnl.h>

#include "attach/filters.h"
#include "attach/owner.h"

#define HANDLE_FIRST   0x68640000 /* plus the process's number; anything rarely chosen by others */
#define NUMBERS        16         /* processes in one network namespace */
#define PRIORITIES     16 /* tried; one is taken for us when its filters are of another kind */
#define PRIORITY_MAX   65535
#define FILTERS_MAX    64 /* of ours at one direction of one interface */
#define PROGRAM_PREFIX "hdrtap_"

/* The interfaces whose qdisc this process made. */
struct made {
	unsigned int ifindex;
	struct made *next;
};

struct clsact {
	struct mnl_socket *netlink;
	int owner_fd; /* of its number */
	__u32 handle;
	struct made *made;
};

/* What a listing finds. */
struct filters {
	size_t total; /* of anybody */
	__u32 last;   /* the highest priority number of them */
	size_t count; /* ours, below */
	struct {
		__u32 handle;
		__u32 priority;
	} ours[FILTERS_MAX];
};

static int take_number(struct clsact *clsact)
{
	int fd = -EADDRINUSE;

	for (unsigned int number = 0; number < NUMBERS && fd == -EADDRINUSE; number++) {
		fd = owner_take("clsact", number);
		clsact->handle = HANDLE_FIRST + number;
	}
	clsact->owner_fd = fd;
	if (fd >= 0)
		return 0;
	return fd == -EADDRINUSE ? -EUSERS : fd;
}

int clsact_open(struct clsact **to)
{
	struct clsact *clsact = calloc(1, sizeof(*clsact));
	int err;

	if (!clsact)
		return -ENOMEM;
	err = take_number(clsact);
	if (!err) {
		clsact->netlink = filters_socket();
		err = clsact->netlink ? 0 : -errno;
	}
	if (err) {
		clsact_close(clsact);
		return err;
	}
	*to = clsact;
	return 0;
}

void clsact_close(struct clsact *clsact)
{
	struct made *made;

	if (!clsact)
		return;
	while ((made = clsact->made)) {
		clsact->made = made->next;
		free(made);
	}
	if (clsact->netlink)
		mnl_socket_close(clsact->netlink);
	if (clsact->owner_fd >= 0)
		close(clsact->owner_fd);
	free(clsact);
}

/* libbpf names a filter after its program. */
static bool is_ours(const struct filter *filter)
{
	return filter->handle >= HANDLE_FIRST && filter->handle < HANDLE_FIRST + NUMBERS &&
	       !strcmp(filter->kind, "bpf") &&
	       !strncmp(filter->name, PROGRAM_PREFIX, strlen(PROGRAM_PREFIX));
}

static void collect(void *context, const struct filter *filter)
{
	struct filters *filters = context;

	filters->total++;
	if (filter->priority > filters->last)
		filters->last = filter->priority;
	if (filters->count == FILTERS_MAX || !is_ours(filter))
		return;
	filters->ours[filters->count].handle = filter->handle;
	filters->ours[filters->count++].priority = filter->priority;
}

static int list_filters(struct clsact *clsact, unsigned int ifindex, __u32 parent,
			struct filters *filters)
{
	filters->total = 0;
	filters->last = 0;
	filters->count = 0;
	return filters_list(clsact->netlink, ifindex, parent, collect, filters);
}

/* True for a filter of this process, and for one whose process is dead. */
static bool may_remove(const struct clsact *clsact, __u32 handle)
{
	int fd;

	if (handle == clsact->handle)
		return true;
	fd = owner_take("clsact", handle - HANDLE_FIRST);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static __u32 parent_of(enum bpf_tc_attach_point point)
{
	return TC_H_MAKE(TC_H_CLSACT, point == BPF_TC_INGRESS ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
}

/* Removes at one direction what may be removed. `left`: filters that stay, whoever they belong to.
 */
static int clear(struct clsact *clsact, unsigned int ifindex, enum bpf_tc_attach_point point,
		 struct filters *left)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = point);
	int err = list_filters(clsact, ifindex, parent_of(point), left);

	for (size_t i = 0; i < left->count && !err; i++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .handle = left->ours[i].handle,
			    .priority = left->ours[i].priority);

		if (may_remove(clsact, opts.handle))
			err = bpf_tc_detach(&hook, &opts);
	}
	return err ? err : list_filters(clsact, ifindex, parent_of(point), left);
}

/* Makes sure that there is a clsact qdisc, remembering whether it is ours. */
static int make_qdisc(struct clsact *clsact, const struct bpf_tc_hook *hook)
{
	struct bpf_tc_hook create = *hook;
	struct made *made;
	int err = bpf_tc_hook_create(&create);

	if (err)
		return err == -EEXIST ? 0 : err;
	made = malloc(sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->ifindex = hook->ifindex;
	made->next = clsact->made;
	clsact->made = made;
	return 0;
}

int clsact_attach(struct clsact *clsact, unsigned int ifindex, __u8 direction, int program_fd,
		  bool last)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point =
			    direction == HDRTAP_DIRECTION_RECEIVE ? BPF_TC_INGRESS : BPF_TC_EGRESS);
	struct filters left;
	__u32 priority = 1;
	int err = make_qdisc(clsact, &hook);

	if (!err)
		err = clear(clsact, ifindex, hook.attach_point, &left);
	if (err)
		return err;
	err = -EINVAL; /* what the kernel says of a priority whose filters are of another kind */
	if (last)
		priority = left.last < PRIORITY_MAX ? left.last + 1 : PRIORITY_MAX;
	for (int tries = 0; tries < PRIORITIES && err == -EINVAL; tries++, priority++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd, .handle = clsact->handle,
			    .priority = priority);

		err = bpf_tc_attach(&hook, &opts);
	}
	return err;
}

/* What is looked for among filters. */
struct wanted {
	__u32 handle;
	__u32 program_id;
	bool found;
};

static void compare(void *context, const struct filter *filter)
{
	struct wanted *wanted = context;

	wanted->found |= filter->handle == wanted->handle &&
			 filter->program_id == wanted->program_id && is_ours(filter);
}

bool clsact_is_there(struct clsact *clsact, unsigned int ifindex, __u8 direction, __u32 program_id)
{
	struct wanted wanted = { .handle = clsact->handle, .program_id = program_id };
	enum bpf_tc_attach_point point =
		direction == HDRTAP_DIRECTION_RECEIVE ? BPF_TC_INGRESS : BPF_TC_EGRESS;

	return filters_list(clsact->netlink, ifindex, parent_of(point), compare, &wanted) ||
	       wanted.found;
}

/* Whether this process made the interface's qdisc; it is asked once. */
static bool forget_made(struct clsact *clsact, unsigned int ifindex)
{
	for (struct made **at = &clsact->made; *at; at = &(*at)->next) {
		struct made *made = *at;

		if (made->ifindex == ifindex) {
			*at = made->next;
			free(made);
			return true;
		}
	}
	return false;
}

void clsact_forget(struct clsact *clsact, unsigned int ifindex)
{
	forget_made(clsact, ifindex);
}

int clsact_clear(struct clsact *clsact, unsigned int ifindex, unsigned int *removed)
{
	static const enum bpf_tc_attach_point points[] = { BPF_TC_INGRESS, BPF_TC_EGRESS };
	struct filters before, left;
	int stay = 0, err = 0;

	for (size_t i = 0; i < 2 && !err; i++) {
		err = list_filters(clsact, ifindex, parent_of(points[i]), &before);
		if (!err)
			err = clear(clsact, ifindex, points[i], &left);
		if (err)
			break;
		*removed += before.count - left.count;
		stay += left.count;
	}
	return err ? err : stay;
}

int clsact_detach(struct clsact *clsact, unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	bool made = forget_made(clsact, ifindex);
	struct filters receive, transmit;
	int err = clear(clsact, ifindex, BPF_TC_INGRESS, &receive);

	if (!err)
		err = clear(clsact, ifindex, BPF_TC_EGRESS, &transmit);
	if (!err && made && !receive.total && !transmit.total)
		err = bpf_tc_hook_destroy(&hook);
	return err == -ENODEV ? 0 : err;
}
