/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Network interfaces by name: what the attach code must know of them.
 */
#ifndef HDRTAP_USER_INTERFACES_H
#define HDRTAP_USER_INTERFACES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

/* How packets of an interface begin at the hooks. */
#define INTERFACE_ANY "any" /* in place of a name: all interfaces that are up */

enum interface_link {
	INTERFACE_ETHERNET,
	INTERFACE_IP,    /* at the IP header: tun, WireGuard, PPP, IP tunnels */
	INTERFACE_OTHER, /* not supported */
};

struct interface {
	unsigned int index;
	char name[IF_NAMESIZE];
	bool up;
	bool loopback;
	unsigned short hardware; /* ARPHRD_*, what `link` was told by */
	enum interface_link link;
};

/* Looks one up. Returns 0 or -errno (reported: no such interface). */
int interface_find(struct interface *to, const char *name);

/*
 * All there are, in the order of their indexes. `*list` is to be freed, also when `*count` is 0.
 * Returns 0 or -errno (reported).
 */
int interface_list(struct interface **list, size_t *count);

/* A socket to ask for an interface's properties by ioctl(), see netdevice(7). Returns it or -errno,
 * saying nothing. */
int interface_socket(void);

#endif
