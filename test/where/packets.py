#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The transactions that test/where/truth is about: packets.py write FILE, or packets.py send INTERFACE CLIENT, from that
address.

Requests are told by their path's last letter, responses by their field Server.
"""
import socket
import struct
import sys
import time

SERVER = "192.0.2.80"
SYN, ACK, FIN = 0x02, 0x10, 0x01
START = 1700000000


class Connection:
    """One TCP connection, each packet some milliseconds after the one before it."""

    def __init__(self, packets, client, port):
        self.packets, self.client, self.port = packets, client, port
        self.next = {True: 1000, False: 5000}

    def put(self, from_client, data=b"", flags=ACK, after_ms=1):
        ports = (self.port, 80) if from_client else (80, self.port)
        addresses = (self.client, SERVER) if from_client else (SERVER, self.client)
        tcp = struct.pack("!HHIIBBHHH", *ports, self.next[from_client], self.next[not from_client], 5 << 4, flags, 65535, 0, 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, *map(socket.inet_aton, addresses))
        self.packets.append((after_ms, b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + ip + tcp + data))
        self.next[from_client] += len(data) + (1 if flags & (SYN | FIN) else 0)

    def open(self):
        self.put(True, flags=SYN)
        self.put(False, flags=SYN | ACK)
        self.put(True)
        return self

    def request(self, line, *fields):
        self.put(True, "\r\n".join((line + " HTTP/1.1",) + fields + ("", "")).encode())

    def respond(self, name, status, *fields, after_ms=1):
        self.put(False, "\r\n".join(("HTTP/1.1 %d X" % status, "Server: " + name, "Content-Length: 0") + fields + ("", "")).encode(),
                 after_ms=after_ms)


def packets(client="10.9.0.1"):
    made = []
    one = Connection(made, client, 40001).open()
    one.request("GET /api/a", "Host: api.example.com", "User-Agent: curl/8")
    one.respond("a", 200, "Content-Type: text/html", after_ms=300)
    one.request("POST /api/b?token=1", "Host: WWW.example.com:8080", "X-Request-Id: 7", "Content-Length: 0")
    one.respond("b", 503, "Retry-After: 9", after_ms=20)
    two = Connection(made, client, 40002).open()
    two.request("GET /static/c", "User-Agent: robot", "Cookie: " + "c" * 300)
    two.respond("c", 404, "Content-Type: text/plain", after_ms=20)
    three = Connection(made, client, 40003).open()
    three.request("GET /api/d", "Host: example.com")
    Connection(made, client, 40004).open().respond("e", 500)  # without a request
    Connection(made, client, 40005).respond("f", 500)  # whose request was not seen
    six = Connection(made, client, 40006).open()
    six.request("PURGE http://proxied.example/p/g", "Host: other.example")
    six.respond("0g", 100, after_ms=20)
    six.respond("g", 204, after_ms=20)
    return made


def write(path):
    now_ms = START * 1000
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for after_ms, packet in packets():
            now_ms += after_ms
            file.write(struct.pack("<IIII", now_ms // 1000, now_ms % 1000 * 1000, len(packet), len(packet)) + packet)


def send(interface, client):
    to = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    to.bind((interface, 0))
    for after_ms, packet in packets(client):
        time.sleep(after_ms / 1000)
        to.send(packet)


if __name__ == "__main__":
    {"write": write, "send": send}[sys.argv[1]](*sys.argv[2:])
