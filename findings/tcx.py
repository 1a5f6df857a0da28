# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""A program that does nothing, and its TCX links; what the findings about them share."""
import ctypes
import os
import socket
import sys

SCHED_CLS, TCX_INGRESS = 3, 46

libbpf = ctypes.CDLL("libbpf.so.1", use_errno=True)
libbpf.bpf_prog_load.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]


def load():
    """Returns the program's descriptor."""
    program = (ctypes.c_ubyte * 16)(0xB7, 0, 0, 0, 0, 0, 0, 0, 0x95)  # r0 = 0; exit
    fd = libbpf.bpf_prog_load(SCHED_CLS, b"nothing", b"GPL", program, 2, None)
    if fd < 0:
        sys.exit("the program is not loaded: " + os.strerror(ctypes.get_errno()))
    return fd


def link(fd, name):
    """Returns the descriptor of a link to an interface."""
    made = libbpf.bpf_link_create(fd, socket.if_nametoindex(name), TCX_INGRESS, None)
    if made < 0:
        sys.exit("a link is not made: " + os.strerror(ctypes.get_errno()))
    return made
