/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Interfaces that receive packets for others, too: a bridge shows what its ports exchange, and a
 * mirror port anything at all, only while it is promiscuous.
 */
#ifndef HDRTAP_USER_PROMISCUOUS_H
#define HDRTAP_USER_PROMISCUOUS_H

#include <stdbool.h>

#include "attach/interfaces.h"

struct promiscuous {
	int fd;    /* of the socket whose memberships they are, -errno: there is none */
	bool said; /* that interfaces cannot be made promiscuous */
};

/* Takes CAP_NET_RAW, and is all that does. What fails is said when there is an interface. */
void promiscuous_open(struct promiscuous *promiscuous);

/* Takes all that was begun away. */
void promiscuous_close(struct promiscuous *promiscuous);

/*
 * Until promiscuous_end(), or until the interface or this process is gone. A failure is reported,
 * and no more. Nothing happens where it changes nothing: on loopback, and without Ethernet.
 */
void promiscuous_begin(struct promiscuous *promiscuous, const struct interface *interface);
void promiscuous_end(struct promiscuous *promiscuous, const struct interface *interface);

#endif
