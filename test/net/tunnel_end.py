# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The end of a tunnel, for hosts whose kernel has no such interfaces: tunnel_end.py KIND LOCAL REMOTE makes tunnel0 in
the network namespace it runs in and carries its packets in packets from LOCAL to REMOTE, and back.

KIND: gre; gre-fields (Ethernet frames, with checksum, key and sequence number); ip (IPv4 and IPv6, each as what it is);
geneve (Ethernet frames, with options)."""
import fcntl
import itertools
import os
import select
import socket
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_TAP, IFF_NO_PI = 1, 2, 0x1000
GRE, IPV4, IPV6 = 47, 4, 41  # IP protocols
GENEVE_PORT = 6081
KEY, VNI = 0xFEDCBA98, 121
FIELDS = 0xB000  # of GRE: checksum, key, sequence number
OPTION = struct.pack("!HBBI", 0x0103, 1, 1, 0)
sequence = itertools.count()


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def is_ipv4(packet):
    return packet[0] >> 4 == 4


def gre(packet):
    return struct.pack("!HH", 0, 0x0800 if is_ipv4(packet) else 0x86DD) + packet


def gre_fields(frame):
    head, rest = struct.pack("!HH", FIELDS, 0x6558), struct.pack("!II", KEY, next(sequence) & 0xFFFFFFFF) + frame
    return head + struct.pack("!HH", checksum(head + bytes(4) + rest), 0) + rest


def geneve(frame):
    return struct.pack("!BBHI", len(OPTION) // 4, 0, 0x6558, VNI << 8) + OPTION + frame


class End:
    """What a kind is made of: the device's mode, the IP protocol of a packet, and the header before it."""

    def __init__(self, kind, local, remote):
        self.family = socket.AF_INET6 if ":" in local else socket.AF_INET
        self.local, self.remote = local, remote
        self.mode, self.header, self.size = {
            "gre": (IFF_TUN, gre, 4),
            "gre-fields": (IFF_TAP, gre_fields, 16),
            "ip": (IFF_TUN, bytes, 0),
            "geneve": (IFF_TAP, geneve, 8 + len(OPTION)),
        }[kind]
        protocols = {"ip": (IPV4, IPV6), "geneve": (socket.IPPROTO_UDP,)}.get(kind, (GRE,))
        self.sockets = {protocol: self.open(protocol) for protocol in protocols}

    def open(self, protocol):
        if protocol == socket.IPPROTO_UDP:
            opened = socket.socket(self.family, socket.SOCK_DGRAM)
            opened.bind((self.local, GENEVE_PORT))
        else:
            opened = socket.socket(self.family, socket.SOCK_RAW, protocol)
            opened.bind((self.local, 0))
        return opened

    def socket_for(self, packet):
        if len(self.sockets) == 1:
            return next(iter(self.sockets.values()))
        return self.sockets[IPV4 if is_ipv4(packet) else IPV6]

    def send(self, packet):
        port = GENEVE_PORT if socket.IPPROTO_UDP in self.sockets else 0
        self.socket_for(packet).sendto(self.header(packet), (self.remote, port))

    def inner(self, received):
        """The packet inside of what a socket gave; raw IPv4 sockets give the IP header, too."""
        raw = self.family == socket.AF_INET and socket.IPPROTO_UDP not in self.sockets
        return received[(received[0] & 15) * 4 if raw else 0:][self.size:]


def device(mode):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"tunnel0", mode | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", "tunnel0", "mtu", "1300"], check=True)
    return fd


def carry(end, fd):
    while True:
        for ready in select.select([fd, *end.sockets.values()], [], [])[0]:
            try:
                if ready == fd:
                    end.send(os.read(fd, 65536))
                else:
                    os.write(fd, end.inner(ready.recv(65536)))
            except OSError:
                pass  # the other end, or the device, is not up yet


if __name__ == "__main__":
    the_end = End(*sys.argv[1:4])
    carry(the_end, device(the_end.mode))
