# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Packets from their parts, and the capture files that hold them. Nothing here depends on time,
chance or the machine, so a capture is the same bytes whenever it is built."""
import socket
import struct

ETHERNET, NULL, RAW, SLL, SLL2 = 1, 0, 101, 113, 276  # link types of capture files
IPV4, IPV6, VLAN, QINQ, TEB = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x6558  # Ethertypes
TCP, UDP, ICMP = 6, 17, 1
FIN, SYN, RST, PUSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
MILLISECOND, SECOND = 1000, 1000000  # a capture's clock counts microseconds
VXLAN_PORT, GENEVE_PORT = 4789, 6081

CLIENT_MAC = bytes.fromhex("020000000001")
SERVER_MAC = bytes.fromhex("020000000002")
CLIENT4, SERVER4 = "192.0.2.1", "192.0.2.80"  # RFC 5737, RFC 3849
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8::80"
GATEWAYS4 = ("203.0.113.1", "203.0.113.2")
GATEWAYS6 = ("2001:db8:ffff::1", "2001:db8:ffff::2")
START = 1704067200  # 2024-01-01T00:00:00Z
SNAPLEN = 262144


class Capture:
    """A capture file being written; packets are `step` apart, a millisecond."""

    suffix = "pcap"

    def __init__(self, link=ETHERNET, snaplen=SNAPLEN):
        self.link, self.snaplen, self.packets = link, snaplen, []
        self.clock, self.step, self.times = 0, MILLISECOND, []
        self.notes = []  # what each packet is of, where that is written down (wire.py)
        self.talks = []  # connections whose heads are written down (talk.py)
        self.counters = {}  # what they add up to: name to (least, most)

    def add(self, frame, note=None):
        self.packets.append(frame)
        self.arrive(note)

    def arrive(self, note):
        """Now, and the next packet a step later."""
        self.times.append(self.clock)
        self.notes.append(note)
        self.clock += self.step

    def wait(self, microseconds):
        """Before the next packet, beside the step."""
        self.clock += microseconds

    def reorder(self, *order):
        """Of the last packets, the first is taken to be number 0; this is the order they came in."""
        for what in (self.packets, self.notes):
            last = what[-len(order) :]
            what[-len(order) :] = [last[number] for number in order]

    def bytes(self):
        out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, self.snaplen, self.link)
        for time, frame in zip(self.times, self.packets):
            kept = frame[: self.snaplen]
            out += (
                struct.pack(
                    "<IIII", START + time // SECOND, time % SECOND, len(kept), len(frame)
                )
                + kept
            )
        return out


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data[: len(data) // 2 * 2]))
    if len(data) % 2:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def tcp(
    source,
    destination,
    ports,
    sequence,
    payload=b"",
    flags=ACK | PUSH,
    options=b"",
    doff=None,
    acknowledged=1,
):
    """A segment with its checksum. `doff`: data offset to lie with, in 32-bit words."""
    words = 5 + len(options) // 4
    head = (
        struct.pack(
            "!HHIIBBHHH",
            ports[0],
            ports[1],
            sequence & 0xFFFFFFFF,
            acknowledged & 0xFFFFFFFF,
            (words if doff is None else doff) << 4,
            flags,
            65535,
            0,
            0,
        )
        + options
    )
    pseudo = (
        address(source) + address(destination) + struct.pack("!IHH", len(head + payload), 0, TCP)
    )
    sum_ = struct.pack("!H", checksum(pseudo + head + payload))
    return head[:16] + sum_ + head[18:] + payload


def ipv4(
    source, destination, payload, protocol=TCP, options=b"", total=None, fragment=0x4000, ihl=None
):
    """`total`, `ihl`: lengths to lie with. `fragment`: flags and offset."""
    words = 5 + len(options) // 4
    length = words * 4 + len(payload) if total is None else total
    head = (
        struct.pack(
            "!BBHHHBBH",
            0x40 | (words if ihl is None else ihl),
            0,
            length,
            1,
            fragment,
            64,
            protocol,
            0,
        )
        + address(source)
        + address(destination)
    )
    head += options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(source, destination, payload, following=TCP, length=None):
    head = struct.pack("!IHBB", 6 << 28, len(payload) if length is None else length, following, 64)
    return head + address(source) + address(destination) + payload


def udp(source, destination, ports, payload):
    """A datagram with its checksum."""
    head = struct.pack("!HHH", *ports, 8 + len(payload))
    pseudo = address(source) + address(destination) + struct.pack("!IHH", 8 + len(payload), 0, UDP)
    sum_ = checksum(pseudo + head + b"\0\0" + payload)
    return head + struct.pack("!H", sum_ or 0xFFFF) + payload


def vxlan(vni, frame):
    return struct.pack("!II", 0x08000000, vni << 8) + frame


def geneve(vni, inner, protocol=TEB, options=b""):
    return struct.pack("!BBHI", len(options) // 4, 0, protocol, vni << 8) + options + inner


def gre(inner, protocol, checksummed=False, key=None, sequence=None):
    """With the optional fields that are given (RFC 2784, RFC 2890)."""
    flags = checksummed << 15 | (key is not None) << 13 | (sequence is not None) << 12
    rest = b"".join(struct.pack("!I", field) for field in (key, sequence) if field is not None)
    head = struct.pack("!HH", flags, protocol)
    if checksummed:
        head += struct.pack("!HH", checksum(head + bytes(4) + rest + inner), 0)
    return head + rest + inner


def ethernet(network, ethertype=IPV4, from_client=True, tags=()):
    """`tags`: (Ethertype, VLAN id) pairs, outer first."""
    macs = SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC
    for tag, vlan in tags:
        macs += struct.pack("!HH", tag, vlan)
    return macs + struct.pack("!H", ethertype) + network


def sll(network, ethertype, from_client):
    """Linux cooked v1: to us, or sent by us."""
    return struct.pack("!HHH8sH", 0 if from_client else 4, 1, 6, CLIENT_MAC, ethertype) + network


def sll2(network, ethertype, from_client, interface=3):
    """Linux cooked v2, likewise."""
    kind = 0 if from_client else 4
    head = struct.pack("!HHIHBB8s", ethertype, 0, interface, 1, kind, 6, CLIENT_MAC)
    return head + network


def null(network, ethertype, _from_client):
    """BSD loopback; the family in the byte order of the machine that captured."""
    return struct.pack("<I", 2 if ethertype == IPV4 else 30) + network


class Connection:
    """Two streams of segments between a client and a server."""

    def __init__(
        self,
        capture,
        port=40000,
        server_port=80,
        v6=False,
        framing=None,
        numbers=(1000, 5000),
        server=None,
        **parts
    ):
        self.capture, self.parts = capture, parts
        self.client, self.server = (CLIENT6, SERVER6) if v6 else (CLIENT4, server or SERVER4)
        self.ports = (port, server_port)
        self.v6 = v6
        self.framing = framing or (
            lambda network, ethertype, from_client: ethernet(
                network, ethertype, from_client, self.parts.get("tags", ())
            )
        )
        self.sequence = {True: numbers[0], False: numbers[1]}

    def send(self, payload, from_client=True, **tcp_parts):
        source, destination = (
            (self.client, self.server) if from_client else (self.server, self.client)
        )
        ports = self.ports if from_client else self.ports[::-1]
        acknowledges = tcp_parts.get("flags", ACK) & ACK
        tcp_parts.setdefault("acknowledged", self.sequence[not from_client] if acknowledges else 0)
        segment = tcp(
            source,
            destination,
            ports,
            self.sequence[from_client],
            payload,
            options=self.parts.get("tcp_options", b""),
            **tcp_parts
        )
        self.sequence[from_client] += len(payload)
        if self.v6:
            network = ipv6(
                source,
                destination,
                self.parts.get("extensions", b"") + segment,
                self.parts.get("following", TCP),
                self.parts.get("length"),
            )
        else:
            network = ipv4(
                source,
                destination,
                segment,
                options=self.parts.get("ip_options", b""),
                total=self.parts.get("length"),
            )
        frame = self.framing(network, IPV6 if self.v6 else IPV4, from_client)
        self.capture.add(frame + self.parts.get("trailer", b""))

    def open(self):
        """The handshake; a SYN takes up the number before the first byte's."""
        self.sequence = {True: self.sequence[True] - 1, False: self.sequence[False] - 1}
        self.send(b"", True, flags=SYN)
        self.sequence[True] += 1
        self.send(b"", False, flags=SYN | ACK)
        self.sequence[False] += 1
        self.send(b"", True, flags=ACK)

    def lose(self, count, from_client=True):
        """Bytes that are not captured."""
        self.sequence[from_client] += count

    def repeat(self, payload, from_client=True, back=0):
        """The last bytes again, or those that end `back` bytes before them."""
        at = self.sequence[from_client]
        self.sequence[from_client] = at - back - len(payload)
        self.send(payload, from_client)
        self.sequence[from_client] = at

    def request(self, payload, **tcp_parts):
        self.send(payload, True, **tcp_parts)

    def response(self, payload, **tcp_parts):
        self.send(payload, False, **tcp_parts)
