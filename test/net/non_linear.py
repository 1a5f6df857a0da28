# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""non_linear.py GO SENT LINEAR CAPTURE: makes the device tap0 in its network namespace. Once the file GO is there, lets the
Ethernet packets of the capture arrive on it with LINEAR bytes in the kernel's linear part and the rest in pages, as
many drivers leave them; then makes the file SENT, and stays until it is ended."""
import fcntl
import os
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NAPI, IFF_NAPI_FRAGS, IFF_NO_PI = 2, 0x10, 0x20, 0x1000
FRAGMENT = 2048  # bytes; the kernel takes up to 17 of them


def packets(file):
    """Those of a little-endian pcap file."""
    with open(file, "rb") as source:
        source.seek(24)
        while head := source.read(16):
            yield source.read(struct.unpack("<IIII", head)[2])


def pieces(frame, linear):
    rest = frame[linear:]
    return [frame[:linear]] + [rest[at:at + FRAGMENT] for at in range(0, len(rest), FRAGMENT)]


def main(go, sent, linear, capture):
    device = os.open("/dev/net/tun", os.O_RDWR)
    mode = IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS | IFF_NO_PI
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"tap0", mode))
    subprocess.run(["ethtool", "-K", "tap0", "gro", "off"], check=True)  # it would make headers linear
    subprocess.run(["ip", "link", "set", "tap0", "up", "mtu", "9000"], check=True)
    while not os.path.exists(go):
        time.sleep(0.05)
    for frame in packets(capture):
        os.writev(device, pieces(frame, int(linear)))
    with open(sent, "w", encoding="ascii"):
        pass
    while True:
        time.sleep(60)


main(*sys.argv[1:])
