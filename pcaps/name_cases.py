# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures of header lines whose names are nearly those that are looked for."""
from case import case
from talk import CHUNKED, Talk, get, length, pieces, post, request

SMUGGLED = get(b"/smuggled")
AFTER = get(b"/after")
TOKEN = "RFC 9110 section 5.1, 5.6.2: a name is a token, and compared whole, in any case"
HASH_FIRST, HASH_LAST, BUCKETS = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 512


def bucket(name):
    """Where include/hdrtap/elements.h puts a name."""
    lower = bytes(one | 0x20 for one in name)
    ends = (lower, lower) if len(name) < 8 else (lower[:8], lower[-8:])
    first, last = (int.from_bytes(one, "little") for one in ends)
    return ((first * HASH_FIRST + last * HASH_LAST & (1 << 64) - 1) >> 48 ^ len(name)) % BUCKETS


def colliding(name, count):
    """Other names in the same place: of the same length where there are some."""
    found, number = [], 0
    while len(found) < count:
        tail = b"%x" % number
        other = name[: -len(tail)] + tail if len(name) > len(tail) + 1 else b"x-%d" % number
        number += 1
        if other.lower() != name.lower() and bucket(other) == bucket(name):
            found.append(other)
    return found


def twins(name):
    """Other tokens with the same length, first and last eight bytes: their hash is the same."""
    middle = len(name) - 16
    return [name[:8] + one * middle + name[-8:] for one in (b"_", b".", b"0", b"x", b"~", b"'")]


@case("440-framing-names")
def _(capture):
    """None is a Content-Length, though the value is one: the GET behind is a request."""
    names = (
        b"Content-Lengt",
        b"Content-Lengthh",
        b"Content-Length-",
        b"-Content-Length",
        b"X-Content-Length",
        b"Content_Length",
        b"ContentLength",
        b"Content--Length",
        b"C",
        b"Content-Length2",
    )
    for name in names:
        talk = Talk(capture, TOKEN)
        talk.sends(post(b"/440", name + b": 500\r\n") + SMUGGLED)
        talk.expect(request("POST", "/440"), request("GET", "/smuggled"))
    for name in (b"Transfer-Encodin", b"Transfer-Encodings", b"Transfer_Encoding", b"Encoding"):
        talk = Talk(capture, TOKEN)
        talk.sends(post(b"/440", name + b": chunked\r\n") + SMUGGLED)
        talk.expect(request("POST", "/440"), request("GET", "/smuggled"))
    for name in (b"content-length", b"CONTENT-LENGTH", b"cOnTeNt-LeNgTh"):
        talk = Talk(capture, TOKEN)
        talk.sends(post(b"/440", name + b": 5\r\n", b"hello") + SMUGGLED)
        talk.expect(request("POST", "/440", 5), request("GET", "/smuggled"))
    for name in (
        b"Content-\0Length",
        b"Content-Length\0",
        b"Content\x0dLength",
        b"Content\x7fLength",
        b"Content Length",
        b"\x0bContent-Length",
        b"Content-Length\xc2\xa0",
        b"(Content-Length)",
    ):
        talk = Talk(capture, TOKEN + "; this one has bytes of no token")
        talk.sends(post(b"/440", name + b": 500\r\n") + SMUGGLED)
        flags = "bad_name"
        flags += " bare_cr" if b"\r" in name else ""
        flags += " bad_value" if set(name) & {0, 0x0B} else ""
        talk.expect(request("POST", "/440", flags=flags), request("GET", "/smuggled"))


@case("441-space-before-colon")
def _(capture):
    """Who passes over the space sees another message than who does not. What was found by looking
    makes nothing sure that comes behind it."""
    rule = "RFC 9112 section 5.1: a request with white space before a colon has to be rejected"
    for fields in (
        b"Content-Length : %d\r\n" % len(SMUGGLED),
        b"Content-Length\t: %d\r\n" % len(SMUGGLED),
        b"Content-Length \t : %d\r\n" % len(SMUGGLED),
        b"Transfer-Encoding : chunked\r\n",
        b"X : y\r\nContent-Length: %d\r\n" % len(SMUGGLED),
        b"x" * 100 + b" : y\r\n",
    ):
        for cut in (0, 4):
            talk = Talk(capture, rule)
            talk.sends(post(b"/441", fields) + SMUGGLED[:cut], SMUGGLED[cut:] + AFTER, AFTER)
            talk.expect(request("POST", "/441", "invalid", "name_space bad_name"))
            found = ["/after"] if cut else ["/smuggled", "/after", "/after"]
            talk.expect(*(request("GET", path, flags="resync") for path in found))


@case("442-hash-collisions")
def _(capture):
    """Names in the same place of the table as those that are looked for."""
    fields = {
        b"host": b"evil.test",
        b"content-length": b"500",
        b"transfer-encoding": b"chunked",
        b"user-agent": b"evil",
    }
    for name, value in fields.items():
        others = colliding(name, 8) + (twins(name) if len(name) > 16 else [])
        for other in others:
            talk = Talk(capture, TOKEN)
            talk.sends(post(b"/442", b"%s: %s\r\n" % (other, value)) + SMUGGLED)
            talk.expect(request("POST", "/442"), request("GET", "/smuggled"))
    text = b"".join(b"%s: 5\r\n" % one for one in colliding(b"content-length", 40))
    talk = Talk(capture, TOKEN + "; the right one behind many")
    talk.sends(post(b"/442/many", text + b"Content-Length: 5\r\n", b"hello") + SMUGGLED)
    talk.expect(request("POST", "/442/many", 5), request("GET", "/smuggled"))


@case("443-long-names")
def _(capture):
    """Longer than any that is looked for, than a window, than a segment; their ends say nothing."""
    for size in (47, 48, 49, 63, 64, 65, 1024, 8192):
        for end in (b"Content-Length", b"Host", b"Transfer-Encoding"):
            if size < len(end):
                continue
            name = b"x" * (size - len(end)) + end
            talk = Talk(capture, TOKEN)
            head = post(b"/443", name + b": 500\r\n") + SMUGGLED
            talk.sends(*pieces(head, 1400))
            talk.expect(request("POST", "/443"), request("GET", "/smuggled"))
    for line, flags in ((b"x" * 8192, "bad_name"), (b": " + b"x" * 8192, "bad_name")):
        talk = Talk(capture, "RFC 9112 section 5: a line is a name, a colon, a value")
        talk.sends(*pieces(post(b"/443/odd", line + b"\r\n") + SMUGGLED, 1400))
        talk.expect(request("POST", "/443/odd", flags=flags), request("GET", "/smuggled"))


@case("444-thousand-headers")
def _(capture):
    rule = "RFC 9110 section 5.4: no limit on the number of header lines"
    lines = b"".join(b"X-%d: %d\r\n" % (number, number) for number in range(1000))
    for size in (1400, 32768):
        talk = Talk(capture, rule)
        talk.sends(*pieces(post(b"/444", lines + b"Content-Length: 5\r\n", b"hello"), size), AFTER)
        talk.expect(request("POST", "/444", 5), request("GET", "/after"))
    talk = Talk(capture, rule + "; all with the same name")
    host = b"GET /444/hosts HTTP/1.1\r\nHost: case.test\r\n" + b"Host: evil.test\r\n" * 999
    talk.sends(*pieces(host + b"\r\n" + AFTER, 1400))
    talk.expect(request("GET", "/444/hosts", flags="omitted"), request("GET", "/after"))


@case("445-names-at-cuts")
def _(capture):
    """A value that goes on in the next window or segment with what would be a line of its own."""
    rule = "RFC 9112 section 5: only CR LF, not the end of a segment, ends a line"
    for inside in (
        b"Host: evil.test",
        b"Content-Length: 500",
        b"Transfer-Encoding: chunked",
        b"GET /spoof HTTP/1.1",
        b"HTTP/1.1 299 Forged",
    ):
        start = b"POST /445 HTTP/1.1\r\nX: "
        for cut in (len(start) + 1, len(start) + 70, 1024, 2048):
            filler = start + b"f" * (cut - len(start))
            head = filler + inside + b"\r\nHost: case.test\r\n" + length(b"hello") + b"\r\nhello"
            for segments in ([head + AFTER], [head[:cut], head[cut:] + AFTER]):
                talk = Talk(capture, rule)
                talk.sends(*segments)
                talk.expect(request("POST", "/445", 5), request("GET", "/after"))
    for cut in range(1, 40, 3):
        head = b"POST /445/name HTTP/1.1\r\n" + CHUNKED + b"Host: case.test\r\n\r\n"
        talk = Talk(capture, rule)
        talk.sends(head[: 25 + cut], head[25 + cut :] + b"0\r\n\r\n" + AFTER)
        talk.expect(request("POST", "/445/name", "chunked"), request("GET", "/after"))
