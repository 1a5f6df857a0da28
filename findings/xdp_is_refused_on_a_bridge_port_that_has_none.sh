#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# iproute2 6.1.0 with a program of libxdp 1.3.1 (Debian 12), seen on Linux 6.12 and 6.18. Takes root; touches only interfaces
# of a network namespace of its own.
# Expected: generic XDP runs where the kernel hands a packet to one interface, so a bridge and its ports are independent of
#   each other: a port that `ip link` shows without a program takes one.
# Behaviour: an interface takes none, in any mode, while one that it is part of (bridge, bond) has one; the refusal is
#   EEXIST, as if the port itself were taken. The other way round, port first, bridge second, both are attached.
# Seen: bridge first: "Error: Cannot attach when an upper device already has a program.", the port has 0 programs; port first:
#   both have one
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack iproute2=6.1.0-3 libxdp1=1.3.1-1 libbpf1=1:1.1.2-0+deb12u1

SPACE=finding-$$
ip netns add "$SPACE"
trap 'ip netns delete "$SPACE"; leave' EXIT
PROGRAM=$(find "$FOLDER/root" -name xdp-dispatcher.o)

inside() { unpacked ip netns exec "$SPACE" ip "$@"; }

# programs IF: how many it has.
programs() { inside link show "$1" | grep -c 'prog/xdp' || true; }

# attach IF: what ip says, nothing when it works.
attach() { inside link set dev "$1" xdpgeneric obj "$PROGRAM" sec xdp 2>&1 | grep '^Error' || true; }

inside link add br0 type bridge
inside link add port type veth peer name host
inside link set port master br0
for name in br0 port host; do
	inside link set "$name" up
done
attach br0
expect 'port behind a bridge that has a program' "$(attach port), $(programs port)" \
	'Error: Cannot attach when an upper device already has a program., 0'
inside link set dev br0 xdpgeneric off
expect 'port first' "$(attach port)$(attach br0)$(programs port) and $(programs br0)" '1 and 1'
