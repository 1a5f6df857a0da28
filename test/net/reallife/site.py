# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""site.py DIRECTORY: the files of the site that are made: an image that does not compress, text and JSON that do."""
import json
import random
import struct
import sys
import zlib

SIDE = 120  # pixels


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def image(numbers):
    """A PNG of random colours, RFC 2083."""
    rows = b"".join(b"\0" + numbers.randbytes(3 * SIDE) for _ in range(SIDE))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write(directory, name, data):
    with open(f"{directory}/{name}", "wb") as out:
        out.write(data)


def main(directory):
    write(directory, "photo.png", image(random.Random(1)))
    write(directory, "text.txt", "".join(f"line {n} of a text\n" for n in range(2000)).encode())
    write(directory, "data.json", json.dumps({"numbers": list(range(500))}).encode())
    write(directory, "robots.txt", b"User-agent: *\nAllow: /\n")
    write(directory, "done", b"done\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
