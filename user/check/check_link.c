/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Offloads are asked by ethtool's ioctl. An interface that does not know of one has none.
 */
#include "check/check_link.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A page less what drivers and the kernel keep in it for a packet in one buffer. */
#define MTU_ONE_BUFFER 3498

static const char *const links[] = {
	[INTERFACE_ETHERNET] = "Ethernet",
	[INTERFACE_IP] = "IP without Ethernet",
};

static int request(const struct check *check, unsigned long number, struct ifreq *ifr)
{
	int fd = interface_socket(), err;

	memcpy(ifr->ifr_name, check->interface.name, sizeof(ifr->ifr_name));
	err = fd < 0 ? -1 : ioctl(fd, number, ifr);
	if (fd >= 0)
		close(fd);
	return err;
}

/* The value of a flag or a set of flags that ethtool knows. */
static __u32 ethtool_value(const struct check *check, __u32 command)
{
	struct ethtool_value value = { .cmd = command };
	struct ifreq ifr = { .ifr_data = (void *)&value };

	return request(check, SIOCETHTOOL, &ifr) ? 0 : value.data;
}

static void check_mtu(struct check *check)
{
	struct ifreq ifr = { 0 };

	if (request(check, SIOCGIFMTU, &ifr))
		return;
	if (ifr.ifr_mtu > MTU_ONE_BUFFER && check->hook != ATTACH_TC)
		check_say(check, CHECK_NOTE, "MTU",
			  "%d: native XDP requires a driver with multi-buffer support; "
			  "otherwise use --hook xdp-generic or tc",
			  ifr.ifr_mtu);
	else
		check_say(check, CHECK_OK, "MTU", "%d", ifr.ifr_mtu);
}

static void check_offloads(struct check *check)
{
	const char *name = check->interface.name;
	__u32 flags = ethtool_value(check, ETHTOOL_GFLAGS);
	bool xdp = check->hook != ATTACH_TC;

	if (flags & ETH_FLAG_LRO)
		check_say(check, CHECK_NOTE, "LRO",
			  xdp ? "on: drivers refuse native XDP; turn it off with ethtool -K "
				"%s lro off"
			      : "on: the device merges packets; to see them as received: "
				"ethtool -K %s lro off",
			  name);
	if (flags & ETH_FLAG_RXVLAN && xdp)
		check_say(check, CHECK_NOTE, "VLAN",
			  "the device strips VLAN tags, so XDP does not see them; "
			  "ethtool -K %s rxvlan off, or --hook tc",
			  name);
	if (ethtool_value(check, ETHTOOL_GGRO) && !xdp)
		check_say(check, CHECK_OK, "GRO", "on: fewer, merged packets, which cost less");
}

void check_link(struct check *check)
{
	const struct interface *interface = &check->interface;

	if (interface->link == INTERFACE_OTHER) {
		check_say(check, CHECK_STOP, "link",
			  "type %u is neither Ethernet nor IP; use another interface",
			  interface->hardware);
		return;
	}
	check_say(check, interface->up ? CHECK_OK : CHECK_NOTE, "link", "%s, %s%s",
		  links[interface->link], interface->loopback ? "loopback, " : "",
		  interface->up ? "up" : "down: no traffic until it is up");
	check_mtu(check);
	check_offloads(check);
}
