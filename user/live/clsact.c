/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every process that attaches here takes a number that no other living process in this network
 * namespace has (owner.h). The number is in the handles of its filters. So several captures of one
 * interface get along, and a filter whose number can be taken is one that a killed process left.
 *
 * libbpf attaches and detaches; what is there is listed by netlink, since libbpf can only ask for a
 * filter whose priority is known.
 */
#include "clsact.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <libmnl/libmnl.h>

#include "owner.h"

#define HANDLE_FIRST   0x68640000 /* plus the process's number; anything rarely chosen by others */
#define NUMBERS        16         /* processes in one network namespace */
#define PRIORITIES     16 /* tried; one is taken for us when its filters are of another kind */
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

static int open_netlink(struct clsact *clsact)
{
	clsact->netlink = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!clsact->netlink || mnl_socket_bind(clsact->netlink, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	return 0;
}

int clsact_open(struct clsact **to)
{
	struct clsact *clsact = calloc(1, sizeof(*clsact));
	int err;

	if (!clsact)
		return -ENOMEM;
	err = take_number(clsact);
	if (!err)
		err = open_netlink(clsact);
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

/* The value of an attribute of strings, "" when it is not there. */
static const char *attribute_string(const struct nlattr *attribute)
{
	if (!attribute || mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
		return "";
	return mnl_attr_get_str(attribute);
}

static const struct nlattr *attribute_inside(const struct nlattr *nest, int type)
{
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute,
				 nest) if (mnl_attr_get_type(attribute) == type) return attribute;
	return NULL;
}

/* libbpf names a filter after its program. */
static bool is_ours(const struct nlmsghdr *message)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute, *kind = NULL, *options = NULL;

	if (tc->tcm_handle < HANDLE_FIRST || tc->tcm_handle >= HANDLE_FIRST + NUMBERS)
		return false;
	mnl_attr_for_each(attribute, message, sizeof(*tc))
	{
		if (mnl_attr_get_type(attribute) == TCA_KIND)
			kind = attribute;
		if (mnl_attr_get_type(attribute) == TCA_OPTIONS)
			options = attribute;
	}
	if (!options || strcmp(attribute_string(kind), "bpf"))
		return false;
	return !strncmp(attribute_string(attribute_inside(options, TCA_BPF_NAME)), PROGRAM_PREFIX,
			strlen(PROGRAM_PREFIX));
}

static int collect(const struct nlmsghdr *message, void *context)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct filters *filters = context;

	if (message->nlmsg_type != RTM_NEWTFILTER ||
	    message->nlmsg_len < mnl_nlmsg_size(sizeof(*tc)))
		return MNL_CB_OK;
	filters->total++;
	if (filters->count < FILTERS_MAX && is_ours(message)) {
		filters->ours[filters->count].handle = tc->tcm_handle;
		filters->ours[filters->count++].priority = TC_H_MAJ(tc->tcm_info) >> 16;
	}
	return MNL_CB_OK;
}

/* Returns the result of the dump that the request began. */
static int receive_filters(struct clsact *clsact, char *buffer, size_t size,
			   struct filters *filters)
{
	int result = MNL_CB_OK;

	while (result == MNL_CB_OK) {
		ssize_t length = mnl_socket_recvfrom(clsact->netlink, buffer, size);

		if (length < 0)
			return -errno;
		result = mnl_cb_run(buffer, length, 0, mnl_socket_get_portid(clsact->netlink),
				    collect, filters);
		if (result == MNL_CB_ERROR)
			return -errno;
	}
	return 0;
}

static int list_filters(struct clsact *clsact, unsigned int ifindex, __u32 parent,
			struct filters *filters)
{
	char buffer[32768]
		__attribute__((aligned(NLMSG_ALIGNTO))); /* as large as the kernel's messages get */
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(message, sizeof(*tc));

	filters->total = 0;
	filters->count = 0;
	message->nlmsg_type = RTM_GETTFILTER;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = ifindex;
	tc->tcm_parent = parent;
	if (mnl_socket_sendto(clsact->netlink, message, message->nlmsg_len) < 0)
		return -errno;
	return receive_filters(clsact, buffer, sizeof(buffer), filters);
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

/* Removes at one direction what may be removed. `*left`: filters that stay, whoever they belong to.
 */
static int clear(struct clsact *clsact, unsigned int ifindex, enum bpf_tc_attach_point point,
		 size_t *left)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = point);
	struct filters filters;
	int err = list_filters(clsact, ifindex, parent_of(point), &filters);

	for (size_t i = 0; i < filters.count && !err; i++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .handle = filters.ours[i].handle,
			    .priority = filters.ours[i].priority);

		if (may_remove(clsact, opts.handle))
			err = bpf_tc_detach(&hook, &opts);
	}
	if (!err)
		err = list_filters(clsact, ifindex, parent_of(point), &filters);
	*left = filters.total;
	return err;
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

int clsact_attach(struct clsact *clsact, unsigned int ifindex, __u8 direction, int program_fd)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point =
			    direction == HDRTAP_DIRECTION_RECEIVE ? BPF_TC_INGRESS : BPF_TC_EGRESS);
	size_t left;
	int err = make_qdisc(clsact, &hook);

	if (!err)
		err = clear(clsact, ifindex, hook.attach_point, &left);
	if (err)
		return err;
	err = -EINVAL; /* what the kernel says of a priority whose filters are of another kind */
	for (__u32 priority = 1; priority <= PRIORITIES && err == -EINVAL; priority++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd, .handle = clsact->handle,
			    .priority = priority);

		err = bpf_tc_attach(&hook, &opts);
	}
	return err;
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

int clsact_detach(struct clsact *clsact, unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	bool made = forget_made(clsact, ifindex);
	size_t receive = 0, transmit = 0;
	int err = clear(clsact, ifindex, BPF_TC_INGRESS, &receive);

	if (!err)
		err = clear(clsact, ifindex, BPF_TC_EGRESS, &transmit);
	if (!err && made && !receive && !transmit)
		err = bpf_tc_hook_destroy(&hook);
	return err == -ENODEV ? 0 : err;
}
