# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures with a header of the PROXY protocol before the first head: version 1 and 2, sections 2.1
and 2.2 of its specification."""
import struct

from case import case
from talk import SPOOF, Talk, answer, get, pieces, request, response

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V4, V6 = "203.0.113.9", "2001:db8:cafe::9"
LINE4 = b"PROXY TCP4 203.0.113.9 198.51.100.1 40009 443\r\n"
LINE6 = b"PROXY TCP6 2001:db8:cafe::9 2001:db8::1 40009 443\r\n"
BLOCK4 = bytes((203, 0, 113, 9, 198, 51, 100, 1)) + struct.pack("!HH", 40009, 443)
BLOCK6 = bytes.fromhex("20010db8cafe00000000000000000009" + "20010db8" + "00" * 11 + "01")
BLOCK6 += struct.pack("!HH", 40009, 443)
HELLO = bytes.fromhex("160301007a010000760303") + b"r" * 111
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
AFTER = get(b"/after")


def binary(block, family, command=0x21):
    return SIGNATURE + struct.pack("!BBH", command, family, len(block)) + block


def tlv(kind, value):
    return struct.pack("!BH", kind, len(value)) + value


def proxied(capture, rule, header, address, cuts=(0,)):
    """Two requests and their responses behind the header, in its segment and cut from it."""
    client, flags = (address, 40009) if address else None, "proxied" if address else ""
    for cut in cuts:
        talk = Talk(capture, rule)
        text = header + get(b"/first")
        talk.sends(*filter(None, (text[:cut], text[cut:])))
        talk.replies(answer())
        talk.sends(get(b"/second"))
        talk.replies(answer())
        talk.expect(
            request("GET", "/first", flags=flags, client=client),
            request("GET", "/second", flags=flags, client=client),
            response(200, "GET", 3, flags, client),
            response(200, "GET", 3, flags, client),
        )


@case("460-proxy-lines")
def _(capture):
    rule = "PROXY protocol section 2.1: a line before the first byte"
    mapped = b"PROXY TCP6 ::ffff:203.0.113.9 ::1 40009 1\r\n"
    longest = b"PROXY UNKNOWN " + b"f" * 91 + b"\r\n"
    for header, address in (
        (LINE4, V4),
        (LINE6, V6),
        (mapped, V4),
        (b"PROXY TCP6 ffff:f:ff:fff:ffff:ffff:ffff:9 %s 40009 65535\r\n" % (b"ffff:" * 7 + b"ffff"),
         "ffff:f:ff:fff:ffff:ffff:ffff:9"),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN 203.0.113.9 198.51.100.1 40009 443\r\n", None),
        (b"PROXY UNKNOWN " + SPOOF[:19] + b"\r\n", None),
        (longest, None),
    ):
        proxied(capture, rule, header, address, (0, len(header)))


@case("461-no-proxy-lines")
def _(capture):
    """Neither a header nor a request: what follows at once is not trusted."""
    rule = "PROXY protocol section 2.1: the line is exactly so"
    for line in (
        LINE4.replace(b"\r\n", b"\n"),
        LINE4.replace(b"TCP4", b"TCP6"),
        LINE4.replace(b"113.9", b"113.256"),
        LINE4.replace(b"113.9", b"113.09"),
        LINE4.replace(b"113.9 ", b"113.9  "),
        LINE4.replace(b"40009", b"65536"),
        LINE4.replace(b"40009", b"040009"),
        LINE4.replace(b" 443", b""),
        LINE4.replace(b" 443", b" 443 1"),
        LINE6.replace(b"::", b":"),
        b"PROXY UNKNOWN " + b"f" * 92 + b"\r\n",
        b"PROXY UNKNOWNS\r\n",
    ):
        talk = Talk(capture, rule)
        talk.sends(line + SPOOF, AFTER)
        talk.expect(request("GET", "/after", flags="resync"))
    talk = Talk(capture, rule + "; a method of that name is one")
    talk.sends(b"PROXY /461 HTTP/1.1\r\nHost: case.test\r\n\r\n" + AFTER)
    talk.expect(request("PROXY", "/461"), request("GET", "/after"))
    talk = Talk(capture, "PROXY protocol section 2: only at the start of a connection")
    talk.sends(get(b"/461"), LINE4 + SPOOF, AFTER)
    talk.expect(request("GET", "/461"), request("GET", "/after", flags="resync"))


@case("462-proxy-binary")
def _(capture):
    rule = "PROXY protocol section 2.2: a binary header before the first byte"
    unix = b"/run/source".ljust(108, b"\0") + b"/run/destination".ljust(108, b"\0")
    for header, address in (
        (binary(BLOCK4, 0x11), V4),
        (binary(BLOCK6, 0x21), V6),
        (binary(BLOCK4, 0x12), V4),
        (binary(unix, 0x31), None),
        (binary(b"", 0x00), None),
        (binary(SPOOF, 0x00), None),
        (binary(b"", 0x00, 0x20), None),
        (binary(BLOCK4, 0x11, 0x20), None),
    ):
        proxied(capture, rule, header, address, (0, len(header)))
    for header in (
        binary(BLOCK4, 0x11, 0x31),
        binary(BLOCK4, 0x11, 0x22),
        binary(BLOCK4, 0x51),
        binary(BLOCK4, 0x21),
        binary(BLOCK4[:-1], 0x11),
        binary(BLOCK4, 0x11).replace(b"QUIT\n", b"QUIT\r"),
    ):
        talk = Talk(capture, rule + "; this is none")
        talk.sends(header + SPOOF, AFTER)
        talk.expect(request("GET", "/after", flags="resync"))


@case("463-proxy-tlvs")
def _(capture):
    rule = "PROXY protocol section 2.2: what follows the addresses is passed over"
    some = tlv(0x01, b"h2") + tlv(0x02, b"case.test") + tlv(0x20, b"\1" + bytes(4))
    for header, address in (
        (binary(BLOCK4 + some, 0x11), V4),
        (binary(BLOCK4 + tlv(0x04, b"\0" * 900), 0x11), V4),
        (binary(BLOCK6 + tlv(0xE0, SPOOF * 5) + SPOOF, 0x21), V6),
    ):
        start = header.find(SPOOF) if SPOOF in header else len(header) - 1
        proxied(capture, rule, header, address, (0, 16, 28, start, len(header)))
    largest = binary(BLOCK4 + tlv(0x05, b"t" * 40000 + SPOOF * 300), 0x11)
    proxied(capture, rule, largest, V4, (40028 + 3,))


@case("464-proxy-cut")
def _(capture):
    """Everywhere; and what only begins like it."""
    rule = "PROXY protocol section 2: the header may come in pieces"
    proxied(capture, rule, LINE4, V4, range(1, len(LINE4)))
    proxied(capture, rule, binary(BLOCK4, 0x11), V4, range(1, 28))
    talk = Talk(capture, rule + ", of a byte each")
    talk.sends(*pieces(LINE6, 1), get(b"/464"))
    talk.expect(request("GET", "/464", flags="proxied", client=(V6, 40009)))
    talk = Talk(capture, rule + ", and the head as well")
    talk.sends(*pieces(binary(BLOCK6, 0x21) + get(b"/464"), 1))
    talk.expect(request("GET", "/464", flags="proxied", client=(V6, 40009)))
    for method in ("POST", "PUT", "PROPFIND", "PROXY", "PROXYED"):
        text = b"%s /464 HTTP/1.1\r\nHost: case.test\r\n\r\n" % method.encode()
        for cut in range(1, 9):
            talk = Talk(capture, "RFC 9110 section 9.1: a method may begin so")
            talk.sends(text[:cut], text[cut:] + AFTER)
            talk.expect(request(method, "/464"), request("GET", "/after"))
    for cut in range(1, 6):
        talk = Talk(capture, "RFC 9112 section 2.2: empty lines may come first")
        text = b"\r\n\r\n" + AFTER
        talk.sends(text[:cut], text[cut:])
        talk.expect(request("GET", "/after"))


@case("465-proxy-then")
def _(capture):
    talk = Talk(capture, "PROXY protocol section 2: then the connection goes on as without it")
    talk.sends(LINE4 + get(b"/465") * 3, get(b"/465"))
    talk.expect(*[request("GET", "/465", flags="proxied", client=(V4, 40009))] * 4)
    for header in (LINE4, binary(BLOCK4, 0x11)):
        for other in (HELLO, PREFACE):
            for segments in ([header + other], [header, other]):
                talk = Talk(capture, "RFC 8446 section 4.1.2, RFC 9113 section 3.4: no HTTP/1")
                talk.sends(*segments)
                talk.sends(SPOOF if other is HELLO else b"\0\0\4\1\5\0\0\0\1" + b"\x82\x86\x84\x87")
