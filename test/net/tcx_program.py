# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""A TCX program that does nothing but return a verdict, which Debian 12's tools cannot attach: tcx_program.py INTERFACE VERDICT
attaches it where packets are received, in front of all others, prints "attached" and stays until it is killed. Exits with 2 on
a kernel without TCX."""
import ctypes
import errno
import os
import signal
import socket
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
BPF_PROG_LOAD, BPF_LINK_CREATE = 5, 28
BPF_PROG_TYPE_SCHED_CLS, TCX_INGRESS, BPF_F_BEFORE = 3, 46, 8
MOVE, EXIT = 0xB7, 0x95
libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    """Returns a descriptor, or -errno."""
    attributes = attributes.ljust(120, b"\0")
    fd = libc.syscall(SYS_BPF, command, attributes, len(attributes))
    return fd if fd >= 0 else -ctypes.get_errno()


def program(verdict):
    code = ctypes.create_string_buffer(struct.pack("<BBhiBBhi", MOVE, 0, 0, verdict, EXIT, 0, 0, 0))
    text = ctypes.create_string_buffer(b"GPL")
    return bpf(BPF_PROG_LOAD, struct.pack("=IIQQ", BPF_PROG_TYPE_SCHED_CLS, 2, ctypes.addressof(code), ctypes.addressof(text)))


if __name__ == "__main__":
    link = bpf(BPF_LINK_CREATE, struct.pack("=IIII", program(int(sys.argv[2])), socket.if_nametoindex(sys.argv[1]), TCX_INGRESS,
                                            BPF_F_BEFORE))
    if link < 0:
        print(os.strerror(-link), file=sys.stderr)
        sys.exit(2 if link == -errno.EINVAL else 1)
    print("attached", flush=True)
    signal.pause()
