/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Asked by rtnetlink(7): one dump tells of all interfaces, whatever their number, and the kernel
 * knows alternative names, which are too long for ioctl. The kernel marks a dump during which
 * interfaces came or went; it is taken as it is, since there may never be another.
 */
#include "attach/interfaces.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/error.h"

#define ARPHRD_IP6GRE  823   /* of linux/if_arp.h, which can't stand beside net/if_arp.h */
#define NAME_MAX_BYTES 127   /* of an alternative name */
#define ROOM_FIRST     32    /* interfaces */
#define BUFFER_SIZE    32768 /* as large as the kernel's messages get */

/* What an answer is collected in. */
struct listing {
	struct interface *list;
	size_t count;
	size_t room;
};

static enum interface_link link_of(unsigned short hardware)
{
	switch (hardware) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return INTERFACE_ETHERNET;
	case ARPHRD_NONE:
	case ARPHRD_RAWIP:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case ARPHRD_IP6GRE:
		return INTERFACE_IP;
	default:
		return INTERFACE_OTHER;
	}
}

static void copy_text(char *to, size_t size, const struct nlattr *attribute)
{
	if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
		strncpy(to, mnl_attr_get_str(attribute), size - 1);
}

static int take_link_info(const struct nlattr *attribute, void *context)
{
	struct interface *interface = context;

	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND)
		copy_text(interface->kind, sizeof(interface->kind), attribute);
	return MNL_CB_OK;
}

static int take_attribute(const struct nlattr *attribute, void *context)
{
	struct interface *interface = context;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		copy_text(interface->name, sizeof(interface->name), attribute);
		break;
	case IFLA_MASTER:
		if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
			interface->master = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINKINFO:
		mnl_attr_parse_nested(attribute, take_link_info, interface);
		break;
	}
	return MNL_CB_OK;
}

/* Returns a place for one more, NULL: out of memory. */
static struct interface *grow(struct listing *to)
{
	size_t room = to->room ? 2 * to->room : ROOM_FIRST;
	struct interface *list;

	if (to->count < to->room)
		return &to->list[to->count++];
	list = reallocarray(to->list, room, sizeof(*list));
	if (!list)
		return NULL;
	to->list = list;
	to->room = room;
	return &list[to->count++];
}

static int add(struct listing *to, const struct nlmsghdr *message)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	struct interface *interface;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(*link)))
		return -EBADMSG;
	interface = grow(to);
	if (!interface)
		return -ENOMEM;
	*interface = (struct interface){
		.index = link->ifi_index,
		.up = link->ifi_flags & IFF_UP,
		.loopback = link->ifi_flags & IFF_LOOPBACK,
		.hardware = link->ifi_type,
		.link = link_of(link->ifi_type),
	};
	mnl_attr_parse(message, sizeof(*link), take_attribute, interface);
	return 0;
}

/* Takes one message of an answer. Returns 1 when it was the last, 0, or -errno. */
static int take(struct listing *to, const struct nlmsghdr *message)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	int err = 0;

	if (message->nlmsg_type == NLMSG_DONE)
		return 1;
	if (message->nlmsg_type == NLMSG_ERROR)
		return message->nlmsg_len < mnl_nlmsg_size(sizeof(*error)) || !error->error
			       ? -EBADMSG
			       : error->error;
	if (message->nlmsg_type == RTM_NEWLINK)
		err = add(to, message);
	return err ? err : !(message->nlmsg_flags & NLM_F_MULTI);
}

static int receive(struct listing *to, struct mnl_socket *netlink, char *buffer)
{
	int result = 0;

	while (!result) {
		ssize_t length = mnl_socket_recvfrom(netlink, buffer, BUFFER_SIZE);
		const struct nlmsghdr *message = (const void *)buffer;
		int left = length;

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		for (; !result && mnl_nlmsg_ok(message, left);
		     message = mnl_nlmsg_next(message, &left))
			result = take(to, message);
	}
	return result < 0 ? result : 0;
}

/* Asks for the interface of that name or index, or for all. `to->list` is to be freed. Returns 0 or
 * -errno. */
static int ask(struct listing *to, const char *name, unsigned int index)
{
	char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	struct mnl_socket *netlink = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = netlink ? 0 : -errno;

	*to = (struct listing){ 0 };
	if (!netlink)
		return err;
	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | (name || index ? 0 : NLM_F_DUMP);
	link->ifi_index = index;
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (name)
		mnl_attr_put_strz(message, IFLA_ALT_IFNAME, name); /* or its name */
	if (mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID) ||
	    mnl_socket_sendto(netlink, message, message->nlmsg_len) < 0)
		err = -errno;
	if (!err)
		err = receive(to, netlink, buffer);
	mnl_socket_close(netlink);
	return err;
}

static int ask_one(struct interface *to, const char *name, unsigned int index)
{
	struct listing found;
	int err = ask(&found, name, index);

	if (!err && !found.count)
		err = -ENODEV;
	if (!err)
		*to = found.list[0];
	free(found.list);
	return err;
}

int interface_of(struct interface *to, unsigned int index)
{
	return ask_one(to, NULL, index);
}

int interface_ask(struct interface *to, const char *name)
{
	size_t before = strcspn(name, ":");
	char label_of[IF_NAMESIZE] = "";
	int err = -ENODEV;

	if (*name && strlen(name) <= NAME_MAX_BYTES)
		err = ask_one(to, name, 0);
	if (err != -ENODEV || !name[before] || !before || before >= sizeof(label_of))
		return err;
	memcpy(label_of, name, before);
	return ask_one(to, label_of, 0);
}

int interface_find(struct interface *to, const char *name)
{
	int err = interface_ask(to, name);

	if (err == -ENODEV)
		return fail(ENODEV,
			    "cannot capture on %s: no such interface; list interfaces "
			    "with -D",
			    name);
	if (err)
		return fail(-err, "cannot capture on %s: %s; list interfaces with -D", name,
			    strerror(-err));
	if (strcmp(to->name, name))
		warn_line("%s is another name of %s", name, to->name);
	return 0;
}

static int by_index(const void *one, const void *other)
{
	const struct interface *a = one, *b = other;

	return (a->index > b->index) - (a->index < b->index);
}

const struct interface *interface_in(const struct interface *list, size_t count, unsigned int index)
{
	const struct interface wanted = { .index = index };

	return count ? bsearch(&wanted, list, count, sizeof(*list), by_index) : NULL;
}

/* A dump that was disturbed may tell of one twice. */
static void sort(struct listing *found)
{
	size_t kept = 0;

	if (found->count)
		qsort(found->list, found->count, sizeof(*found->list), by_index);
	for (size_t i = 0; i < found->count; i++)
		if (!kept || found->list[kept - 1].index != found->list[i].index)
			found->list[kept++] = found->list[i];
	found->count = kept;
}

int interface_list(struct interface **list, size_t *count)
{
	struct listing found;
	int err = ask(&found, NULL, 0);

	if (err) {
		free(found.list);
		found = (struct listing){ 0 };
	}
	sort(&found);
	*list = found.list;
	*count = found.count;
	if (err)
		return fail(-err, "cannot list the interfaces: %s; name them with -i",
			    strerror(-err));
	return 0;
}

/* Any family does; the systemd unit forbids those that reach a network. */
int interface_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : -errno;
}
