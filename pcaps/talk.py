# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Connections whose heads are written down beside their bytes: the truth that test/golden/truth.py
compares hdrtap's records with. It comes from the standards (named in each talk's rule), never from
what a program made of the bytes."""
import collections

from packets import ACK, FIN, Connection

# `may`: flags that the head may have or not, where the standards and record.h leave it open
Request = collections.namedtuple(
    "Request", "method target host framing body_size flags client may", defaults=[frozenset()]
)
Response = collections.namedtuple(
    "Response", "status answers framing body_size flags client may", defaults=[frozenset()]
)

SPOOF = b"GET /spoof HTTP/1.1\r\nHost: spoof.test\r\n\r\n"  # must never be a record that is not flagged
FORGED = b"HTTP/1.1 299 Forged\r\nContent-Length: 0\r\n\r\n"  # likewise


def framing_of(body):
    """A number of bytes, or the name of a framing: (framing, bytes)."""
    return ("length", body) if isinstance(body, int) else (body, 0)


def words(text):
    return frozenset(text.split())


def request(method, target, body="none", flags="", host="case.test", client=None, may=""):
    """`flags`, `may`: words; `client`: (address, port) of a PROXY protocol header."""
    return Request(method, target, host, *framing_of(body), words(flags), client, words(may))


def response(status, answers, body="none", flags="", client=None, may=""):
    """`answers`: the request's method, "" when no request is known."""
    return Response(status, answers, *framing_of(body), words(flags), client, words(may))


class Talk(Connection):
    """A connection; `rule` says what it shows and where that is written."""

    def __init__(self, capture, rule, port=None, midway=False, **parts):
        """`midway`: the capture begins behind the handshake."""
        super().__init__(capture, port=port or 40000 + len(capture.talks), **parts)
        self.rule = rule
        self.sent = {True: b"", False: b""}
        self.first = dict(self.sequence)
        self.heads = {True: [], False: []}
        self.ignores = frozenset()  # flags: heads that have one and are not written down are no matter
        capture.talks.append(self)
        if not midway:
            self.open()

    def send(self, payload, from_client=True, **tcp_parts):
        self.sent[from_client] += payload
        super().send(payload, from_client, **tcp_parts)

    def sends(self, *segments):
        for segment in segments:
            self.send(segment, True)

    def replies(self, *segments):
        for segment in segments:
            self.send(segment, False)

    def expect(self, *heads):
        """In the order of each direction."""
        for head in heads:
            self.heads[isinstance(head, Request)].append(head)

    def close(self, from_client=True):
        self.send(b"", from_client, flags=FIN | ACK)
        self.sequence[from_client] += 1


def pieces(payload, size):
    return [payload[at : at + size] for at in range(0, len(payload), size)]


def post(path, fields, body=b"", method=b"POST", version=b"1.1"):
    return b"%s %s HTTP/%s\r\nHost: case.test\r\n%s\r\n%s" % (method, path, version, fields, body)


def get(path, fields=b""):
    return post(path, fields, method=b"GET")


def answer(body=b"ok\n", status=b"200 OK"):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def length(body):
    return b"Content-Length: %d\r\n" % len(body)


CHUNKED = b"Transfer-Encoding: chunked\r\n"


def chunk(data, extension=b""):
    return b"%X%s\r\n%s\r\n" % (len(data), extension, data)


LAST = b"0\r\n\r\n"
