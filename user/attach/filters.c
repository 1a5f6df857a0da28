/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/filters.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

struct reader {
	filter_seen seen;
	void *context;
};

struct mnl_socket *filters_socket(void)
{
	struct mnl_socket *netlink = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

	if (netlink && mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID)) {
		mnl_socket_close(netlink);
		return NULL;
	}
	return netlink;
}

/* The value of an attribute of strings, "" when it is not one. */
static const char *string_of(const struct nlattr *attribute)
{
	if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
		return "";
	return mnl_attr_get_str(attribute);
}

static int take_option(const struct nlattr *attribute, void *context)
{
	struct filter *filter = context;

	if (mnl_attr_get_type(attribute) == TCA_BPF_NAME)
		filter->name = string_of(attribute);
	if (mnl_attr_get_type(attribute) == TCA_BPF_ID &&
	    mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
		filter->program_id = mnl_attr_get_u32(attribute);
	return MNL_CB_OK;
}

static int take_attribute(const struct nlattr *attribute, void *context)
{
	const struct nlattr **options = context;
	int type = mnl_attr_get_type(attribute);

	if (type == TCA_KIND)
		options[0] = attribute;
	if (type == TCA_OPTIONS)
		options[1] = attribute;
	return MNL_CB_OK;
}

static int on_message(const struct nlmsghdr *message, void *context)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	const struct nlattr *found[2] = { NULL, NULL };
	struct filter filter = { .kind = "", .name = "" };
	const struct reader *reader = context;

	if (message->nlmsg_type != RTM_NEWTFILTER ||
	    message->nlmsg_len < mnl_nlmsg_size(sizeof(*tc)))
		return MNL_CB_OK;
	mnl_attr_parse(message, sizeof(*tc), take_attribute, found);
	if (found[0])
		filter.kind = string_of(found[0]);
	if (found[1] && !strcmp(filter.kind, "bpf"))
		mnl_attr_parse_nested(found[1], take_option, &filter);
	filter.priority = TC_H_MAJ(tc->tcm_info) >> 16;
	filter.handle = tc->tcm_handle;
	reader->seen(reader->context, &filter);
	return MNL_CB_OK;
}

/* Returns the result of the dump that the request began. */
static int receive(struct mnl_socket *netlink, char *buffer, size_t size, struct reader *reader)
{
	int result = MNL_CB_OK;

	while (result == MNL_CB_OK) {
		ssize_t length = mnl_socket_recvfrom(netlink, buffer, size);

		if (length < 0)
			return -errno;
		result = mnl_cb_run(buffer, length, 0, mnl_socket_get_portid(netlink), on_message,
				    reader);
		if (result == MNL_CB_ERROR)
			return -errno;
	}
	return 0;
}

int filters_list(struct mnl_socket *netlink, unsigned int ifindex, __u32 parent, filter_seen seen,
		 void *context)
{
	char buffer[32768]
		__attribute__((aligned(NLMSG_ALIGNTO))); /* as large as the kernel's messages get */
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(message, sizeof(*tc));
	struct reader reader = { seen, context };

	message->nlmsg_type = RTM_GETTFILTER;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = ifindex;
	tc->tcm_parent = parent;
	if (mnl_socket_sendto(netlink, message, message->nlmsg_len) < 0)
		return -errno;
	return receive(netlink, buffer, sizeof(buffer), &reader);
}
