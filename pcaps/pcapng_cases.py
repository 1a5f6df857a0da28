# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""130 to 139: pcapng."""
import struct

from case import case, exchange
from packets import RAW, SLL2, START, sll2
from pcapng import BIG, COMMENT, FLAGS, NAMES, OBSOLETE, RECEIVED, SENT, SIMPLE, Pcapng

HOURS = 3600
BEFORE_1970 = 60 * 365 * 24 * HOURS  # s between the interface's clock and a time that is too early
BEYOND_2262 = 240 * 365 * 24 * HOURS


def raw(network, _ethertype, _from_client):
    return network


@case("130-pcapng-interfaces", kind=Pcapng)
def _(capture):
    capture.section()
    capture.interface(snaplen=65535)
    capture.interface(RAW, snaplen=262144, resolution=9)
    capture.interface(SLL2, snaplen=96, resolution=3, offset=1000000)
    exchange(capture, b"cooked", framing=sll2)
    capture.use(0)
    exchange(capture, b"ethernet", port=40001)
    capture.use(1)
    exchange(capture, b"raw", port=40002, framing=raw, v6=True)


@case("131-pcapng-sections", kind=Pcapng)
def _(capture):
    capture.section(BIG)
    capture.interface(resolution=9, offset=-5)
    capture.block(NAMES, struct.pack(">HH", 0, 0))
    exchange(capture, b"big-endian")
    capture.section(minor=2)
    capture.block(0x0BAD, b"\x8b\x7f\0\0 of somebody's own")
    capture.interface(RAW)
    capture.interface()
    comment = capture.option(COMMENT, b"a comment of odd size")
    capture.use(0, options=comment + capture.option(FLAGS, struct.pack("<I", RECEIVED)))
    exchange(capture, b"received", port=40001, framing=raw)
    capture.use(1, options=capture.option(FLAGS, struct.pack("<I", SENT)) + capture.option(0, b""))
    exchange(capture, b"sent", port=40002)
    capture.section(BIG)


@case("132-pcapng-simple", kind=Pcapng)
def _(capture):
    capture.section()
    capture.interface(snaplen=65535)
    capture.use(0, SIMPLE)
    exchange(capture, b"simple")
    capture.use(0, OBSOLETE)
    exchange(capture, b"obsolete", port=40001)


@case("133-pcapng-times", kind=Pcapng)
def _(capture):
    capture.section()
    for number, resolution in enumerate((0, 3, 7, 12, 0x80, 0x80 | 20, 0x80 | 33)):
        # picoseconds since 1970 do not fit into 64 bits
        capture.interface(resolution=resolution, offset=START - 100 if resolution == 12 else 0)
        exchange(capture, b"resolution-%d" % resolution, port=40000 + number)
    capture.interface(offset=-BEFORE_1970)
    capture.interfaces[-1] = (6, 0)
    exchange(capture, b"early", port=40010)
    capture.interface(offset=BEYOND_2262)
    capture.interfaces[-1] = (6, 0)
    exchange(capture, b"late", port=40011)


@case("134-pcapng-longer-than-snaplen", kind=Pcapng)
def _(capture):
    capture.section()
    capture.interface(snaplen=64)
    exchange(capture, b"longer")
