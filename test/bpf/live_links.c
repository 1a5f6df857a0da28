/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Link types decide how packets are read, and which interfaces are refused. A tun device can be
 * given any type.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

#include "guard/live_interfaces.h"
#include "live_net.h"

#define ARPHRD_IP6GRE 823 /* of linux/if_arp.h, which can't stand beside net/if_arp.h */

static const struct {
	int hardware;
	enum interface_link link;
	const char *name;
} types[] = {
	{ ARPHRD_ETHER, INTERFACE_ETHERNET, "ethernet" },
	{ ARPHRD_NONE, INTERFACE_IP, "none" },
	{ ARPHRD_RAWIP, INTERFACE_IP, "raw_ip" },
	{ ARPHRD_PPP, INTERFACE_IP, "ppp" },
	{ ARPHRD_TUNNEL, INTERFACE_IP, "ipip" },
	{ ARPHRD_TUNNEL6, INTERFACE_IP, "ip6ip6" },
	{ ARPHRD_SIT, INTERFACE_IP, "sit" },
	{ ARPHRD_IPGRE, INTERFACE_IP, "gre" },
	{ ARPHRD_IP6GRE, INTERFACE_IP, "gre6" },
	{ ARPHRD_CAN, INTERFACE_OTHER, "can" },
	{ ARPHRD_IEEE80211_RADIOTAP, INTERFACE_OTHER, "radiotap" },
};

/* A tun device of that type, called t0, until the descriptor is closed. */
static int tun_open(int hardware)
{
	struct ifreq request = { .ifr_name = "t0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETLINK, hardware)) {
		printf("FAIL set_up: no tun device: %s\n", strerror(errno));
		exit(1);
	}
	return fd;
}

static void link_types(void)
{
	struct interface interface;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		int fd = tun_open(types[i].hardware);
		int err = interface_find(&interface, "t0");

		check(types[i].name, !err && interface.link == types[i].link && !interface.up,
		      "it is taken for another type");
		close(fd);
	}
}

#define LONG "an-alternative-name-that-is-far-too-long-for-a-name-of-15-bytes"

static bool is_v0(const char *name)
{
	struct interface interface;

	return !interface_find(&interface, name) && !strcmp(interface.name, "v0");
}

static void names(void)
{
	struct interface interface;

	must("ip link property add dev v0 altname " LONG);
	check("alternative_name", is_v0(LONG), "it is not found");
	check("label", is_v0("v0:1"), "it is not found");
	check("no_such_label", interface_ask(&interface, "nosuch0:1") == -ENODEV, "it is found");
	check("empty_label", interface_ask(&interface, ":1") == -ENODEV, "it is found");
	check("empty_name", interface_ask(&interface, "") == -ENODEV, "it is found");
	check("kind",
	      is_v0("v0") && !interface_find(&interface, "v0") && !strcmp(interface.kind, "veth") &&
		      !interface.master,
	      "it is another");
}

static void loopback(void)
{
	struct interface interface;

	check("loopback",
	      !interface_find(&interface, "lo") && interface.link == INTERFACE_ETHERNET &&
		      interface.loopback && interface.up,
	      "it is not seen as it is");
}

/* Looking `name` up ends with `result`, and finds so many interfaces. */
static bool finds(const char *name, int result, size_t count)
{
	struct live_options options = { .interfaces = &name, .interface_count = 1 };
	struct live_interfaces found;
	bool as_said = live_interfaces_find(&found, &options) == result && found.waiting == count;

	live_interfaces_free(&found);
	return as_said;
}

/* What is named is refused, `any` leaves it out. */
static void other_types(void)
{
	int fd = tun_open(ARPHRD_CAN);

	must("ip link set t0 up");
	check("named_is_refused", finds("t0", -EOPNOTSUPP, 0), "it is not");
	check("any_leaves_it_out", finds(INTERFACE_ANY, 0, 3), "not lo, v0 and v1");
	close(fd);
}

static void missing(void)
{
	check("missing_is_refused", finds("nosuch0", -ENODEV, 0), "it is not");
	must("ip link set lo down; ip link del v0");
	check("nothing_is_up", finds(INTERFACE_ANY, 0, 0), "it is not waited for");
}

int main(void)
{
	net_begin();
	link_types();
	names();
	loopback();
	other_types();
	missing();
	return failures != 0;
}
