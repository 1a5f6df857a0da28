# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""150 to 169: headers between Ethernet and IP that are rare, and the tunnels that need more than one header."""
import struct

from case import GET, OK, case, connected, exchange
from packets import (
    ACK,
    CLIENT_MAC,
    IPV4,
    IPV6,
    PUSH,
    QINQ,
    SERVER_MAC,
    VLAN,
    VXLAN_PORT,
    ethernet,
    geneve,
    gre,
    ipv4,
    vxlan,
)
from tunnel_cases import GRE, IPIP, SIX_IN_FOUR, outer, outer_udp, request

URGENT = 0x20
MPLS, MPLS_MANY, PPPOE, PPPOE_DISCOVERY = 0x8847, 0x8848, 0x8864, 0x8863
CMD, VNTAG, HSR, ETAG, TTAG, RTAG = 0x8909, 0x8926, 0x892F, 0x893F, 0x8988, 0xF1C1
GTP_PORT = 2152


def framed(kind, head):
    """Ethernet of a kind, `head` (bytes, or a function of the Ethertype), the network packet."""

    def framing(network, ethertype, from_client):
        front = head(ethertype) if callable(head) else head
        return ethernet(front + network, kind, from_client)

    return framing


def each(capture, name, framings, port=40000):
    """An exchange over IPv4 or IPv6 in turns, in each framing."""
    for number, (what, framing) in enumerate(framings):
        exchange(
            capture, b"%s/%s" % (name, what), port=port + number, v6=number % 2 == 1, framing=framing
        )


def tag(control):
    """What follows a tag's own Ethertype: its control bytes and the next Ethertype."""
    return lambda ethertype: control + struct.pack("!H", ethertype)


@case("150-tags")
def _(capture):
    for number, types in enumerate(
        (
            (0x9100, VLAN),
            (0x9200, VLAN),
            (0x8200, VLAN),
            (QINQ, QINQ, VLAN),
            (0x9100, 0x9100, 0x9100),
            (VLAN, 0x9200, QINQ, 0x8200),
            (VLAN, 0x2000),
        )
    ):
        tags = tuple((kind, 10 * number + at + 1) for at, kind in enumerate(types))
        if 0x2000 in types:
            tags = ((VLAN, 0x2000),)  # a priority, and no VLAN
        exchange(capture, b"150/%d" % number, port=40000 + number, tags=tags)
    each(
        capture,
        b"150",
        (
            (b"cmd", framed(CMD, tag(bytes.fromhex("010100010007")))),
            (b"vntag", framed(VNTAG, tag(bytes.fromhex("c0010002")))),
            (b"hsr", framed(HSR, tag(bytes.fromhex("00500001")))),
            (b"etag", framed(ETAG, tag(bytes.fromhex("0001000a0000")))),
            (b"ttag", framed(TTAG, tag(bytes.fromhex("0000deadbeef")))),
            (b"rtag", framed(RTAG, tag(bytes.fromhex("00000009")))),
        ),
        port=40100,
    )
    inner = tag(bytes.fromhex("c0010002"))(VLAN) + struct.pack("!HH", 7, IPV4)
    exchange(capture, b"150/vntag-vlan", port=41000, framing=framed(VNTAG, inner))


def label(number, bottom=True):
    return struct.pack("!I", number << 12 | bottom << 8 | 64)


def stacked(*numbers):
    return b"".join(label(n, n == numbers[-1]) for n in numbers)


def pseudowire(control, tags=(), macs=None):
    """A frame behind a label, in a frame."""

    def framing(network, ethertype, from_client):
        inner = ethernet(network, ethertype, from_client, tags)
        if macs:
            inner = macs + inner[12:]
        return ethernet(stacked(30, 40) + control + inner, MPLS, from_client)

    return framing


@case("151-mpls")
def _(capture):
    """Label stacks of one to four; pseudowires with and without a control word, with every first nibble of a MAC
    address; what is behind labels and neither IP nor a frame with IP; a stack without an end."""
    each(
        capture,
        b"151",
        (
            (b"one", framed(MPLS, stacked(16))),
            (b"two", framed(MPLS, stacked(1000, 1048575))),
            (b"four", framed(MPLS_MANY, stacked(1, 2, 3, 4))),
            (b"explicit-null", framed(MPLS, stacked(2))),
            (b"control-word", pseudowire(bytes(4))),
            (b"control-word-sequence", pseudowire(b"\0\0\0\7")),
            (b"no-control-word", pseudowire(b"")),
            (b"control-word-vlan", pseudowire(bytes(4), ((VLAN, 151),))),
        ),
    )
    for nibble in range(16):
        macs = bytes([nibble << 4 | 6]) + SERVER_MAC[1:] + CLIENT_MAC
        framing = pseudowire(b"", macs=macs)
        exchange(capture, b"151/mac-%d" % nibble, port=42000 + nibble, framing=framing)
    head = request(b"151/no")
    capture.add(ethernet(stacked(16) + b"\x10\0\0\7" + head, MPLS))  # an associated channel
    capture.add(ethernet(stacked(16) + bytes(4) + ethernet(bytes(46), 0x0806), MPLS))
    capture.add(ethernet(stacked(16)[:3], MPLS))
    capture.add(ethernet(label(16, False) * 20 + label(16) + head, MPLS))


def pppoe(protocol, code=0, trailer=b"", more=0):
    """`more`: to lie with the length."""

    def framing(network, ethertype, from_client):
        number = protocol or {IPV4: b"\0\x21", IPV6: b"\0\x57"}[ethertype]
        inner = number + network
        head = struct.pack("!BBHH", 0x11, code, 0x0102, len(inner) + more)
        return ethernet(head + inner + trailer, PPPOE, from_client)

    return framing


@case("152-pppoe")
def _(capture):
    """Sessions; the short form of the protocol number; bytes behind; LCP and discovery, which carry nothing."""
    each(
        capture,
        b"152",
        (
            (b"ipv4", pppoe(None)),
            (b"ipv6", pppoe(None)),
            (b"short", pppoe(b"\x21")),
            (b"padded", pppoe(None, trailer=GET % b"152/trailer")),
            (b"longer", pppoe(None, more=9)),
        ),
    )
    tagged = ethernet(pppoe(None)(request(b"152/vlan", port=41000), IPV4, True)[14:], PPPOE, tags=((VLAN, 7),))
    capture.add(tagged)
    for framing in (pppoe(b"\xc0\x21"), pppoe(None, code=0xA7)):
        capture.add(framing(request(b"152/no"), IPV4, True))
    capture.add(ethernet(b"\x11\x09\0\0\0\0", PPPOE_DISCOVERY))


def llc(head, length=None):
    def framing(network, ethertype, from_client):
        front = head(ethertype) if callable(head) else head
        size = len(front + network) if length is None else length
        return ethernet(front + network, size, from_client)

    return framing


@case("153-llc")
def _(capture):
    """SNAP with Ethertypes of both kinds, IP by its own number; padding behind the length; spanning tree and CDP."""
    snap = b"\xaa\xaa\x03\0\0"
    each(
        capture,
        b"153",
        (
            (b"snap", llc(lambda kind: snap + b"\0" + struct.pack("!H", kind))),
            (b"snap-ipv6", llc(lambda kind: snap + b"\0" + struct.pack("!H", kind))),
            (b"bridged", llc(lambda kind: snap + b"\xf8" + struct.pack("!H", kind))),
        ),
    )
    exchange(capture, b"153/ip", port=41000, framing=llc(b"\x06\x06\x03"))
    padded = llc(snap + b"\0\x08\0")(request(b"153/padded", port=41001), IPV4, True)
    capture.add(padded + GET % b"153/trailer")
    head = request(b"153/no")
    for front in (b"\x42\x42\x03" + bytes(35), b"\xaa\xaa\x03\0\0\x0c\x20\0", snap + b"\0\0\4", b"\xe0\xe0\x03"):
        capture.add(llc(front)(head, IPV4, True))
    capture.add(llc(snap + b"\0\x08\0", length=0)(head, IPV4, True))
    capture.add(llc(snap + b"\0\x08\0", length=1501)(head, IPV4, True))


def erspan2(session, frame):
    return struct.pack("!HHI", 0x1000 | 100, 0x0800 | session, 5) + frame


def erspan3(session, inner, frame_type=0, more=b""):
    head = struct.pack("!HHIHH", 0x2000 | 100, session, 5, 0, frame_type << 10 | bool(more))
    return head + more + inner


@case("154-erspan")
def _(capture):
    """Types I, II and III, III with a frame, with IP, and with a subheader; another version; the header cut."""
    kinds = (
        lambda frame, ip: gre(frame, 0x88BE),
        lambda frame, ip: gre(erspan2(154, frame), 0x88BE, sequence=1),
        lambda frame, ip: gre(erspan3(1023, frame), 0x22EB, sequence=2),
        lambda frame, ip: gre(erspan3(5, frame, more=bytes(8)), 0x22EB, sequence=3),
        lambda frame, ip: gre(erspan3(6, ip, 2), 0x22EB, sequence=4),
    )
    for number, kind in enumerate(kinds):

        def framing(network, ethertype, from_client, kind=kind):
            inner = ethernet(network, ethertype, from_client)
            return outer(kind(inner, network), GRE, from_client)

        exchange(capture, b"154/%d" % number, port=40000 + number, v6=number % 2 == 1, framing=framing)
    frame = ethernet(request(b"154/no"))
    capture.add(outer(gre(b"\x30" + erspan2(1, frame)[1:], 0x88BE, sequence=1), GRE))
    capture.add(outer(gre(erspan2(1, frame)[:7], 0x88BE, sequence=1), GRE))
    capture.add(outer(gre(erspan3(1, frame, 5), 0x22EB, sequence=1), GRE))


def gtp(teid, inner, flags=0, next_type=0, extensions=b"", kind=0xFF):
    more = struct.pack("!HBB", 9, 0, next_type) if flags else b""
    body = more + extensions + inner
    return struct.pack("!BBHI", 0x30 | flags, kind, len(body), teid) + body


@case("155-gtp")
def _(capture):
    """Without and with the optional bytes; with one, two and a long extension header; an echo request; cut ones."""
    session = b"\x01\x00\x09\x00"  # the PDU session container of 5G
    kinds = (
        lambda ip: gtp(1, ip),
        lambda ip: gtp(0x9ABCDEF0, ip, 2),
        lambda ip: gtp(2, ip, 4, 0x85, session),
        lambda ip: gtp(3, ip, 4, 0x85, session[:3] + b"\xc0" + b"\x01\0\0\0"),
        lambda ip: gtp(4, ip, 4, 0x03, b"\x08" + bytes(31)),
    )
    for number, kind in enumerate(kinds):

        def framing(network, _ethertype, from_client, kind=kind):
            return outer_udp(kind(network), GTP_PORT, from_client)

        exchange(capture, b"155/%d" % number, port=40000 + number, v6=number % 2 == 1, framing=framing)
    head = request(b"155/no")
    capture.add(outer_udp(gtp(0, head, kind=1), GTP_PORT))
    capture.add(outer_udp(b"\x50" + gtp(0, head)[1:], GTP_PORT))
    capture.add(outer_udp(gtp(5, head, 4, 0x85, b"\0\0\0\0"), GTP_PORT))
    capture.add(outer_udp(gtp(5, b"", 4, 0x85, b"\xff"), GTP_PORT))


@case("156-two-tunnels")
def _(capture):
    """Every kind in every other; MPLS, VLAN and a pseudowire in tunnels; three levels, of which nothing is read."""
    layers = (
        ("vxlan", lambda ip, kind: outer_udp(vxlan(1, ethernet(ip, kind)), VXLAN_PORT)),
        ("gre", lambda ip, kind: outer(gre(ip, kind, key=2), GRE)),
        ("ipip", lambda ip, kind: outer(ip, IPIP if kind == IPV4 else SIX_IN_FOUR)),
        ("6in6", lambda ip, kind: outer(ip, IPIP if kind == IPV4 else SIX_IN_FOUR, v6=True)),
        ("geneve", lambda ip, kind: outer_udp(geneve(4, ethernet(ip, kind)), 6081)),
        ("erspan", lambda ip, kind: outer(gre(erspan2(5, ethernet(ip, kind)), 0x88BE, sequence=1), GRE)),
        ("gtp", lambda ip, kind: outer_udp(gtp(6, ip), GTP_PORT)),
    )
    port = 40000
    for name, wrap in layers:
        for inside, inner in layers:
            port += 1
            head = request(("156/%s-%s" % (name, inside)).encode(), port % 2 == 1, port)
            frame = inner(head, IPV6 if port % 2 == 1 else IPV4)
            capture.add(wrap(frame[14:], IPV6 if inside == "6in6" else IPV4))
    head = request(b"156/mpls", port=41000)
    capture.add(outer(gre(stacked(7, 8) + head, MPLS), GRE))
    wire = stacked(9) + bytes(4) + ethernet(request(b"156/pseudowire", port=41001))
    capture.add(outer_udp(vxlan(156, ethernet(wire, MPLS)), VXLAN_PORT))
    tagged = ethernet(request(b"156/vlan", port=41002), IPV4, tags=((VLAN, 3),))
    capture.add(outer(gre(tagged[14:], VLAN), GRE, tags=((VLAN, 2),)))
    three = gre(ipv4("203.0.113.1", "203.0.113.2", ipv4("203.0.113.1", "203.0.113.2", head, IPIP), IPIP), IPV4)
    capture.add(outer(three, GRE))


@case("157-urgent")
def _(capture):
    """In a request's only segment, in the first of two, in a response, in a body; and on a segment without payload."""
    connection = connected(capture)
    connection.request(GET % b"157/one", flags=ACK | PUSH | URGENT)
    connection.response(OK)
    head = GET % b"157/two"
    connection.request(head[:20], flags=ACK | URGENT)
    connection.request(head[20:])
    connection.response(OK, flags=ACK | PUSH | URGENT)
    connection.request(b"POST /157/three HTTP/1.1\r\nHost: case.test\r\nContent-Length: 4\r\n\r\n")
    connection.request(b"body", flags=ACK | PUSH | URGENT)
    connection.request(b"", flags=ACK | URGENT)
    connection.response(OK)


@case("158-not-looked-into")
def _(capture):
    """Nothing that is read, of more Ethertypes than are told apart."""
    for number in range(11):
        for _ in range(number + 1):
            capture.add(ethernet(request(b"158"), 0xA000 + number))
    capture.add(ethernet(bytes(46), 0x0806))
    capture.add(ethernet(b"\x42\x42\x03" + bytes(35), 38))
