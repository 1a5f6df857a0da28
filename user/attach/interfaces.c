/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Asked by ioctl: getifaddrs() does not tell the hardware type of interfaces that have no hardware
 * address, which are those where it matters.
 */
#include "attach/interfaces.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

#define ARPHRD_IP6GRE 823 /* of linux/if_arp.h, which can't stand beside net/if_arp.h */

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

/* Fills all but index and name, which are there. Returns 0 or -errno. */
static int ask(int fd, struct interface *interface)
{
	struct ifreq request = { 0 };

	memcpy(request.ifr_name, interface->name, sizeof(request.ifr_name));
	if (ioctl(fd, SIOCGIFFLAGS, &request))
		return -errno;
	interface->up = request.ifr_flags & IFF_UP;
	interface->loopback = request.ifr_flags & IFF_LOOPBACK;
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		return -errno;
	interface->hardware = request.ifr_hwaddr.sa_family;
	interface->link = link_of(interface->hardware);
	return 0;
}

/* Any family does; the systemd unit forbids those that reach a network. */
int interface_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : -errno;
}

int interface_find(struct interface *to, const char *name)
{
	int fd, err;

	memset(to, 0, sizeof(*to));
	to->index = if_nametoindex(name);
	if (!to->index)
		return fail(ENODEV,
			    "cannot capture on %s: no such interface; list interfaces "
			    "with -D",
			    name);
	strncpy(to->name, name, sizeof(to->name) - 1);
	fd = interface_socket();
	err = fd < 0 ? fd : ask(fd, to);
	if (fd >= 0)
		close(fd);
	if (err)
		return fail(-err, "cannot capture on %s: %s; list interfaces with -D", name,
			    strerror(-err));
	return 0;
}

/* As interface_list(), saying nothing. An interface that goes away meanwhile is left out. */
static int list_all(struct interface **list, size_t *count, const struct if_nameindex *names)
{
	size_t total = 0;
	int fd;

	while (names[total].if_index)
		total++;
	*list = calloc(total + 1, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	fd = interface_socket();
	if (fd < 0)
		return fd;
	for (size_t i = 0; i < total; i++) {
		struct interface *interface = &(*list)[*count];

		interface->index = names[i].if_index;
		strncpy(interface->name, names[i].if_name, sizeof(interface->name) - 1);
		*count += ask(fd, interface) == 0;
	}
	close(fd);
	return 0;
}

int interface_list(struct interface **list, size_t *count)
{
	struct if_nameindex *names = if_nameindex();
	int err = names ? 0 : -errno;

	*list = NULL;
	*count = 0;
	if (!err)
		err = list_all(list, count, names);
	if (names)
		if_freenameindex(names);
	if (!err)
		return 0;
	free(*list);
	*list = NULL;
	return fail(-err, "cannot list the interfaces: %s; name them with -i", strerror(-err));
}
