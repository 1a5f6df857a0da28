# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about streams of heads, and the bodies between them."""
from case import GET, OK, case, requests
from packets import Connection


@case("400-pipelined")
def _(capture):
    """Several heads in one packet, in both directions; one of them cut by the packet's end."""
    connection = Connection(capture)
    connection.request(b"".join(GET % (b"400/%d" % number) for number in range(5)))
    connection.response(OK * 5)
    connection.request(
        b"POST /400/post HTTP/1.1\r\nHost: case.test\r\nContent-Length: 5\r\n\r\n12345"
        + GET % b"400/behind"
        + b"GET /400/cut HTTP/1.1\r\nHost: cut.te"
    )


@case("401-body-looks-like-request")
def _(capture):
    """The body is longer than a window; behind it comes a head."""
    body = GET % b"body" * 30
    Connection(capture).request(
        b"POST /401 HTTP/1.1\r\nHost: case.test\r\nContent-Length: %d\r\n\r\n%s%s"
        % (len(body), body, GET % b"401/behind")
    )
    Connection(capture, port=40001).response(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s" % (len(body), body, OK)
    )


@case("402-head-in-two-segments")
def _(capture):
    """Cut in method, target, version, a name, a value, between CR and LF, before the last line."""
    head = GET % b"402"
    for number, cut in enumerate((2, 6, 12, 20, 28, 35, 36, len(head) - 2)):
        connection = Connection(capture, port=40000 + number)
        connection.request(head[:cut])
        connection.request(head[cut:])


@case("403-smuggling")
def _(capture):
    """Framing that two recipients read differently."""
    start = b"POST /403 HTTP/1.1\r\nHost: case.test\r\n"
    framings = (
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5 \r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: 00005\r\n",
        b"Content-Length: 18446744073709551616\r\n",
        b"Transfer-Encoding: chunked, gzip\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
    )
    heads = [start + framing + b"\r\n0\r\n\r\n" for framing in framings]
    heads.append(b"POST /403/1.0 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    requests(capture, *heads)


def chunked(body, size, extension=b""):
    """The body in chunks of `size` bytes, without trailers and the last empty line."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%X%s\r\n%s\r\n" % (len(one), extension, one) for one in pieces) + b"0\r\n"


@case("404-chunked-bodies")
def _(capture):
    """Bodies of many and of long chunks that look like heads; behind each comes a head, except
    where the chunks are broken or go on in a packet that is not there."""
    start = b"POST /404/%s HTTP/1.1\r\nHost: case.test\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = GET % b"body" * 20
    behind = b"\r\n" + GET % b"404/behind"
    bodies = {
        b"chunks": chunked(body, 7) + behind,
        b"one-long": chunked(body, 5000) + behind,
        b"extensions": chunked(body, 100, b';name="GET / HTTP/1.1"') + behind,
        b"trailers": chunked(body, 100) + b"Host: trailer.test\r\nX-Sum: 1\r\n" + behind,
        b"empty": b"0\r\n" + behind,
        b"leading-zeros": b"0005\r\n12345\r\n000\r\n" + behind,
        b"cut": chunked(body, 100)[:500],
        b"overflow": b"10000000000000000\r\n" + behind,
        b"no-size": b"\r\n0\r\n" + behind,
        b"not-hexadecimal": b"5x\r\n12345\r\n0\r\n" + behind,
    }
    requests(capture, *(start % name + content for name, content in bodies.items()))
