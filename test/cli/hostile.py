# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""hostile.py HOSTILE ANSWERS MORE: writes captures.

HOSTILE: heads with bytes that mean something to a terminal. ANSWERS: requests, and answers of all classes of status, some late. MORE: the same on other connections.
"""
import socket
import struct
import sys

CLIENT, SERVER = "10.9.0.1", "10.9.0.2"
EVIL = [
    b"\x1b]2;owned\x07",            # sets the title
    b"\x1b[2J\x1b[1;1H",            # clears the screen
    b"\x9b31m\x9d2;owned\x9c",      # the same as C1 bytes
    "\u202etxet\u2066x".encode(),  # turns the writing around
    b"seen\rhidden\x08\x08",        # overwrites
    b"\x1bP+q544e\x1b\\\x0e\x1bc",  # asks the terminal, changes its letters, resets it
]
ANSWERS = [  # path, status, seconds
    ("/fast", 200, 0.0004), ("/moved", 301, 0.002), ("/missing", 404, 0.25), ("/broken", 503, 1.5), ("/again?" + "q=1&" * 40, 200, 0.0007)]


SYN, ACK = 2, 16


def packet(when, source, destination, ports, sequence, acknowledged, payload, flags=ACK):
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 5 << 4, flags, 65535, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, socket.inet_aton(source), socket.inet_aton(destination))
    data = b"\2" * 12 + b"\x08\x00" + ip + tcp + payload
    return struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(data), len(data)) + data


def write(path, packets):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        file.write(b"".join(packets))


def hostile():
    for number, evil in enumerate(EVIL):
        target = evil if min(evil) >= 0x20 else b"seen"  # else it would be no start line
        host = b"" if b"\r" in evil else b"Host: " + evil + b"\r\n"
        head = b"GET /" + target + b" HTTP/1.1\r\n" + host + b"X-Evil: " + evil + b"\r\n\r\n"
        yield packet(1700000000 + number, CLIENT, SERVER, (40000 + number, 80), 1, 1, head)


def answers(port):
    when = 1700000100.0
    for number, (path, status, late) in enumerate(ANSWERS):
        request = f"GET {path} HTTP/1.1\r\nHost: answers.test\r\nUser-Agent: {'agent/1 ' * 30}end-of-the-agent\r\n\r\n".encode()
        answer = f"HTTP/1.1 {status} Words\r\nServer: {'server/2 ' * 20}\r\nContent-Length: 0\r\n\r\n".encode()
        there, back = (CLIENT, SERVER, (port + number, 80)), (SERVER, CLIENT, (80, port + number))
        yield packet(when, *there, 0, 0, b"", SYN)
        yield packet(when, *back, 0, 1, b"", SYN | ACK)
        yield packet(when, *there, 1, 1, request)
        yield packet(when + late, *back, 1, 1 + len(request), answer)
        when += late + 0.01


write(sys.argv[1], hostile())
write(sys.argv[2], answers(41000))
write(sys.argv[3], answers(42000))
