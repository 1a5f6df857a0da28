# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""A pair of netkit interfaces, which Debian 12's ip(8) cannot make: netkit.py NAME PEER NETNS l2|l3 makes NAME in the network
namespace it runs in, and PEER in NETNS."""
import os
import socket
import struct
import sys

RTM_NEWLINK, NLMSG_ERROR = 16, 2
FLAGS = 0x605  # request, acknowledge, create, exclusively
IFLA_IFNAME, IFLA_LINKINFO, IFLA_NET_NS_FD = 3, 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
IFLA_NETKIT_PEER_INFO, IFLA_NETKIT_MODE = 1, 5
NETKIT_L2, NETKIT_L3 = 0, 1
IFINFO = bytes(16)


def attribute(kind, value):
    return struct.pack("HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def text(kind, value):
    return attribute(kind, value.encode() + b"\0")


def number(kind, value):
    return attribute(kind, struct.pack("I", value))


def pair(name, peer, netns, mode):
    peer_info = IFINFO + text(IFLA_IFNAME, peer) + number(IFLA_NET_NS_FD, netns)
    data = number(IFLA_NETKIT_MODE, mode) + attribute(IFLA_NETKIT_PEER_INFO, peer_info)
    info = text(IFLA_INFO_KIND, "netkit") + attribute(IFLA_INFO_DATA, data)
    return IFINFO + text(IFLA_IFNAME, name) + attribute(IFLA_LINKINFO, info)


def ask(payload):
    """Returns the kernel's errno."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.send(struct.pack("IHHII", 16 + len(payload), RTM_NEWLINK, FLAGS, 1, 0) + payload)
        answer = netlink.recv(65536)
    kind, error = struct.unpack_from("4xH10xi", answer)
    return -error if kind == NLMSG_ERROR else -1


if __name__ == "__main__":
    fd = os.open("/run/netns/" + sys.argv[3], os.O_RDONLY)
    failed = ask(pair(sys.argv[1], sys.argv[2], fd, NETKIT_L2 if sys.argv[4] == "l2" else NETKIT_L3))
    if failed:
        sys.exit(f"netkit: {os.strerror(failed)}")
