# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Talks as others' captures have them: every packet at a place of its own (interface, VLANs,
tunnel), at a time, seen several times or not at all. Beside each head stands which head is its
other half; when it came and how long its answer took follow from the packets."""
import collections

from packets import ACK, IPV4, IPV6, PUSH, RST, SLL2, SYN, VLAN, VXLAN_PORT, ethernet, gre, ipv4, ipv6
from packets import sll2, tcp, vxlan
from talk import Talk, post, request, response
from tunnel_cases import GRE, outer, outer_udp

Place = collections.namedtuple("Place", "tags tunnel interface back", defaults=[(), None, None, False])
# what a packet is of: bytes `begin` to `end` of a talk's stream
Note = collections.namedtuple("Note", "talk from_client begin end place")
PLAIN = Place()
HELLO = bytes.fromhex("1603010085010000810303") + bytes(range(96)) + bytes(31)
SERVER_HELLO = bytes.fromhex("160303003d020000390303") + bytes(range(55))
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = bytes.fromhex("000000040000000000")


def vlan(*numbers):
    return Place(tags=tuple((VLAN, number) for number in numbers))


def vni(number):
    return Place(tunnel=("vxlan", number))


def gre_key(number):
    return Place(tunnel=("gre", number))


def at(interface, back=False):
    """`back`: in the other direction of the interface."""
    return Place(interface=interface, back=back)


def length(size):
    return b"Content-Length: %d\r\n" % size


def framed(link, network, ethertype, from_client, place):
    if link == SLL2:
        return sll2(network, ethertype, from_client != place.back, place.interface)
    kind, number = place.tunnel or ("", 0)
    if kind == "gre":
        return outer(gre(network, ethertype, key=number), GRE, from_client)
    frame = ethernet(network, ethertype, from_client, place.tags)
    return outer_udp(vxlan(number, frame), VXLAN_PORT, from_client) if kind else frame


class Wire(Talk):
    """Heads are named by what ask() and tell() return: (from_client, number)."""

    def __init__(self, capture, rule, places=(PLAIN, PLAIN), copies=(), **parts):
        """`places`: of the client's and the server's packets; `copies`: where each of them is seen
        again, 20 microseconds later."""
        self.place = {True: places[0], False: places[1]}
        self.copies = copies
        self.other = {}  # of a head: the head whose number its record has
        self.unclear = set()  # responses of which it is a matter of taste when their first byte came
        self.again = collections.Counter()  # copies: "bytes", "none", "retransmitted", "either"
        super().__init__(capture, rule, **parts)

    # --- packets ---

    def put(self, sequence, payload, from_client, flags, acknowledged, place):
        client, server = (self.client, self.ports[0]), (self.server, self.ports[1])
        (source, port), (to, to_port) = (client, server)[:: 1 if from_client else -1]
        segment = tcp(
            source, to, (port, to_port), sequence, payload, flags, acknowledged=acknowledged
        )
        network = (ipv6 if self.v6 else ipv4)(source, to, segment)
        begin = sequence - self.first[from_client]
        note = Note(self, from_client, begin, begin + len(payload), place)
        if self.capture.suffix == "pcapng":
            self.capture.use(place.interface or 0)
        link, kind = self.capture.link, IPV6 if self.v6 else IPV4
        self.capture.add(framed(link, network, kind, from_client, place), note)

    def send(self, payload, from_client=True, **how):
        """New bytes; `lost`: they are not captured."""
        sequence = self.sequence[from_client]
        self.sent[from_client] += payload
        self.sequence[from_client] += len(payload)
        if not how.pop("lost", False):
            self.carry(sequence, payload, from_client, **how)

    def carry(self, sequence, payload, from_client, flags=ACK | PUSH, acknowledged=None, place=None):
        """A packet, and its copies. It acknowledges all that was sent, or what it is told to."""
        if acknowledged is None:
            acknowledged = self.sequence[not from_client] if flags & ACK else 0
        place = place or self.place[from_client]
        self.put(sequence, payload, from_client, flags, acknowledged, place)
        for copy in self.copies:
            self.capture.wait(20 - self.capture.step)
            self.put(sequence, payload, from_client, flags, acknowledged, copy)
            self.again["bytes" if payload else "none"] += 1

    def repeat(self, payload, from_client=True, back=0, place=None, what=None):
        """The last bytes again, or those that end `back` bytes before them; elsewhere, if told.
        `what`: what it is counted as."""
        end = self.sequence[from_client] - back
        self.again[what or ("bytes" if place else "retransmitted")] += 1
        self.carry(end - len(payload), payload, from_client, place=place)

    def acknowledge(self, from_client=True, **how):
        self.send(b"", from_client, flags=ACK, **how)

    def reset(self, from_client=True, **how):
        self.send(b"", from_client, flags=RST, **how)

    def pour(self, text, from_client, cuts, lost, **how):
        """In segments that begin at `cuts`; `lost`: all, or the numbers of those that are."""
        cuts = [0, *cuts, len(text)]
        for number, (begin, end) in enumerate(zip(cuts, cuts[1:])):
            gone = lost is True or (lost and number in lost)
            self.send(text[begin:end], from_client, lost=gone, **how)

    # --- heads ---

    def written(self, head, from_client):
        self.heads[from_client].append(head)
        return from_client, len(self.heads[from_client]) - 1

    def head(self, name):
        return self.heads[name[0]][name[1]]

    def ask(
        self, path, fields=b"", body=b"", method="GET", framing="none", flags="", may="", cuts=(),
        lost=False, from_client=True, answered_by=None, before=b"", **how
    ):
        """A request; `before`: bytes in front of its head; `answered_by`: the response that came
        first. None when it was lost."""
        text = before + post(path.encode(), fields, body, method.encode())
        self.pour(text, from_client, cuts, lost, **how)
        if lost is True:
            return None
        flags += " answered" if answered_by and "answered" not in may else ""
        name = self.written(request(method, path, framing, flags, may=may), from_client)
        if answered_by:
            self.other[name] = answered_by
        return name

    def tell(
        self, to, status=200, body=b"", fields=None, framing=None, flags="", may="", cuts=(),
        lost=False, from_client=False, stray=b"", before=b"", early=False, **how
    ):
        """A response to the request of that name, or to nobody knows whom; `stray`: bytes behind
        its end; `early`: before the end of the request's head."""
        method = self.head(to).method if to else ""
        bare = method == "HEAD" or status in (204, 304) or status < 200
        if fields is None:
            fields = b"" if status < 200 else b"Content-Length: %d\r\n" % len(body)
        text = b"HTTP/1.1 %d Status\r\n%s\r\n" % (status, fields) + (b"" if bare else body) + stray
        self.pour(before + text, from_client, cuts, lost, **how)
        if lost is True:
            return None
        if framing is None:
            framing = "none" if bare else len(body)
        flags += " early" if early else ""
        name = self.written(response(status, method, framing, flags, may=may), from_client)
        if early:
            self.other[to] = name
        elif to:
            self.other[name] = to
        return name

    def exchanges(self, path, count, flags="", may="", wait=0, **answer):
        """Requests, each answered before the next."""
        for number in range(count):
            self.capture.wait(wait)
            asked = self.ask("%s/%d" % (path, number), flags=flags, may=may)
            self.tell(asked, body=b"ok\n", flags=flags, may=may, **answer)


class Tapped(Wire):
    """Two taps: answers may be captured before their requests."""

    def late(self, path, method="GET", may="", **answer):
        """An exchange whose answer comes first: its request is not seen yet, and names it."""
        text = post(path.encode(), b"", b"", method.encode())
        before, end = self.sequence[False], self.sequence[True] + len(text)
        answer = {"body": b"ok\n", **answer}
        told = self.tell(None, flags="unpaired", may=may, acknowledged=end, **answer)
        self.ask(path, method=method, answered_by=told, may=may, acknowledged=before)


def open_together(*talks):
    """The handshakes of talks that began midway, each step of all of them before the next."""
    for from_client, flags in ((True, SYN), (False, SYN | ACK)):
        for talk in talks:
            talk.sequence[from_client] -= 1
            talk.send(b"", from_client, flags=flags)
            talk.sequence[from_client] += 1
    for talk in talks:
        talk.acknowledge()


def count(capture, *names):
    """What the counters of that name have to be at the end."""
    copies = sum((talk.again for talk in capture.talks), collections.Counter())
    sums = {
        "connections": (len(capture.talks),) * 2,
        "packets_seen_again": (copies["bytes"], copies["bytes"] + copies["none"] + copies["either"]),
        "packets_retransmitted": (copies["retransmitted"], copies["retransmitted"] + copies["either"]),
    }
    capture.counters = {name: sums[name] for name in names}
