# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""How a capture is declared, and what most of them are made of."""
from packets import Capture, Connection

GET = b"GET /%s HTTP/1.1\r\nHost: case.test\r\nUser-Agent: generate/1\r\n\r\n"
OK = (
    b"HTTP/1.1 200 OK\r\nServer: generate\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"
)
CASES = {}


def case(name, kind=Capture, **options):
    """Declares a capture; the function adds its packets."""

    def declare(function):
        CASES[name] = (function, kind, options)
        return function

    return declare


def connected(capture, *numbers, **parts):
    """A connection that begins with its handshake."""
    connection = Connection(capture, *numbers, **parts)
    connection.open()
    return connection


def exchange(capture, name, **parts):
    """A connection with one request and one response of the ordinary kind."""
    connection = connected(capture, **parts)
    connection.request(GET % name)
    connection.response(OK)


def requests(capture, *heads):
    """Each in a packet of its own on a connection of its own."""
    for number, head in enumerate(heads):
        connected(capture, 40000 + number).request(head)


def responses(capture, *heads, name):
    """Likewise, each answering a request."""
    for number, head in enumerate(heads):
        connection = connected(capture, 40000 + number)
        connection.request(GET % name)
        connection.response(head)


def padded(start, fields, size, name=b"X-Filler-%02d"):
    """A head of exactly `size` bytes: filler lines between `start` and `fields`."""
    filler, number = b"", 0
    while size - len(start + filler + fields) - 2 > 100:
        line = name % number
        filler += line + b": " + b"f" * (78 - len(line)) + b"\r\n"
        number += 1
    last = size - len(start + filler + fields) - 2
    return start + filler + b"X-Last: " + b"l" * (last - 10) + b"\r\n" + fields + b"\r\n"
