/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A veth pair in a network namespace that goes away with this process and its children.
 */
#ifndef HDRTAP_REPLAY_VETH_H
#define HDRTAP_REPLAY_VETH_H

#include <hdrtap/types.h>

#define VETH_FROM "replay0"
#define VETH_TO   "replay1"

/* Moves this process into a namespace of its own, makes the pair there, sets both up: nothing but
 * what we send passes them. Returns 0 or -errno (reported). */
int veth_open(void);

/* A socket that sends frames from VETH_FROM. Returns it or -errno (reported). */
int veth_socket(void);

/* Packets that arrived at VETH_TO, and those it had no room for. */
void veth_received(__u64 *received, __u64 *dropped);

#endif
