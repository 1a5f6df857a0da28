# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures in the pcapng format, with everything in it that captures in the older one cannot have."""
import struct

from packets import ETHERNET, SECOND, START, Capture

SECTION, INTERFACE, OBSOLETE, SIMPLE, NAMES, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 6
RESOLUTION, OFFSET, COMMENT, FLAGS = 9, 14, 1, 2
LITTLE, BIG = "<", ">"
RECEIVED, SENT = 1, 2
MICROSECONDS = 6


def padded(value):
    return value + bytes(-len(value) % 4)


class Pcapng(Capture):
    """Blocks as they are added, and cannot be reordered; packets come by whatever clock."""

    suffix = "pcapng"

    def __init__(self):
        super().__init__()
        self.blocks, self.order = b"", LITTLE
        self.interfaces = []  # (resolution, offset) of this section's
        self.using, self.kind, self.options = 0, ENHANCED, b""

    def block(self, kind, body):
        length = struct.pack(self.order + "I", len(padded(body)) + 12)
        self.blocks += struct.pack(self.order + "I", kind) + length + padded(body) + length

    def option(self, code, value):
        return struct.pack(self.order + "HH", code, len(value)) + padded(value)

    def section(self, order=LITTLE, minor=0):
        self.order, self.interfaces = order, []
        self.block(SECTION, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, minor, -1))

    def interface(self, link=ETHERNET, snaplen=0, resolution=None, offset=0):
        """Packets added from here on are of this interface."""
        body = struct.pack(self.order + "HHI", link, 0, snaplen)
        if resolution is not None:
            body += self.option(RESOLUTION, bytes([resolution]))
        if offset:
            body += self.option(OFFSET, struct.pack(self.order + "q", offset))
        if resolution is not None or offset:
            body += self.option(0, b"")
        self.block(INTERFACE, body)
        self.use(len(self.interfaces))
        self.interfaces.append((MICROSECONDS if resolution is None else resolution, offset))

    def use(self, interface, kind=ENHANCED, options=b""):
        self.using, self.kind, self.options = interface, kind, options

    def ticks(self):
        """In the interface's unit."""
        resolution, offset = self.interfaces[self.using]
        microseconds = (START - offset) * SECOND + self.clock
        base, exponent = (2, resolution & 0x7F) if resolution & 0x80 else (10, resolution)
        return microseconds * base**exponent // SECOND % 2**64

    def add(self, frame, note=None):
        ticks, size = self.ticks(), len(frame)
        self.arrive(note)
        if self.kind == SIMPLE:
            body = struct.pack(self.order + "I", size)
        elif self.kind == OBSOLETE:
            body = struct.pack(
                self.order + "HHIIII", self.using, 0, ticks >> 32, ticks % 2**32, size, size
            )
        else:
            body = struct.pack(
                self.order + "IIIII", self.using, ticks >> 32, ticks % 2**32, size, size
            )
        self.block(self.kind, body + padded(frame) + self.options)

    def bytes(self):
        return self.blocks
