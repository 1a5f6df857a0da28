/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Network interfaces: what the attach code must know of them.
 */
#ifndef HDRTAP_USER_INTERFACES_H
#define HDRTAP_USER_INTERFACES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#define INTERFACE_ANY  "any" /* in place of a name: all interfaces that are up */
#define INTERFACE_KIND 16    /* bytes of a kind, with the NUL */

/* How packets of an interface begin at the hooks. */
enum interface_link {
	INTERFACE_ETHERNET,
	INTERFACE_IP,    /* at the IP header: tun, WireGuard, PPP, IP tunnels */
	INTERFACE_OTHER, /* not supported */
};

struct interface {
	unsigned int index;
	unsigned int master; /* index of the bridge, bond or VRF that it is part of, 0: none */
	char name[IF_NAMESIZE];
	char kind[INTERFACE_KIND]; /* "veth", "bridge", ...; "": hardware, loopback */
	bool up;
	bool loopback;
	unsigned short hardware; /* ARPHRD_*, what `link` was told by */
	enum interface_link link;
};

/*
 * Looks one up by its name, or by one of its alternative names, which may have 127 bytes. A label
 * of an address, such as eth0:1, stands for its interface. Returns 0, or -errno, saying nothing:
 * ENODEV, there is none.
 */
int interface_ask(struct interface *to, const char *name);

/* As interface_ask(); says so when there is none, or when its name is another than `name`. */
int interface_find(struct interface *to, const char *name);

/* The one of that index. Returns 0, or -errno, saying nothing. */
int interface_of(struct interface *to, unsigned int index);

/*
 * All there are, in the order of their indexes. While interfaces come and go, one that stays may be
 * missing, so ask for it before drawing conclusions. `*list` is to be freed, also when `*count` is
 * 0. Returns 0 or -errno (reported).
 */
int interface_list(struct interface **list, size_t *count);

/* The one of that index in such a list, NULL: none. */
const struct interface *interface_in(const struct interface *list, size_t count,
				     unsigned int index);

/* A socket to ask for an interface's properties by ioctl(), see netdevice(7). Returns it or -errno,
 * saying nothing. */
int interface_socket(void);

#endif
