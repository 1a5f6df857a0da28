#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""stalled.py KIND OUT COMMAND...: runs the command with standard output at something that nobody reads from; with KIND+ also
standard error. When the command has ended, what did come is in the file OUT.

KIND is pipe (of another user), socket, terminal (stopped, as by ^S), or gone (a socket whose other end is closed when
OUT appears).
"""
import os
import pty
import select
import signal
import socket
import sys
import termios
import time
import tty

NOBODY = 65534


def make(kind):
    """The reader's and the writer's descriptor."""
    if kind == "pipe":
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
        ends = os.pipe()
        os.seteuid(0)
        os.setegid(0)
        return ends
    if kind == "terminal":
        reader, writer = pty.openpty()
        tty.setraw(writer)
        os.fchown(writer, NOBODY, -1)
        termios.tcflow(writer, termios.TCOOFF)
        return reader, writer
    return tuple(end.detach() for end in socket.socketpair())


def read_all(reader, path):
    """What was written before."""
    with open(path, "wb") as out:
        while select.select([reader], [], [], 0.2)[0]:
            try:
                part = os.read(reader, 1 << 16)
            except OSError:
                break
            if not part:
                break
            out.write(part)


def hold(kind, reader, writer, parent, path):
    """Holds the reader's end while the command runs."""
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    if kind != "terminal":
        os.close(writer)
    if kind == "gone":
        while not os.path.exists(path):
            time.sleep(0.05)
        os.close(reader)
        return
    command = os.pidfd_open(parent)
    select.select([command], [], [])
    if kind == "terminal":
        termios.tcflow(writer, termios.TCOON)
    read_all(reader, path)


def main():
    kind, path = sys.argv[1].rstrip("+"), sys.argv[2]
    reader, writer = make(kind)
    parent = os.getpid()
    child = os.fork()
    if not child:
        if not os.fork():  # no child of the command
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            hold(kind, reader, writer, parent, path)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(reader)
    os.dup2(writer, 1)
    if sys.argv[1].endswith("+"):
        os.dup2(writer, 2)
    os.close(writer)
    os.execvp(sys.argv[3], sys.argv[3:])


main()
