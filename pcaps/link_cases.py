# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""140 to 149: link types, an interface for each, with an exchange of its name."""
import struct

from case import case, exchange
from packets import CLIENT_MAC, IPV4, IPV6, SERVER_MAC, ethernet
from pcapng import BIG, Pcapng

LLC_SNAP = b"\xaa\xaa\x03\0\0\0"
AP_MAC = bytes.fromhex("020000000099")
TO_AP, FROM_AP, PROTECTED, ORDER = 1, 2, 0x40, 0x80


def each(capture, links):
    """`links`: name, link type, function that makes a frame of a network packet."""
    capture.section()
    for number, (name, link, framing) in enumerate(links):
        capture.interface(link)
        exchange(capture, name, port=40000 + number, framing=framing, v6=number % 2 == 1)


def macs(from_client):
    return SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC


def ppp(network, ethertype, _from_client):
    return struct.pack("!H", {IPV4: 0x21, IPV6: 0x57}[ethertype]) + network


def ppp_short(network, ethertype, from_client):
    return ppp(network, ethertype, from_client)[1:]


def ppp_framed(network, ethertype, from_client):
    return b"\xff\x03" + ppp(network, ethertype, from_client)


def ppp_directed(network, ethertype, from_client):
    return bytes([from_client]) + ppp_framed(network, ethertype, from_client)


def pppd(network, ethertype, from_client):
    return bytes([from_client, 3]) + ppp(network, ethertype, from_client)


def pppoe(network, ethertype, from_client):
    inner = ppp(network, ethertype, from_client)
    return struct.pack("!BBHH", 0x11, 0, 7, len(inner)) + inner


def hdlc(network, ethertype, _from_client):
    return struct.pack("!BBH", 0x0F, 0, ethertype) + network


def frame_relay(network, ethertype, _from_client):
    return b"\x18\x41\x03" + {IPV4: b"\xcc", IPV6: b"\x8e"}[ethertype] + network


def frame_relay_cisco(network, ethertype, _from_client):
    return b"\x18\x41" + struct.pack("!H", ethertype) + network


@case("140-serial-links", kind=Pcapng)
def _(capture):
    each(
        capture,
        [
            (b"ppp", 9, ppp),
            (b"ppp-framed", 9, ppp_framed),
            (b"ppp-short", 9, ppp_short),
            (b"ppp-serial", 50, ppp_framed),
            (b"ppp-serial-cisco", 50, hdlc),
            (b"ppp-ether", 51, pppoe),
            (b"pppd", 166, pppd),
            (b"ppp-with-direction", 204, ppp_directed),
            (b"hdlc", 104, hdlc),
            (b"frame-relay", 107, frame_relay),
            (b"frame-relay-cisco", 107, frame_relay_cisco),
        ],
    )


def llc(network, ethertype, _from_client=None):
    return LLC_SNAP + struct.pack("!H", ethertype) + network


def wifi(network, ethertype, from_client, flags=0, qos=b"", fourth=b"", pad=b"", fragment=0):
    """A data frame to or from the access point."""
    to_ap = TO_AP if from_client else FROM_AP
    three = AP_MAC + CLIENT_MAC + SERVER_MAC if from_client else CLIENT_MAC + AP_MAC + SERVER_MAC
    if fourth:
        to_ap = TO_AP | FROM_AP
    head = struct.pack("<BBH", 0x88 if qos else 0x08, to_ap | flags, 0) + three
    return (
        head + struct.pack("<H", 16 | fragment) + fourth + qos + pad + llc(network, ethertype)
    )


def wifi_qos(network, ethertype, from_client):
    return wifi(network, ethertype, from_client, qos=b"\0\0")


def wifi_four(network, ethertype, from_client):
    return wifi(network, ethertype, from_client, fourth=AP_MAC, qos=b"\0\0")


def wifi_ht(network, ethertype, from_client):
    return wifi(network, ethertype, from_client, flags=ORDER, qos=b"\0\0" + bytes(4))


def wifi_amsdu(network, ethertype, from_client):
    inner = llc(network, ethertype)
    head = wifi(b"", ethertype, from_client, qos=b"\x80\0")[:26]
    return head + macs(from_client) + struct.pack("!H", len(inner)) + inner


def wifi_protected(network, ethertype, from_client):
    return wifi(network, ethertype, from_client, flags=PROTECTED)


def wifi_fragment(network, ethertype, from_client):
    """A later one: what is in it does not begin with LLC."""
    return wifi(b"", ethertype, from_client, fragment=1)[:24] + network[24:]


def radiotap(network, ethertype, from_client):
    return struct.pack("<BBHI", 0, 0, 8, 0) + wifi(network, ethertype, from_client)


def radiotap_padded(network, ethertype, from_client):
    """Two words of bits, a timestamp, and the flag that says: the header is padded."""
    head = struct.pack("<BBHII4xQB", 0, 0, 25, 0x80000003, 0, 5, 0x20)
    return head + wifi(network, ethertype, from_client, qos=b"\0\0", pad=b"\0\0")


def prism(network, ethertype, from_client):
    head = struct.pack("<II16s", 0x44, 144, b"wlan0") + bytes(120)
    return head + wifi(network, ethertype, from_client)


def avs(network, ethertype, from_client):
    return struct.pack("!II", 0x80211001, 64) + bytes(56) + wifi(network, ethertype, from_client)


def ppi(dlt, framing, fields=b""):
    head = struct.pack("<BBHI", 0, 0, 8 + len(fields), dlt) + fields
    return lambda *packet: head + framing(*packet)


@case("141-wireless-links", kind=Pcapng)
def _(capture):
    each(
        capture,
        [
            (b"wifi", 105, wifi),
            (b"wifi-qos", 105, wifi_qos),
            (b"wifi-four-addresses", 105, wifi_four),
            (b"wifi-ht-control", 105, wifi_ht),
            (b"wifi-amsdu", 105, wifi_amsdu),
            (b"wifi-protected", 105, wifi_protected),
            (b"wifi-fragment", 105, wifi_fragment),
            (b"radiotap", 127, radiotap),
            (b"radiotap-padded", 127, radiotap_padded),
            (b"prism", 119, prism),
            (b"avs", 163, avs),
            (b"ppi", 192, ppi(105, wifi, struct.pack("<HH20x", 2, 20))),
        ],
    )


def ether(network, ethertype, from_client):
    return ethernet(network, ethertype, from_client)


def nflog(order):
    """Of a machine with this byte order: the packet's header, a mark, the packet."""

    def framing(network, ethertype, _from_client):
        def attribute(kind, value):
            head = struct.pack(order + "HH", 4 + len(value), kind)
            return head + value + bytes(-len(value) % 4)

        family = {IPV4: 2, IPV6: 10}[ethertype]
        return (
            struct.pack("!BBH", family, 0, 5)
            + attribute(1, struct.pack("!HBx", ethertype, 1))
            + attribute(10, b"odd\0")
            + attribute(9, network)
            + attribute(2, bytes(4))
        )

    return framing


def erf(kind, framing, extensions=b""):
    def made(*packet):
        inner = framing(*packet)
        size = 16 + len(extensions) + len(inner)
        return struct.pack("!QBBHHH", 0, kind, 4, size, 0, len(inner)) + extensions + inner

    return made


def erf_ethernet(*packet):
    return b"\0\0" + ether(*packet)


def juniper(framing, flags=0, more=b""):
    def made(network, ethertype, from_client):
        head = b"\x4d\x47\x43" + bytes([flags | (not from_client)]) + more
        return head + framing(network, ethertype, from_client)

    return made


def juniper_no_link(network, _ethertype, _from_client):
    return struct.pack("<I", 2) + network


def pktap(network, ethertype, from_client):
    head = struct.pack("<IIi24sIIII", 108, 1, 1, b"en0", 1 if from_client else 2, 2, 14, 0)
    return head + bytes(108 - len(head)) + ether(network, ethertype, from_client)


def ipnet(network, ethertype, _from_client):
    head = struct.pack("!BBHIIIII", 1, {IPV4: 2, IPV6: 26}[ethertype], 0, len(network), 1, 2, 3, 4)
    return head[:24] + network


def enc(network, ethertype, _from_client):
    return struct.pack("<III", {IPV4: 2, IPV6: 24}[ethertype], 1, 0) + network


def pflog(network, ethertype, _from_client):
    return struct.pack("!BBBB16s44x", 61, {IPV4: 2, IPV6: 24}[ethertype], 0, 0, b"em0") + network


@case("142-wrapped-links", kind=Pcapng)
def _(capture):
    extension = struct.pack("!BBHI", 0x83, 0, 0, 0) + struct.pack("!BBHI", 0x04, 0, 0, 0)
    each(
        capture,
        [
            (b"nflog", 239, nflog("<")),
            (b"ppi-ethernet", 192, ppi(1, ether)),
            (b"erf-ethernet", 197, erf(2, erf_ethernet)),
            (b"erf-extensions", 197, erf(0x82, erf_ethernet, extension)),
            (b"erf-hdlc", 197, erf(1, hdlc)),
            (b"erf-ppp", 197, erf(1, ppp_framed)),
            (b"erf-ipv4", 197, erf(22, lambda network, *_: network)),
            (b"juniper-ethernet", 178, juniper(ether)),
            (b"juniper-extensions", 178, juniper(ether, 0x80, b"\0\x06" + b"\x01\x01\x12\x02\x01\x35")),
            (b"juniper-ppp", 179, juniper(ppp_framed)),
            (b"juniper-frame-relay", 180, juniper(frame_relay)),
            (b"juniper-hdlc", 181, juniper(hdlc)),
            (b"juniper-no-link", 178, juniper(juniper_no_link, 2)),
            (b"pktap", 258, pktap),
            (b"ipnet", 226, ipnet),
            (b"enc", 109, enc),
            (b"pflog", 117, pflog),
        ],
    )
    capture.section(BIG)
    capture.interface(239)
    exchange(capture, b"nflog-big-endian", port=40100, framing=nflog(">"))


def token_ring(network, ethertype, from_client):
    addresses = bytearray(macs(from_client))
    addresses[6] |= 0x80  # a list of bridges follows
    return b"\x10\x40" + bytes(addresses) + b"\x06\x30\0\x11\0\x20" + llc(network, ethertype)


def fddi(network, ethertype, from_client):
    return b"\x50" + macs(from_client) + llc(network, ethertype)


def fibre(network, ethertype, from_client):
    return bytes(2) + macs(from_client)[:6] + bytes(2) + macs(from_client)[6:] + llc(network, ethertype)


def ipoib(network, ethertype, _from_client):
    return bytes(40) + struct.pack("!HH", ethertype, 0) + network


def firewire(network, ethertype, from_client):
    return fibre(network, ethertype, from_client)[:16] + struct.pack("!H", ethertype) + network


def before(head):
    return lambda *packet: head + ether(*packet)


def tagged(tag):
    def made(*packet):
        frame = ether(*packet)
        return frame[:12] + tag + frame[12:]

    return made


@case("143-other-links", kind=Pcapng)
def _(capture):
    preamble = b"\x55" * 7 + b"\xd5"
    each(
        capture,
        [
            (b"fddi", 10, fddi),
            (b"token-ring", 6, token_ring),
            (b"atm-llc", 100, llc),
            (b"fibre-channel", 122, fibre),
            (b"infiniband", 242, ipoib),
            (b"firewire", 138, firewire),
            (b"netanalyzer", 240, before(b"\x00\x00\x46\x00")),
            (b"netanalyzer-transparent", 241, before(b"\x00\x00\x4e\x00" + preamble)),
            (b"switch-broadcom", 281, tagged(b"\x20\0\0\x01")),
            (b"switch-broadcom-before", 282, before(b"\x20\0\0\x01")),
            (b"switch-marvell", 284, tagged(b"\xc0\x08\0\0")),
            (b"switch-marvell-ethertype", 285, tagged(b"\xda\xda\0\0\xc0\x08\0\0")),
        ],
    )
