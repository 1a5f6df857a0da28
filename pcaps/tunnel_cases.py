# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Packets in packets. Outer addresses are those of gateways, so that nothing outside is taken for the inside."""
import struct

from case import GET, OK, case
from packets import (
    ACK,
    CLIENT4,
    CLIENT6,
    FIN,
    GATEWAYS4,
    GATEWAYS6,
    GENEVE_PORT,
    IPV4,
    IPV6,
    PUSH,
    RST,
    SERVER4,
    SERVER6,
    SYN,
    TEB,
    VLAN,
    VXLAN_PORT,
    Connection,
    ethernet,
    geneve,
    gre,
    ipv4,
    ipv6,
    tcp,
    udp,
    vxlan,
)

IPIP, SIX_IN_FOUR, GRE, UDP = 4, 41, 47, 17  # IP protocols


def outer(payload, protocol, from_client=True, v6=False, tags=(), **parts):
    """Ethernet and IP between the gateways."""
    source, destination = (GATEWAYS6 if v6 else GATEWAYS4)[:: 1 if from_client else -1]
    network = (ipv6 if v6 else ipv4)(source, destination, payload, protocol, **parts)
    return ethernet(network, IPV6 if v6 else IPV4, from_client, tags)


def outer_udp(payload, port, from_client=True, v6=False, **parts):
    source, destination = (GATEWAYS6 if v6 else GATEWAYS4)[:: 1 if from_client else -1]
    datagram = udp(source, destination, (50000, port), payload)
    return outer(datagram, UDP, from_client, v6, **parts)


def request(name, v6=False, port=40000):
    """An IP packet with a request."""
    if v6:
        segment = tcp(CLIENT6, SERVER6, (port, 80), 1000, GET % name)
        return ipv6(CLIENT6, SERVER6, segment)
    return ipv4(CLIENT4, SERVER4, tcp(CLIENT4, SERVER4, (port, 80), 1000, GET % name))


def exchanges(capture, name, framing):
    """A connection with one request and one response for each pair of outer and inner IP version. Its ports are no other
    capture's, so that all of them can be on one wire.
    `framing` takes the inner packet, its Ethertype, its direction, and whether IPv6 is outside."""
    for number in range(4):
        inner, outside = number & 1, number >> 1

        def framed(network, ethertype, from_client, outside=outside):
            return framing(network, ethertype, from_client, bool(outside))

        port = 40000 + 100 * (int(name) - 116) + number
        connection = Connection(capture, port, v6=bool(inner), framing=framed)
        connection.open()
        connection.request(GET % (b"%s/%d-in-%d" % (name, 6 if inner else 4, 6 if outside else 4)))
        connection.response(OK)


@case("117-vxlan")
def _(capture):
    """VNI 117; the last with a VLAN tag inside and one outside."""

    def framing(network, ethertype, from_client, v6):
        frame = ethernet(network, ethertype, from_client)
        return outer_udp(vxlan(117, frame), VXLAN_PORT, from_client, v6)

    exchanges(capture, b"117", framing)
    tagged = ethernet(request(b"117/vlan", port=41900), IPV4, tags=[(VLAN, 20)])
    capture.add(outer_udp(vxlan(0xFFFFFF, tagged), VXLAN_PORT, tags=[(VLAN, 10)]))


@case("118-vxlan-port")
def _(capture):
    """On 8472, as Linux had it before there was a standard; one on 4789."""

    def framing(network, ethertype, from_client, v6):
        frame = ethernet(network, ethertype, from_client)
        return outer_udp(vxlan(118, frame), 8472, from_client, v6)

    exchanges(capture, b"118", framing)
    capture.add(outer_udp(vxlan(118, ethernet(request(b"118/4789", port=41000))), VXLAN_PORT))


@case("119-gre")
def _(capture):
    """IP in GRE without fields and with a key; then every combination of checksum, key and
    sequence number around IPv4, IPv6 and an Ethernet frame."""

    def framing(network, ethertype, from_client, v6):
        return outer(gre(network, ethertype, key=119 if v6 else None), GRE, from_client, v6)

    exchanges(capture, b"119", framing)
    for fields in range(8):
        options = {
            "checksummed": bool(fields & 1),
            "key": 0xFEDCBA98 if fields & 2 else None,
            "sequence": fields if fields & 4 else None,
        }
        port = 42000 + 10 * fields
        for number, (kind, v6) in enumerate(((IPV4, False), (IPV6, True), (TEB, False))):
            inner = request(b"119/%d/%d" % (fields, number), v6, port + number)
            inner = ethernet(inner) if kind == TEB else inner
            capture.add(outer(gre(inner, kind, **options), GRE))


@case("120-ip-in-ip")
def _(capture):
    """IPv4 and IPv6 in IPv4 and IPv6."""

    def framing(network, ethertype, from_client, v6):
        return outer(network, IPIP if ethertype == IPV4 else SIX_IN_FOUR, from_client, v6)

    exchanges(capture, b"120", framing)


@case("121-geneve")
def _(capture):
    """VNI 121 without options; then with 4, 64 and 252 bytes of them, and with IP instead of a frame."""

    def framing(network, ethertype, from_client, v6):
        frame = ethernet(network, ethertype, from_client)
        return outer_udp(geneve(121, frame), GENEVE_PORT, from_client, v6)

    exchanges(capture, b"121", framing)
    for number, words in enumerate((1, 16, 63)):
        data = struct.pack("!HBB", 0x0103, 0x80, min(words - 1, 31)) + bytes(4 * min(words - 1, 31))
        if words > 32:
            data += struct.pack("!HBB", 0x0103, 0x81, words - 33) + bytes(4 * (words - 33))
        frame = ethernet(request(b"121/%d" % words, port=43000 + number))
        capture.add(outer_udp(geneve(121, frame, options=data), GENEVE_PORT))
    bare = request(b"121/ipv6", True, 44000)
    capture.add(outer_udp(geneve(121, bare, IPV6), GENEVE_PORT))


@case("122-tunnels-damaged")
def _(capture):
    """What is no tunnel by its flags, version or protocol, and what is cut; the last one is good."""
    frame = ethernet(request(b"122"))
    whole = vxlan(122, frame)
    for payload in (b"\0" + whole[1:], whole[:4], whole[:12], whole[:40], whole[:70]):
        capture.add(outer_udp(payload, VXLAN_PORT))
    datagram = udp(*GATEWAYS4, (50000, VXLAN_PORT), whole)
    for length in (7, 12, 60, len(datagram) + 1):
        capture.add(outer(datagram[:4] + struct.pack("!H", length) + datagram[6:], UDP))
    capture.add(outer(datagram[:6], UDP))
    whole = gre(request(b"122"), IPV4, key=122)
    for flags in (0x6000, 0x2001, 0x2800):  # routing, version 1, strict source route
        capture.add(outer(struct.pack("!H", flags) + whole[2:], GRE))
    for payload in (whole[:3], whole[:6], whole[:8], whole[:20], gre(request(b"122"), 0x8847)):
        capture.add(outer(payload, GRE))
    capture.add(outer_udp(vxlan(122, ethernet(b"\0\1\x08\0\6\4\0\1" + bytes(20), 0x0806)), VXLAN_PORT))
    capture.add(outer(whole, GRE))


@case("123-tunnel-in-tunnel")
def _(capture):
    """Two levels are looked into; the third packet has three, the last one has one."""

    def inner(port):
        return outer_udp(vxlan(123, ethernet(request(b"123", port=port))), VXLAN_PORT)

    capture.add(outer_udp(vxlan(1, inner(45000)), VXLAN_PORT))
    capture.add(outer(gre(inner(45001), TEB), GRE))
    capture.add(outer(gre(inner(45002)[14:], IPV4), GRE))
    gre_in_vxlan = outer(gre(request(b"123", port=45003), IPV4), GRE)
    capture.add(outer_udp(vxlan(1, gre_in_vxlan), VXLAN_PORT))
    capture.add(outer(gre(ipv4(*GATEWAYS4, request(b"123", port=45004), IPIP), IPV4), GRE))
    capture.add(inner(45005))


@case("124-tunnel-fragments")
def _(capture):
    """A request in a fragment of its own inside a tunnel; a tunnel packet in two fragments, the head in the first, and
    bytes that look like a request in the second; padding behind a packet in a tunnel."""
    head = b"POST /124/%s HTTP/1.1\r\nHost: case.test\r\nContent-Length: 600\r\n\r\n"
    body = GET % b"body" * 12

    def datagram(name, port):
        return tcp(CLIENT4, SERVER4, (port, 80), 1000, head % name + body)

    segment = datagram(b"inside", 40000)
    for part in (
        ipv4(CLIENT4, SERVER4, segment[:136], fragment=0x2000),
        ipv4(CLIENT4, SERVER4, segment[136:], fragment=136 // 8),
    ):
        capture.add(outer_udp(vxlan(124, ethernet(part)), VXLAN_PORT))
    frame = ethernet(ipv4(CLIENT4, SERVER4, datagram(b"vxlan", 40001)))
    payload = udp(*GATEWAYS4, (50000, VXLAN_PORT), vxlan(124, frame))
    capture.add(outer(payload[:200], UDP, fragment=0x2000))
    capture.add(outer(payload[200:], UDP, fragment=200 // 8))
    payload = gre(ipv4(CLIENT4, SERVER4, datagram(b"gre", 40002)), IPV4)
    capture.add(outer(payload[:200], GRE, fragment=0x2000))
    capture.add(outer(payload[200:], GRE, fragment=200 // 8))
    padded = ethernet(request(b"124/padded", port=40003)) + GET % b"padding"
    capture.add(outer_udp(vxlan(124, padded), VXLAN_PORT) + GET % b"trailer")


@case("125-ports")
def _(capture):
    """For --ports 8000-8100: to and from chosen ports, and to others."""
    for number, port in enumerate((80, 7999, 8000, 8050, 8100, 8101)):
        connection = Connection(capture, 40000 + number, port)
        connection.open()
        connection.request(GET % (b"125/%d" % port))
        connection.response(OK)
    Connection(capture, 8001, 80).request(GET % b"125/from-8001")
    frame = ethernet(request(b"125/vxlan", port=41000))
    capture.add(outer_udp(vxlan(125, frame), VXLAN_PORT))


@case("126-no-payload")
def _(capture):
    """SYN with data (RFC 7413), FIN with a request, and segments that only open, close and reset."""
    connection = Connection(capture)
    connection.sequence[True] -= 1
    connection.send(GET % b"126/syn", True, flags=SYN)
    connection.sequence[True] += 1
    connection.send(b"", False, flags=SYN | ACK)
    connection.sequence[False] += 1
    connection.send(OK, False)
    connection.send(GET % b"126/fin", True, flags=FIN | ACK | PUSH)
    connection.send(b"", False, flags=FIN | ACK)
    connection.send(b"", False, flags=RST)
