# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""470 to 473: connections whose packets are seen at several places (interfaces, VLANs, tunnels),
and connections that only look alike. TCP says what belongs together: addresses, ports, and numbers
that fit (RFC 9293 section 3.4); where a packet was seen says it only until proof of the opposite."""
from case import case
from packets import SLL2, VLAN
from pcapng import Pcapng
from talk import LAST, chunk, request
from wire import PLAIN, Place, Tapped, Wire, at, count, gre_key, open_together, vlan, vni

SIDES = "two directions at two places are one connection: "
PRIORITY = Place(tags=((VLAN, 3 << 13),))  # IEEE 802.1Q: VLAN 0 says only the priority
OTHERS = "overlapping address plans: equal addresses and ports, other numbers: "
MIB = 1 << 20


def conversation(talk, name, may="", body=b"ok\n"):
    """Answers whose end only the request tells, and a pair of requests at once."""
    first = talk.ask("/%s/head" % name, method="HEAD", may=may)
    talk.tell(first, fields=b"Content-Length: 500\r\n", may=may)
    second = talk.ask("/%s/get" % name, may=may)
    talk.tell(second, body=body, may=may)
    third = talk.ask("/%s/one" % name, may=may)
    fourth = talk.ask("/%s/two" % name, may=may)
    talk.tell(third, 304, fields=b"Content-Length: 9\r\n", may=may)
    talk.tell(fourth, fields=b"Transfer-Encoding: chunked\r\n", body=chunk(b"data") + LAST,
              framing="chunked", may=may)


@case("470-places")
def _(capture):
    for name, places in (
        ("priority", (PRIORITY, PLAIN)),
        ("priority-back", (PLAIN, PRIORITY)),
        ("priority-both", (PRIORITY, PRIORITY)),
        ("tag", (vlan(10), PLAIN)),
        ("tag-back", (PLAIN, vlan(10))),
        ("vlans", (vlan(100), vlan(200))),
        ("priority-vlan", (PRIORITY, vlan(200))),
        ("tags", (vlan(100, 5), vlan(200))),
        ("tags-inner", (vlan(100, 5), vlan(100, 6))),
        ("vnis", (vni(5001), vni(5002))),
        ("vni", (PLAIN, vni(5003))),
        ("keys", (gre_key(1), gre_key(2))),
        ("key-vni", (gre_key(1), vni(1))),
    ):
        for v6 in (False, True):
            talk = Wire(capture, SIDES + name + (", IPv6" if v6 else ""), places, v6=v6)
            conversation(talk, name)
            talk.close()
            talk.close(from_client=False)
    for places in ((vlan(100), vlan(200)), (PRIORITY, PLAIN), (vni(1), vni(2))):
        talk = Wire(capture, SIDES + "joined midway", places, midway=True)
        conversation(talk, "midway", may="resync")
        talk = Wire(capture, SIDES + "joined midway, at a response", places, midway=True)
        talk.tell(None, body=b"ok\n", flags="resync unpaired")
        conversation(talk, "midway", may="resync")
    talk = Wire(capture, SIDES + "heads and bodies go on at another place")
    for number, places in enumerate(((vlan(1), vlan(2)), (vlan(2), PLAIN), (PLAIN, vlan(3)))):
        asked = talk.ask("/moves/%d" % number, cuts=(20,))
        talk.place[True], talk.place[False] = places
        talk.tell(asked, body=b"b" * 60, cuts=(30, 80))
    talk = Wire(capture, SIDES + "one head, half of it in each VLAN")
    talk.send(b"GET /halves HTTP/1.1\r\n", place=vlan(10))
    talk.send(b"Host: case.test\r\n\r\n", place=vlan(20))
    talk.heads[True].append(request("GET", "/halves"))
    talk.tell((True, 0), body=b"ok\n")
    talk = Wire(capture, SIDES + "the copies of another VLAN are none of its own", (vlan(7), vlan(8)),
                copies=(vlan(9),))
    conversation(talk, "copied")
    talk = Wire(capture, SIDES + "every packet takes another way", numbers=((1 << 32) - 30, (1 << 32) - 50))
    ways = (vlan(1), vni(1), PLAIN, vlan(2), gre_key(1))
    for number in range(8):
        talk.place[True] = ways[number % 5]
        asked = talk.ask("/ways/%d" % number, method=("GET", "HEAD", "POST")[number % 3])
        talk.place[False] = ways[(number + 2) % 5]
        talk.tell(asked, body=b"b" * 40)
        talk.acknowledge(place=ways[(number + 3) % 5])
    talk = Wire(capture, SIDES + "only what carries no payload goes another way", (vlan(1), vlan(1)))
    for number in range(3):
        asked = talk.ask("/empty/%d" % number, method=("GET", "HEAD")[number % 2])
        talk.acknowledge(False, place=vlan(2))
        talk.tell(asked, body=b"b" * 40)
        talk.acknowledge(place=vlan(3))
    talk.close()
    talk.close(False)
    talk = Wire(capture, SIDES + "long answers", (vlan(1), vlan(2)))
    for number in range(2):
        asked = talk.ask("/long/%d" % number)
        talk.tell(asked, body=b"b" * 6000, cuts=range(1400, 6000, 1400))
    count(capture, "connections", "packets_seen_again")


@case("471-interfaces", link=SLL2)
def _(capture):
    for v6 in (False, True):
        talk = Wire(capture, SIDES + "a tap with a port for each", (at(2), at(3)), v6=v6)
        conversation(talk, "tap")
        rule = "one packet passes three interfaces: its first copy counts"
        talk = Wire(capture, rule, (at(10), at(10)), (at(4), at(2)), v6=v6)
        conversation(talk, "three")
        talk.close()
        talk.close(from_client=False)
        talk = Wire(capture, rule + ", in the other direction of the next", (at(10), at(2, True)),
                    (at(4, True), at(2)), v6=v6)
        conversation(talk, "directions")
    talk = Wire(capture, rule + ", joined midway", (at(10), at(10)), (at(4), at(2)), midway=True)
    conversation(talk, "three-midway", may="resync")
    talk = Wire(capture, rule + ", each direction begins at its own end", (at(10), at(2)), (at(4), at(5)))
    conversation(talk, "ends", body=b"b" * 3000)
    rule = "a connection moves between the interfaces of a bond: "
    talk = Wire(capture, rule + "with every packet", (at(2), at(2)))
    for number in range(4):
        talk.place[True] = at(2 + number % 2)
        asked = talk.ask("/bond/%d" % number, method=("GET", "HEAD")[number % 2])
        talk.place[False] = at(3 - number // 2)
        talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, rule + "once, inside a head", (at(2), at(2)))
    asked = talk.ask("/bond/before")
    talk.tell(asked, body=b"ok\n")
    talk.send(b"GET /bond/inside HTTP/1.1\r\nHost: ca")
    talk.place = {True: at(3), False: at(3)}
    talk.send(b"se.test\r\n\r\n")
    inside = talk.written(request("GET", "/bond/inside"), True)
    talk.tell(inside, body=b"ok\n")
    asked = talk.ask("/bond/after")
    talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, rule + "between an answer's head and its body", (at(2), at(2)))
    asked = talk.ask("/bond/body")
    talk.tell(asked, body=b"b" * 2000, cuts=(50,))
    talk.place = {True: at(3), False: at(3)}
    conversation(talk, "body")
    talk = Wire(capture, "copies that come after later packets", (at(2), at(2)))
    texts = [b"GET /late/%d HTTP/1.1\r\nHost: case.test\r\n\r\n" % number for number in range(2)]
    talk.send(texts[0])
    talk.send(texts[1])
    for number, text in enumerate(texts):
        talk.written(request("GET", "/late/%d" % number), True)
    talk.repeat(texts[0], back=len(texts[1]), place=at(3))
    talk.repeat(texts[1], place=at(3))
    talk.tell((True, 0), body=b"ok\n")
    talk.tell((True, 1), body=b"ok\n")
    for merged_first in (False, True):
        talk = Wire(capture, "merged at one interface, in segments at the other", (at(2), at(2)))
        text = b"POST /merged HTTP/1.1\r\nHost: case.test\r\nContent-Length: 60\r\n\r\n" + b"b" * 60
        if merged_first:
            talk.send(text)
            talk.repeat(text[:30], back=len(text) - 30, place=at(3))
            talk.repeat(text[30:], place=at(3))
        else:
            talk.sends(text[:30], text[30:])
            talk.repeat(text, place=at(3))
        name = talk.written(request("POST", "/merged", 60), True)
        talk.tell(name, body=b"ok\n")
        talk.repeat(b"ok\n", False, place=at(3))
        conversation(talk, "merged-then")
    talk = Wire(capture, "merged at one interface, and more than the other has yet", (at(2), at(2)))
    text = b"GET /more HTTP/1.1\r\nHost: case.test\r\n\r\n"
    talk.sends(text[:30])
    talk.sequence[True] -= 30
    talk.carry(talk.sequence[True], text, True, place=at(3))
    talk.sent[True] += text[30:]
    talk.sequence[True] += len(text)
    name = talk.written(request("GET", "/more"), True)
    talk.repeat(text[30:], place=at(2), what="either")  # the stream's place, not these bytes'
    talk.tell(name, body=b"ok\n")
    talk = Wire(capture, "sent again at the same place: retransmitted", (at(2), at(3)))
    talk.ask("/again")
    talk.repeat(b"case.test\r\n\r\n")
    talk.tell((True, 0), body=b"ok\n")
    talk.repeat(b"ok\n", False)
    for v6 in (False, True):
        talk = Tapped(capture, SIDES + "a tap's ports, 20 microseconds apart", (at(2), at(3)), v6=v6)
        talk.exchanges("/taps", 1)
        capture.step = 20
        for number in range(3):
            talk.late("/taps/late/%d" % number)
        capture.step = 1000
        talk.exchanges("/taps/then", 2)
    count(capture, "connections", "packets_seen_again", "packets_retransmitted")


@case("472-interfaces-of-pcapng", kind=Pcapng)
def _(capture):
    capture.section()
    capture.interface()
    capture.interface()
    capture.interface()
    for v6 in (False, True):
        conversation(Wire(capture, SIDES + "a tap's ports", (at(0), at(1)), v6=v6), "tap")
        talk = Wire(capture, "one packet at three interfaces", (at(0), at(2)), (at(1),), v6=v6)
        conversation(talk, "three")
    talk = Wire(capture, SIDES + "joined midway", (at(2), at(1)), midway=True)
    conversation(talk, "midway", may="resync")
    talk = Wire(capture, "a connection moves between interfaces", (at(0), at(0)))
    talk.ask("/moves/0")
    talk.place = {True: at(1), False: at(1)}
    talk.tell((True, 0), body=b"ok\n")
    conversation(talk, "moves")
    count(capture, "connections")


def crossed(talks):
    """Each is asked something else before any is answered, and the last is answered first."""
    for turn in range(3):
        methods = ("HEAD", "GET", "POST")[turn:] + ("HEAD", "GET", "POST")[:turn]
        asked = [
            talk.ask("/%d/%d" % (turn, number), method=method)
            for number, (talk, method) in enumerate(zip(talks, methods))
        ]
        for number, talk in reversed(list(enumerate(talks))):
            talk.tell(asked[number], 200 + number, body=b"b" * 50 * (1 + number))


@case("473-tenants")
def _(capture):
    port = 41000
    for name, places in (
        ("VLANs", ((vlan(10), vlan(10)), (vlan(20), vlan(20)))),
        ("a VLAN and none", ((vlan(10), vlan(10)), (PLAIN, PLAIN))),
        ("two VLANs each", ((vlan(10), vlan(11)), (vlan(20), vlan(21)))),
        ("VNIs", ((vni(10), vni(10)), (vni(20), vni(20)), (vni(30), vni(30)))),
        ("two VNIs each", ((vni(10), vni(11)), (vni(20), vni(21)))),
        ("GRE keys", ((gre_key(1), gre_key(1)), (gre_key(2), gre_key(2)))),
        ("VNI and GRE key of the same number", ((vni(1), vni(1)), (gre_key(1), gre_key(1)))),
    ):
        for v6 in (False, True):
            talks = [
                Wire(capture, OTHERS + name, place, port=port, midway=True, v6=v6,
                     numbers=(1000 + 700 * MIB * number, 5000 + 300 * MIB * (3 - number)))
                for number, place in enumerate(places)
            ]
            open_together(*talks)
            crossed(talks)
            port += 1
    for name, midway in (("handshakes one after the other", False), ("one joined midway", True)):
        talks = [
            Wire(capture, OTHERS + name, (vlan(10), vlan(10)), port=port),
            Wire(capture, OTHERS + name, (vlan(20), vlan(20)), port=port, midway=midway,
                 numbers=(900 * MIB, 700 * MIB)),
        ]
        if midway:
            conversation(talks[0], "one")
            conversation(talks[1], "other", may="resync")
            conversation(talks[0], "one-again")
        else:
            crossed(talks)
        port += 1
    talk = Wire(capture, "the ports are used again at another place", (vlan(10), vlan(11)), port=port)
    conversation(talk, "before")
    talk.close()
    talk.close(from_client=False)
    talk = Wire(capture, talk.rule, (vlan(30), vlan(31)), port=port, numbers=(800 * MIB, 600 * MIB))
    conversation(talk, "after")
    count(capture, "connections")
