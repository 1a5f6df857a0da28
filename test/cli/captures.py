# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Writes good and damaged capture files into the directory given: what hdrtap -r must cope with."""
import bz2
import gzip
import lzma
import os
import struct
import sys

ETHERNET, USB = 1, 189
HEAD = b"GET /%d HTTP/1.1\r\nHost: capture.test\r\n\r\n"


def packet(number, payload):
    """One TCP segment with a whole request head, Ethernet and IPv4; checksums are zero, nobody looks at them."""
    tcp = struct.pack("!HHIIBBHHH", 1024 + number, 80, 1000, 2000, 0x50, 0x18, 65535, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 1, 0, 64, 6, 0,
                     bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    return bytes(12) + struct.pack("!H", 0x0800) + ip + tcp + payload


def capture(count, link=ETHERNET, heads=()):
    out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, link)]
    for number in range(count):
        data = packet(number, heads[number] if heads else HEAD % number)
        out.append(struct.pack("<IIII", 1700000000 + number, 0, len(data), len(data)) + data)
    return b"".join(out)


def main(directory):
    files = {
        "good.pcap": capture(3),
        "many.pcap": capture(40000),
        "good.pcap.gz": gzip.compress(capture(3)),
        "truncated.pcap": capture(3)[:-20],
        "truncated.pcap.gz": gzip.compress(capture(300))[:-30],
        "head-only.pcap": capture(0)[:10],
        "usb.pcap": capture(1, USB),
        "xz.pcap.xz": lzma.compress(capture(3)),
        "bzip2.pcap.bz2": bz2.compress(capture(3)),
        "empty.pcap": b"",
        "text.pcap": b"This is no capture.\n" * 10,
    }
    for name, content in files.items():
        with open(os.path.join(directory, name), "wb") as out:
            out.write(content)


if __name__ == "__main__":
    main(sys.argv[1])
