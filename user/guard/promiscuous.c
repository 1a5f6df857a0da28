/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Memberships of a packet socket, which the kernel counts and takes back when the process ends,
 * however it ends. The flag IFF_PROMISC would outlive a kill, and be taken away from others who
 * set it. The socket is of protocol 0, so it receives nothing.
 */
#include "guard/promiscuous.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

void promiscuous_open(struct promiscuous *promiscuous)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	*promiscuous = (struct promiscuous){ .fd = fd >= 0 ? fd : -errno };
}

void promiscuous_close(struct promiscuous *promiscuous)
{
	if (promiscuous->fd >= 0)
		close(promiscuous->fd);
	promiscuous->fd = -EBADF;
}

/* Returns 0 or -errno. */
static int change(const struct promiscuous *promiscuous, int option, unsigned int ifindex)
{
	const struct packet_mreq membership = {
		.mr_ifindex = ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};

	if (promiscuous->fd < 0)
		return promiscuous->fd;
	return setsockopt(promiscuous->fd, SOL_PACKET, option, &membership, sizeof(membership))
		       ? -errno
		       : 0;
}

static bool matters(const struct interface *interface)
{
	return interface->link == INTERFACE_ETHERNET && !interface->loopback;
}

void promiscuous_begin(struct promiscuous *promiscuous, const struct interface *interface)
{
	int err = matters(interface) ? change(promiscuous, PACKET_ADD_MEMBERSHIP, interface->index)
				     : 0;

	if (!err || err == -ENODEV || promiscuous->said)
		return;
	promiscuous->said = true;
	if (err == -EPERM)
		warn_line("%s is not promiscuous: not permitted without CAP_NET_RAW; grant it, or "
			  "use -p if packets from and to this host are enough",
			  interface->name);
	else
		warn_line("%s is not promiscuous: %s; allow sockets of family AF_PACKET, or use "
			  "-p if packets from and to this host are enough",
			  interface->name, strerror(-err));
}

void promiscuous_end(struct promiscuous *promiscuous, const struct interface *interface)
{
	if (matters(interface))
		change(promiscuous, PACKET_DROP_MEMBERSHIP, interface->index);
}
