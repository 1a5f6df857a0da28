# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Makes a tun device tun0 in each of two network namespaces and carries packets between them."""
import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000


def tun(namespace, name):
    """A tun device with a name of its own here, called tun0 once it is in its namespace."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "netns", namespace, "name", "tun0"], check=True)
    return fd


def carry(first, second):
    other = {first: second, second: first}
    while True:
        for fd in select.select([first, second], [], [])[0]:
            try:
                os.write(other[fd], os.read(fd, 65536))
            except OSError:
                pass  # the other one is not up yet


if __name__ == "__main__":
    carry(*(tun(name, f"ht{os.getpid()}-{i}") for i, name in enumerate(sys.argv[1:3])))
