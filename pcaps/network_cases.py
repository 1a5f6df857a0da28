# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about packets, and about payload that is no HTTP/1."""
from case import GET, OK, case, connected, exchange
from packets import (
    ACK,
    CLIENT4,
    CLIENT6,
    ICMP,
    IPV6,
    NULL,
    QINQ,
    RAW,
    SERVER4,
    SERVER6,
    SLL,
    SLL2,
    TCP,
    UDP,
    VLAN,
    Connection,
    ethernet,
    ipv4,
    ipv6,
    null,
    sll,
    sll2,
    tcp,
)


@case("100-get-200")
def _(capture):
    exchange(capture, b"100")


@case("101-ipv6")
def _(capture):
    exchange(capture, b"101", v6=True)


@case("102-vlan")
def _(capture):
    exchange(capture, b"102", tags=((VLAN, 0x2000 | 42),))
    exchange(capture, b"102/six", tags=((VLAN, 4094),), v6=True, port=40001)


@case("103-qinq")
def _(capture):
    exchange(capture, b"103", tags=((QINQ, 100), (VLAN, 200)))
    exchange(capture, b"103/three-tags", tags=((QINQ, 1), (VLAN, 2), (VLAN, 3)), port=40001)


@case("104-ipv4-options")
def _(capture):
    exchange(capture, b"104", ip_options=bytes.fromhex("94040000"))  # router alert
    exchange(capture, b"104/longest", ip_options=b"\x01" * 40, port=40001)


@case("105-ipv6-extension-headers")
def _(capture):
    hop, destination = bytes([60, 0, 1, 4, 0, 0, 0, 0]), bytes([6, 1, 1, 12]) + bytes(12)
    exchange(capture, b"105", v6=True, extensions=hop + destination, following=0)
    authentication = bytes([6, 4, 0, 0]) + bytes(20)
    exchange(
        capture, b"105/authentication", v6=True, extensions=authentication, following=51, port=40001
    )
    unfragmented = bytes([6, 0, 0, 0, 0, 0, 0, 1])
    exchange(
        capture, b"105/atomic-fragment", v6=True, extensions=unfragmented, following=44, port=40002
    )


@case("106-tcp-options")
def _(capture):
    exchange(capture, b"106", tcp_options=bytes.fromhex("0101080a0000000100000002"))
    exchange(capture, b"106/longest", tcp_options=b"\x01" * 40, port=40001)


@case("107-padding")
def _(capture):
    """Bytes behind the IP packet: six that fill an acknowledgement up to 60, and a trailer."""
    Connection(capture, trailer=b"GET /\n").request(b"", flags=ACK)
    exchange(capture, b"107", trailer=GET % b"trailer", port=40001)


@case("108-ip-length-0")
def _(capture):
    exchange(capture, b"108", length=0)
    exchange(capture, b"108/six", v6=True, length=0, port=40001)


@case("109-fragments")
def _(capture):
    """The first fragment holds the whole head, the second only body that looks like a head."""
    head = b"POST /109 HTTP/1.1\r\nHost: case.test\r\nContent-Length: 600\r\n\r\n"
    datagram = tcp(CLIENT4, SERVER4, (40000, 80), 1000, head + GET % b"body" * 12)
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, datagram[:136], fragment=0x2000)))
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, datagram[136:], fragment=136 // 8)))


@case("110-snaplen", snaplen=128)
def _(capture):
    """Cut in a header value, in the target, and not at all."""
    connection = connected(capture)
    connection.request(
        b"GET /110 HTTP/1.1\r\nHost: case.test\r\nUser-Agent: " + b"u" * 80 + b"\r\n\r\n"
    )
    connection.request(b"GET /110/" + b"t" * 100 + b" HTTP/1.1\r\nHost: case.test\r\n\r\n")
    connection.request(b"GET /110/short HTTP/1.1\r\nHost: case.test\r\n\r\n")


@case("111-raw-ip", link=RAW)
def _(capture):
    """As a tun device gives them."""

    def bare(network, _ethertype, _from_client):
        return network

    exchange(capture, b"111", framing=bare)
    exchange(capture, b"111/six", framing=bare, v6=True, port=40001)


@case("112-linux-cooked-v1", link=SLL)
def _(capture):
    exchange(capture, b"112", framing=sll)
    exchange(capture, b"112/six", framing=sll, v6=True, port=40001)


@case("113-linux-cooked-v2", link=SLL2)
def _(capture):
    exchange(capture, b"113", framing=sll2)
    exchange(capture, b"113/six", framing=sll2, v6=True, port=40001)


@case("114-bsd-loopback", link=NULL)
def _(capture):
    exchange(capture, b"114", framing=null)
    exchange(capture, b"114/six", framing=null, v6=True, port=40001)


@case("115-not-tcp")
def _(capture):
    """Where no head may be looked for: UDP, ICMP, ARP, IEEE 802.3, ESP, a later fragment."""
    get = GET % b"115"
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, get, protocol=UDP)))
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, get, protocol=ICMP)))
    capture.add(ethernet(get, ethertype=0x0806))
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, get), ethertype=200))
    capture.add(ethernet(ipv6(CLIENT6, SERVER6, get, following=50), IPV6))
    later = bytes([TCP, 0, 0, 8, 0, 0, 0, 1])
    segment = tcp(CLIENT6, SERVER6, (40000, 80), 1000, get)
    capture.add(ethernet(ipv6(CLIENT6, SERVER6, later + segment, following=44), IPV6))


@case("116-malformed-packets")
def _(capture):
    """Lengths that lie; the last packet is good."""
    segment = tcp(CLIENT4, SERVER4, (40000, 80), 1000, GET % b"116")
    six = tcp(CLIENT6, SERVER6, (40000, 80), 1000, GET % b"116/six")
    for broken in (
        ipv4(CLIENT4, SERVER4, segment, ihl=4),
        ipv4(CLIENT4, SERVER4, segment, ihl=15, total=52),
        ipv4(CLIENT4, SERVER4, segment, total=19),
        ipv4(CLIENT4, SERVER4, segment, total=30),
        ipv4(CLIENT4, SERVER4, segment, total=1000),
        ipv4(CLIENT4, SERVER4, tcp(CLIENT4, SERVER4, (40000, 80), 1000, segment[20:], doff=4)),
        ipv4(CLIENT4, SERVER4, tcp(CLIENT4, SERVER4, (40000, 80), 1000, b"GET /\n", doff=15)),
    ):
        capture.add(ethernet(broken))
    capture.add(ethernet(ipv6(CLIENT6, SERVER6, six, length=1000), IPV6))
    capture.add(ethernet(ipv6(CLIENT6, SERVER6, six, length=8), IPV6))
    capture.add(ethernet(ipv4(CLIENT4, SERVER4, segment)))


def client_hello():
    """TLS 1.2 ClientHello with a server name (RFC 5246 section 7.4.1.2, RFC 6066 section 3)."""
    name = b"case.test"
    entry = b"\0" + len(name).to_bytes(2, "big") + name
    listed = len(entry).to_bytes(2, "big") + entry
    extensions = b"\0\0" + len(listed).to_bytes(2, "big") + listed
    body = b"\3\3" + bytes(range(32)) + b"\0" + b"\0\2\xc0\x2f" + b"\1\0"
    body += len(extensions).to_bytes(2, "big") + extensions
    handshake = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + len(handshake).to_bytes(2, "big") + handshake


@case("500-tls-client-hello")
def _(capture):
    Connection(capture, server_port=443).request(client_hello())


@case("501-http2-preface")
def _(capture):
    settings = b"\0\0\0\4\0\0\0\0\0"
    connection = Connection(capture)
    connection.request(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)
    connection.response(settings)


@case("502-random-payload")
def _(capture):
    """Numbers of a linear congruential generator (a = 1664525, c = 1013904223), 200 packets."""
    state, connection = 1, Connection(capture)
    for length in range(1, 201):
        payload = bytearray()
        for _unused in range(length):
            state = (state * 1664525 + 1013904223) % 2**32
            payload.append(state >> 24)
        connection.send(bytes(payload), length % 2 == 0)


@case("503-other-protocols")
def _(capture):
    connection = Connection(capture, server_port=25)
    connection.response(b"220 case.test ESMTP\r\n")
    connection.request(b"MAIL FROM:<a@case.test>\r\n")
    Connection(capture, server_port=22).response(b"SSH-2.0-generate\r\n")
    Connection(capture, server_port=21).request(b"USER anonymous\r\n")
    Connection(capture, server_port=6379).request(b"*1\r\n$4\r\nPING\r\n")
    Connection(capture, server_port=554).request(
        b"OPTIONS rtsp://case.test RTSP/1.0\r\nCSeq: 1\r\n\r\n"
    )
    Connection(capture, server_port=5060).request(
        b"OPTIONS sip:case.test SIP/2.0\r\nVia: SIP/2.0/TCP a\r\n\r\n"
    )


@case("504-no-packets")
def _(_capture):
    pass
