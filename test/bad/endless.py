# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""endless.py sink PORT: reads and forgets what every connection to it sends.
endless.py send HOST PORT MIB: connections whose heads have no end, each as many MiB long: lines, one line, a target."""
import socket
import socketserver
import sys

BEGIN = b"GET /endless HTTP/1.1\r\nHost: a.example\r\n"
SENT = {
    "lines": (BEGIN, b"X-Filler: and so on\r\n" * 400),
    "line": (BEGIN + b"X-Filler: ", b"and so on " * 800),
    "target": (b"GET /", b"and-so-on/" * 800),
}


class Sink(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(1 << 20):
            pass


def send(host, port, mib):
    for begin, more in SENT.values():
        with socket.create_connection((host, port)) as connection:
            connection.sendall(begin)
            for _ in range((mib << 20) // len(more)):
                connection.sendall(more)


if __name__ == "__main__":
    if sys.argv[1] == "sink":
        socketserver.ThreadingTCPServer(("", int(sys.argv[2])), Sink).serve_forever()
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
