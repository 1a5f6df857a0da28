/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "veth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

#define MTU         65535
#define SEND_BUFFER (8 << 20)

static void write_request(struct nlmsghdr *message)
{
	struct nlattr *information, *data, *peer;

	message->nlmsg_type = RTM_NEWLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, VETH_FROM);
	mnl_attr_put_u32(message, IFLA_MTU, MTU);
	information = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_str(message, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, VETH_TO);
	mnl_attr_put_u32(message, IFLA_MTU, MTU);
	mnl_attr_nest_end(message, peer);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, information);
}

static int make_pair(void)
{
	char buffer[4096] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	ssize_t got = -1;

	write_request(message);
	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) >= 0 &&
	    mnl_socket_sendto(socket, message, message->nlmsg_len) >= 0) {
		got = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (got > 0)
			got = mnl_cb_run(buffer, got, 0, mnl_socket_get_portid(socket), NULL, NULL);
	}
	got = got < 0 ? -errno : 0;
	if (socket)
		mnl_socket_close(socket);
	return got;
}

static int set_up(const char *name)
{
	struct ifreq request = { 0 };
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) { /* where there is no IPv6 nothing announces itself */
		err = write(fd, "1", 1) < 0 ? -errno : 0;
		close(fd);
		if (err)
			return err;
	}
	strcpy(request.ifr_name, name);
	request.ifr_flags = IFF_UP | IFF_NOARP;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
	close(fd);
	return err;
}

int veth_open(void)
{
	int err;

	if (unshare(CLONE_NEWNET))
		return fail(errno, "cannot create a network namespace: %s; run it as root",
			    strerror(errno));
	err = make_pair();
	if (!err)
		err = set_up(VETH_TO);
	if (!err)
		err = set_up(VETH_FROM);
	return err ? fail(-err,
			  "cannot create a veth pair: %s; check that the kernel "
			  "supports it",
			  strerror(-err))
		   : 0;
}

int veth_socket(void)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), yes = 1, room = SEND_BUFFER;

	to.sll_ifindex = if_nametoindex(VETH_FROM);
	if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) &&
	    !setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) &&
	    !bind(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	return fail(errno, "cannot open a packet socket: %s; run it as root", strerror(errno));
}

void veth_received(__u64 *received, __u64 *dropped)
{
	FILE *from = fopen("/proc/self/net/dev", "re");
	char line[512];

	*received = *dropped = 0;
	while (from && fgets(line, sizeof(line), from))
		sscanf(line, " " VETH_TO ": %*u %llu %*u %llu", received, dropped);
	if (from)
		fclose(from);
}
