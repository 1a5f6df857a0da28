# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about streams of heads, and the bodies between them."""
from case import GET, OK, case, connected, padded, requests
from packets import ACK, FIN, Connection


@case("400-pipelined")
def _(capture):
    """Several heads in one packet, in both directions; one of them cut by the packet's end."""
    connection = connected(capture)
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
    connected(capture).request(
        b"POST /401 HTTP/1.1\r\nHost: case.test\r\nContent-Length: %d\r\n\r\n%s%s"
        % (len(body), body, GET % b"401/behind")
    )
    connection = connected(capture, 40001)
    connection.request((GET % b"401") * 2)
    connection.response(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s" % (len(body), body, OK)
    )


@case("402-head-in-two-segments")
def _(capture):
    """Cut in method, target, version, a name, a value, between CR and LF, before the last line."""
    head = GET % b"402"
    for number, cut in enumerate((2, 6, 12, 20, 28, 35, 36, len(head) - 2)):
        connection = connected(capture, 40000 + number)
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


@case("405-no-handshake")
def _(capture):
    """The capture begins inside connections: with a request, a response, a body, the rest of a
    head, chunks. Heads are found by looking, so all are flagged."""
    connection = Connection(capture)
    connection.request(GET % b"405")
    connection.response(OK)
    connection.request(GET % b"405/again")
    connection.response(OK)
    connection = Connection(capture, 40001)
    connection.response(OK)
    connection.request(GET % b"405/behind-response")
    connection.response(OK)
    connection = Connection(capture, 40002)
    connection.request(b"the rest of a body\n" + GET % b"inside" + b"and so on")
    connection.request(b"more of it\n" + GET % b"inside")
    connection.request(GET % b"405/behind-body")
    connection = Connection(capture, 40003)
    connection.request(b"st: case.test\r\nUser-Agent: generate/1\r\n\r\n")
    connection.request(GET % b"405/behind-head")
    connection = Connection(capture, 40004)
    connection.response(chunked(GET % b"body" * 3, 50))
    connection.response(OK)


@case("406-head-in-many-segments")
def _(capture):
    """A byte in each; and 4000 bytes in segments of 100."""
    connection = connected(capture)
    for byte in GET % b"406":
        connection.request(bytes([byte]))
    for byte in OK:
        connection.response(bytes([byte]))
    head = padded(b"GET /406/long HTTP/1.1\r\n", b"Host: case.test\r\n", 4000)
    for at in range(0, len(head), 100):
        connection.request(head[at : at + 100])
    connection.response(OK)


@case("407-seen-before")
def _(capture):
    """Repeated and overlapping segments, of heads, bodies, and what is cut in between; a repeated
    handshake; what is repeated after the end."""
    connection = connected(capture)
    head = GET % b"407"
    connection.request(head)
    connection.repeat(head)
    connection.response(OK)
    connection.repeat(OK)
    connection.repeat(head)
    connection.request(head[:30])
    connection.repeat(head[:30])
    connection.repeat(head[:10], back=20)
    connection.lose(20)
    connection.repeat(head[10:50])  # 20 bytes again, 20 new ones
    connection.request(head[50:])
    connection.response(OK)
    connection.lose(-3, False)
    connection.response(b"ok\n" + OK)  # the end of a body again
    body = GET % b"body"
    post = b"POST /407/post HTTP/1.1\r\nHost: case.test\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection.request(post + body[:40])
    connection.repeat(post + body[:40])
    connection.lose(-40)
    connection.request(body + GET % b"407/last", flags=ACK | FIN)
    connection.repeat(GET % b"407/last")
    connection.response(OK * 2)
    begun = connected(capture, 40001)
    begun.request(head)
    connected(capture, 40001)  # the handshake again
    begun.response(OK)


@case("408-out-of-order")
def _(capture):
    """Heads whose segments come in every order of three; a head before the end of the body it
    follows."""
    orders = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    for number, order in enumerate(orders):
        head = GET % (b"408/%d%d%d" % order)
        connection = connected(capture, 40000 + number)
        for part in (head[:20], head[20:50], head[50:]):
            connection.request(part)
        capture.reorder(*order)
        connection.response(OK)
    connection = connected(capture, 40010)
    connection.request(b"POST /408/chunked HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.request(b"4\r\nbody\r\n0\r\n\r\n")
    connection.request(GET % b"408/behind")
    capture.reorder(0, 2, 1)


@case("409-segments-missing")
def _(capture):
    """Of a body of known length: nothing is lost. Of a head, and between heads: what follows is
    found again, and flagged. A chunk's data, and its size."""
    behind = GET % b"409/behind"
    post = b"POST /409/%s HTTP/1.1\r\nHost: case.test\r\nContent-Length: 500\r\n\r\n"
    connection = connected(capture)
    connection.request(post % b"body")
    connection.lose(300)
    connection.request(b"b" * 200 + behind)
    connection = connected(capture, 40001)
    head = GET % b"409/head"
    connection.request(head[:30])
    connection.lose(len(head) - 30)
    for number in range(4):
        connection.request(GET % (b"409/behind-head/%d" % number))
    connection = connected(capture, 40002)
    connection.request(GET % b"409/before")
    connection.lose(1000)
    for number in range(4):
        connection.request(GET % (b"409/behind-heads/%d" % number))
    start = b"POST /409/%s HTTP/1.1\r\nHost: case.test\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection = connected(capture, 40003)
    connection.request(start % b"chunk" + b"100\r\n")
    connection.lose(200)
    connection.request(b"c" * 56 + b"\r\n0\r\n\r\n" + behind)
    connection = connected(capture, 40004)
    connection.request(start % b"size" + b"100\r\n" + b"c" * 256)
    connection.lose(10)
    for number in range(4):
        connection.request(b"c" * 100)
    connection.request(behind)
