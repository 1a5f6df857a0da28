# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""calls.py OUT CALLS [HOSTS]: a capture of so many calls, ten milliseconds apart, each answered after one. They go to HOSTS (10) hosts in turns, half of them to
the first one; every fifth call to /missing is answered by 404, every seventh to /broken by 503."""
import socket
import struct
import sys

SERVER = "10.9.0.2"
BEGIN = 1700000000.0


SYN, ACK = 2, 16


def packet(when, source, destination, ports, sequence, acknowledged, payload=b"", flags=ACK):
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 5 << 4, flags, 65535, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, socket.inet_aton(source), socket.inet_aton(destination))
    data = b"\2" * 12 + b"\x08\x00" + ip + tcp + payload
    return struct.pack("<IIII", int(when), int(when % 1 * 1e6 + 0.5), len(data), len(data)) + data


def call(number, hosts):
    when = BEGIN + number / 100
    host = 0 if number % 2 else number // 2 % hosts
    path, status = ("/broken", 503) if number % 7 == 0 else ("/missing", 404) if number % 5 == 0 else (f"/items/{number}", 200)
    client = f"10.1.{number >> 8 & 255}.{number & 255}"
    there = client, SERVER, (1024 + number % 60000, 80)
    back = SERVER, client, there[2][::-1]
    request = f"GET {path} HTTP/1.1\r\nHost: h{host}.test\r\nX-Tenant: t{number % 3}\r\n\r\n".encode()
    yield packet(when, *there, 0, 0, flags=SYN)
    yield packet(when, *back, 0, 1, flags=SYN | ACK)
    yield packet(when, *there, 1, 1, request)
    yield packet(when + 0.001, *back, 1, 1 + len(request), f"HTTP/1.1 {status} Words\r\nContent-Length: 0\r\n\r\n".encode())


with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for at in range(int(sys.argv[2])):
        file.write(b"".join(call(at, int(sys.argv[3]) if len(sys.argv) > 3 else 10)))
