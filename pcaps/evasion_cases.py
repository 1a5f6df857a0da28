# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures of bodies and tunnels that look like heads. Only where a message begins can tell: none
of what is inside may be a record, and what is behind must be one."""
from case import case
from talk import (
    CHUNKED,
    FORGED,
    LAST,
    SPOOF,
    Talk,
    answer,
    chunk,
    get,
    length,
    pieces,
    post,
    request,
    response,
)

BEHIND = get(b"/behind")
LENGTH_RULE = "RFC 9112 section 6.2: Content-Length says where the body ends: "
CHUNK_RULE = "RFC 9112 section 7.1: a chunk's size says where it ends: "
CLOSE_RULE = "RFC 9112 section 6.3, 8: without a length the response lasts until the close: "


def upload(capture, rule, path, body, segments, coding=None):
    """A POST with this body, then a GET; both are answered. `segments` makes a list of the bytes
    of the POST."""
    fields = coding or length(body)
    talk = Talk(capture, rule)
    talk.sends(*segments(post(path.encode(), fields), body), BEHIND)
    talk.replies(answer() * 2)
    talk.expect(
        request("POST", path, "chunked" if coding else len(body)),
        request("GET", "/behind"),
        response(200, "POST", 3),
        response(200, "GET", 3),
    )


def together(head, body):
    return [head + body]


def apart(head, body):
    return [head, body]


@case("410-spoofed-length")
def _(capture):
    body = SPOOF * 3
    for path, segments, what in (
        ("/410/together", together, "head and body in one segment"),
        ("/410/apart", apart, "the body in a segment of its own"),
        ("/410/each", lambda h, b: [h, *pieces(b, len(SPOOF))], "each request starts a segment"),
        ("/410/inside", lambda h, b: [h + b[:7], b[7:]], "cut inside a request"),
        ("/410/line", lambda h, b: [h, b[:21], b[21:]], "cut behind a request line"),
        ("/410/bytes", lambda h, b: [h, *pieces(b, 1)], "a byte each"),
        ("/410/head-cut", lambda h, b: [h[:-2], h[-2:] + b], "the head's last line comes late"),
        ("/410/last", lambda h, b: [h + b[:-1], b[-1:]], "one byte of the body comes late"),
    ):
        upload(capture, LENGTH_RULE + what, path, body, segments)
    talk = Talk(capture, LENGTH_RULE + "the next head begins in the segment the body ends in")
    talk.sends(post(b"/410/shared", length(body), body[:50]), body[50:] + BEHIND)
    talk.expect(request("POST", "/410/shared", len(body)), request("GET", "/behind"))
    talk = Talk(capture, LENGTH_RULE + "a length of 0 is no body; of a GET it is one")
    talk.sends(post(b"/410/empty", b"Content-Length: 0\r\n") + BEHIND)
    talk.sends(post(b"/410/get", length(SPOOF), SPOOF, method=b"GET") + BEHIND)
    talk.expect(
        request("POST", "/410/empty", 0),
        request("GET", "/behind"),
        request("GET", "/410/get", len(SPOOF)),
        request("GET", "/behind"),
    )


def at_request(head, body):
    """What looks like a request begins a segment."""
    at = body.index(b"GET /")
    return [head, body[:at], body[at:]]


@case("411-spoofed-chunked")
def _(capture):
    inside = b"0\r\n\r\n" + SPOOF
    for path, body, what in (
        ("/411/data", chunk(SPOOF) * 3 + LAST, "requests in chunks"),
        ("/411/end", chunk(inside) + LAST, "data that looks like the end of the body"),
        ("/411/cut", b"".join(chunk(one) for one in pieces(inside, 5)) + LAST, "many chunks"),
        ("/411/sizes", chunk(b"5\r\n" + SPOOF, b";x") + LAST, "data that looks like a size"),
        (
            "/411/extension",
            chunk(b"x", b';a="GET /spoof HTTP/1.1";Host=spoof.test') + LAST,
            "section 7.1.1: a request in an extension",
        ),
        ("/411/trailer", b"0\r\n" + SPOOF, "section 7.1.2: a request in the trailer section"),
        (
            "/411/trailers",
            chunk(b"x") + b"0\r\nX-Sum: 1\r\n" + SPOOF,
            "section 7.1.2: a request behind a trailer field",
        ),
    ):
        upload(capture, CHUNK_RULE + what, path, body, together, CHUNKED)
        upload(capture, CHUNK_RULE + what, path + "/apart", body, apart, CHUNKED)
        upload(capture, CHUNK_RULE + what, path + "/at", body, at_request, CHUNKED)


@case("412-spoofed-multipart")
def _(capture):
    """RFC 2046 section 5.1: a boundary is the recipient's business, not the framing's."""
    part = b"--b\r\nContent-Type: message/http\r\nContent-Length: %d\r\n\r\n%s\r\n" % (
        len(SPOOF),
        SPOOF,
    )
    body = part * 2 + b"--b--\r\n" + SPOOF
    fields = b"Content-Type: multipart/mixed; boundary=b\r\n"
    at = body.index(SPOOF)
    for path, cut in (("/412/together", 0), ("/412/apart", at)):
        talk = Talk(capture, LENGTH_RULE + "parts of a multipart body have heads, too")
        talk.sends(post(path.encode(), fields + length(body), body[:cut]), body[cut:] + BEHIND)
        talk.replies(answer() * 2)
        talk.expect(
            request("POST", path, len(body)),
            request("GET", "/behind"),
            response(200, "POST", 3),
            response(200, "GET", 3),
        )


@case("413-spoofed-64-kib")
def _(capture):
    """Where numbers of 16 bits end: 65536 bytes, then a request at the start of a segment."""
    filler = b"f" * 65536
    body = filler + SPOOF
    upload(
        capture,
        LENGTH_RULE + "behind 64 KiB",
        "/413/length",
        body,
        lambda head, text: [head, *pieces(text, 32768)],
    )
    upload(
        capture,
        CHUNK_RULE + "a chunk of 64 KiB, the next begins a segment",
        "/413/chunked",
        chunk(filler) + chunk(SPOOF) + LAST,
        lambda head, text: [head + text[:7], *pieces(text[7 : 7 + 65536], 32768), text[65543:]],
        CHUNKED,
    )
    talk = Talk(capture, LENGTH_RULE + "2^32 and a little more are not a little more")
    talk.sends(post(b"/413/large", b"Content-Length: 4294967301\r\n", b"hello"), SPOOF, SPOOF)
    talk.expect(request("POST", "/413/large", 4294967301))
    talk = Talk(capture, CHUNK_RULE + "2^32 and a little more are not a little more")
    talk.sends(post(b"/413/chunk", CHUNKED, b"100000005\r\nhello"), b"\r\n0\r\n\r\n" + SPOOF, SPOOF)
    talk.expect(request("POST", "/413/chunk", "chunked"))


@case("414-spoofed-responses")
def _(capture):
    body = FORGED * 3 + SPOOF
    for fields, content, framing, what in (
        (length(body), body, len(body), LENGTH_RULE),
        (CHUNKED, chunk(FORGED) * 3 + chunk(SPOOF) + LAST, "chunked", CHUNK_RULE),
        (CHUNKED, chunk(b"x") + b"0\r\n" + FORGED, "chunked", CHUNK_RULE),
    ):
        talk = Talk(capture, what + "responses in a response's body")
        head = b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n"
        at = content.index(FORGED)
        talk.sends(get(b"/414") + BEHIND)
        talk.replies(head + content[:at], content[at:], answer())
        talk.expect(
            request("GET", "/414"),
            request("GET", "/behind"),
            response(200, "GET", framing),
            response(200, "GET", 3),
        )
    talk = Talk(capture, LENGTH_RULE + "a response in a request's body")
    talk.sends(post(b"/414/post", length(FORGED)), FORGED, BEHIND)
    talk.replies(answer() * 2)
    talk.expect(
        request("POST", "/414/post", len(FORGED)),
        request("GET", "/behind"),
        response(200, "POST", 3),
        response(200, "GET", 3),
    )


@case("415-spoofed-until-close")
def _(capture):
    for head, what in (
        (b"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1"),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", "HTTP/1.0, whatever it promises"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "a coding, but not chunked"),
    ):
        talk = Talk(capture, CLOSE_RULE + what)
        talk.sends(get(b"/415"))
        talk.replies(head + FORGED, FORGED, SPOOF, FORGED)
        talk.close(from_client=False)
        talk.expect(request("GET", "/415"), response(200, "GET", "close"))


INSIDE = frozenset(["tunneled"])  # these talks do not ask for heads in tunnels; 480 does
UPGRADE = b"Connection: upgrade\r\nUpgrade: websocket\r\n"


@case("416-upgrade")
def _(capture):
    switched = b"HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE + b"\r\n"
    rule = "RFC 9110 section 7.8: behind 101 the connection is the other protocol's: "
    for tail, what in ((b"", "in segments of their own"), (FORGED, "right behind the head")):
        talk = Talk(capture, rule + what)
        talk.sends(get(b"/416", UPGRADE))
        talk.replies(switched + tail)
        talk.sends(SPOOF, SPOOF)
        talk.replies(FORGED, FORGED)
        talk.ignores = INSIDE
        talk.expect(request("GET", "/416"), response(101, "GET", "tunnel"))
    talk = Talk(capture, rule + "the body of the request that asked for it comes before")
    talk.sends(post(b"/416/body", UPGRADE + length(SPOOF)), SPOOF[:9])
    talk.replies(switched)
    talk.sends(SPOOF[9:] + SPOOF, SPOOF)
    talk.ignores = INSIDE
    talk.expect(request("POST", "/416/body", len(SPOOF)), response(101, "POST", "tunnel"))
    talk = Talk(capture, "RFC 9110 section 7.8: a server may ignore it, then HTTP goes on")
    talk.sends(get(b"/416/ignored", UPGRADE))
    talk.replies(answer())
    talk.sends(BEHIND)
    talk.replies(answer())
    talk.expect(
        request("GET", "/416/ignored"),
        request("GET", "/behind"),
        response(200, "GET", 3),
        response(200, "GET", 3),
    )


CONNECT = b"CONNECT case.test:443 HTTP/1.1\r\nHost: case.test\r\n\r\n"
TUNNEL_RULE = "RFC 9110 section 9.3.6, RFC 9112 section 6.3: 2xx to CONNECT opens a tunnel: "


@case("417-connect")
def _(capture):
    for head, what in (
        (b"HTTP/1.1 200 Connection established\r\n\r\n", "200"),
        (b"HTTP/1.1 204 Tunnel\r\n\r\n", "204"),
        (answer(), "its Content-Length is ignored"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "so is Transfer-Encoding"),
    ):
        talk = Talk(capture, TUNNEL_RULE + what)
        talk.sends(CONNECT)
        talk.replies(head)
        talk.sends(SPOOF, SPOOF)
        talk.replies(FORGED, FORGED)
        talk.ignores = INSIDE
        talk.expect(
            request("CONNECT", "case.test:443"),
            response(int(head[9:12]), "CONNECT", "tunnel"),
        )
    talk = Talk(capture, TUNNEL_RULE + "what follows the head in the segment is inside")
    talk.sends(CONNECT)
    talk.replies(b"HTTP/1.1 200 OK\r\n\r\n" + FORGED)
    talk.ignores = INSIDE
    talk.expect(request("CONNECT", "case.test:443"), response(200, "CONNECT", "tunnel"))


@case("418-connect-refused")
def _(capture):
    """RFC 9110 section 9.3.6: without 2xx the connection is not a tunnel."""
    refused = answer(b"no\n", b"407 Proxy Authentication Required")
    talk = Talk(capture, TUNNEL_RULE + "403 does not, and its body is one")
    talk.sends(CONNECT)
    talk.replies(answer(FORGED, b"403 Forbidden"))
    talk.sends(BEHIND)
    talk.replies(answer())
    talk.expect(
        request("CONNECT", "case.test:443"),
        request("GET", "/behind"),
        response(403, "CONNECT", len(FORGED)),
        response(200, "GET", 3),
    )
    talk = Talk(capture, TUNNEL_RULE + "only the second time")
    talk.sends(CONNECT)
    talk.replies(refused)
    talk.sends(CONNECT)
    talk.replies(b"HTTP/1.1 200 OK\r\n\r\n")
    talk.sends(SPOOF)
    talk.replies(FORGED)
    talk.ignores = INSIDE
    talk.expect(
        request("CONNECT", "case.test:443"),
        request("CONNECT", "case.test:443"),
        response(407, "CONNECT", 3),
        response(200, "CONNECT", "tunnel"),
    )
