# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""482 to 486, 489: captures that do not have all packets, or not in the order in which they were sent."""
from case import case
from packets import ACK, SECOND
from talk import CHUNKED, LAST, SPOOF, chunk, request
from wire import Tapped, Wire, length, open_together

SHIFT = "RFC 9112 section 9.3.2: answers in the order of requests; a pair is right or absent: "
LOOKED = "resync gap"  # behind missing segments, until proof


def holes(talk, total, gone, wait=0, **request_):
    """Exchanges, of which the requests of some numbers are not captured."""
    seen = False
    for number in range(total):
        talk.capture.wait(wait)
        may = LOOKED if seen else ""
        asked = talk.ask("/%d" % number, lost=number in gone, may=may, **request_)
        seen |= asked is None
        talk.capture.wait(9000)
        talk.tell(asked, fields=b"X-N: %d\r\nContent-Length: 0\r\n" % number,
                  flags="" if asked else "unpaired", may=LOOKED if seen else "")


@case("482-requests-missing")
def _(capture):
    for gone in ((2,), (0,), (1, 2), (2, 5), (0, 3, 4, 8), (8,)):
        talk = Wire(capture, SHIFT + "without requests %s" % (gone,), v6=len(gone) == 2)
        holes(talk, 9, gone)
        talk.close()
        talk.close(False)
    talk = Wire(capture, SHIFT + "seconds apart")
    holes(talk, 9, (2,), SECOND)
    talk = Wire(capture, SHIFT + "with bodies")
    holes(talk, 6, (2,), fields=length(5), body=b"hello", method="POST", framing=5)
    talk = Wire(capture, SHIFT + "a wrong one makes a body where none is", numbers=((1 << 32) - 60, 1 << 31))
    for number in range(9):
        method = ("HEAD", "GET", "HEAD")[number % 3]
        asked = talk.ask("/%d" % number, method=method, lost=number in (1, 7), may=LOOKED if number > 1 else "")
        talk.tell(asked, body=b"b" * 50, flags="" if asked else "unpaired", may=LOOKED if number else "")
    talk = Wire(capture, SHIFT + "joined midway", midway=True)
    for number in range(6):
        asked = talk.ask("/%d" % number, lost=number == 2, may=LOOKED)
        talk.tell(asked, body=b"ok\n", flags="" if asked else "unpaired", may=LOOKED)
    talk = Wire(capture, SHIFT + "the one in the middle of three at once")
    first, lost, third = (talk.ask("/%d" % n, lost=n == 1, may=LOOKED if n else "") for n in range(3))
    talk.tell(first, 200, b"ok\n", may="resync gap unpaired")
    talk.tell(lost, 201, b"ok\n", flags="unpaired", may=LOOKED)
    talk.tell(third, 202, b"ok\n", may="resync gap unpaired")
    talk.exchanges("/then", 3, may=LOOKED + " unpaired")
    talk.exchanges("/sure", 2, may=LOOKED)
    talk = Wire(capture, SHIFT + "the last of two at once")
    first, lost = talk.ask("/0"), talk.ask("/1", lost=True)
    talk.tell(first, 200, b"ok\n", may="resync gap unpaired")
    talk.tell(lost, 201, b"ok\n", flags="unpaired", may=LOOKED)
    talk.exchanges("/then", 3, may=LOOKED + " unpaired")
    talk.exchanges("/sure", 2, may=LOOKED)
    talk = Wire(capture, SHIFT + "the first of two at once, the answer acknowledges both")
    lost, second = talk.ask("/0", lost=True), talk.ask("/1", may=LOOKED)
    talk.tell(lost, 200, b"ok\n", flags="unpaired", may=LOOKED)
    talk.tell(second, 201, b"ok\n", may="resync gap unpaired")
    talk.exchanges("/then", 3, may=LOOKED + " unpaired")
    talk.exchanges("/sure", 2, may=LOOKED)
    talk = Wire(capture, SHIFT + "a request that ends behind what the answer acknowledges is not answered")
    lost = talk.ask("/0", lost=True)
    until = talk.sequence[True]
    second = talk.ask("/1", may=LOOKED)
    talk.tell(lost, 200, b"ok\n", flags="unpaired", may=LOOKED, acknowledged=until)
    talk.tell(second, 201, b"ok\n", may=LOOKED)
    talk.exchanges("/then", 3, may=LOOKED)
    talk = Wire(capture, SHIFT + "likewise without a loss: answered one by one as acknowledged")
    first = talk.ask("/0", method="HEAD")
    until = talk.sequence[True]
    second = talk.ask("/1")
    talk.tell(first, fields=length(50), acknowledged=until)
    talk.tell(second, body=b"ok\n")
    talk.exchanges("/then", 3)
    talk = Wire(capture, "bytes missing inside a body of known length change nothing")
    for number in range(3):
        asked = talk.ask("/%d" % number, length(2000), b"b" * 2000, "POST", framing=2000,
                         cuts=(200, 900), lost={1} if number == 1 else False)
        talk.tell(asked, body=b"b" * 3000, cuts=(1000, 2000), lost={1} if number == 1 else False)


@case("483-responses-missing")
def _(capture):
    for gone in ((2,), (0,), (1, 2), (3, 5)):
        talk = Wire(capture, SHIFT + "without answers %s" % (gone,))
        behind = False
        for number in range(9):
            capture.wait(9000)
            asked = talk.ask("/%d" % number, method=("GET", "POST")[number % 2],
                             may=LOOKED if behind else "")
            behind |= number in gone
            may = LOOKED if behind else ""
            may += " unpaired" if number - 1 in gone else ""
            talk.tell(asked, body=b"ok\n", lost=number in gone, may=may)
    for gone in ((2,), (0,), (1, 2)):
        talk = Wire(capture, SHIFT + "without exchanges %s" % (gone,))
        behind = False
        for number in range(8):
            capture.wait(9000)
            behind |= number in gone
            may = LOOKED if behind else ""
            asked = talk.ask("/%d" % number, lost=number in gone, may=may)
            may += " unpaired" if number - 1 in gone else ""
            talk.tell(asked, body=b"ok\n", lost=number in gone, may=may)
    talk = Wire(capture, SHIFT + "the first of two answers at once")
    first, second = talk.ask("/0", method="POST"), talk.ask("/1")
    talk.tell(first, body=b"ok\n", lost=True)
    talk.tell(second, body=b"ok\n", flags="", may="resync gap unpaired")
    talk.exchanges("/then", 1, may=LOOKED + " unpaired")
    talk.exchanges("/then", 2, may=LOOKED)


@case("489-pipelines")
def _(capture):
    talk = Wire(capture, SHIFT + "the first of three answers is missing, a fourth request comes before the last")
    names = [talk.ask("/%d" % number, method=method) for number, method in enumerate(("GET", "POST", "PUT"))]
    talk.tell(names[0], body=b"ok\n", lost=True)
    may = "resync gap unpaired"
    talk.tell(names[1], 201, b"ok\n", may=may)
    names.append(talk.ask("/3", method="DELETE", may=LOOKED))
    talk.tell(names[2], 202, b"ok\n", may=may)
    talk.tell(names[3], 203, b"ok\n", may=may)
    talk.exchanges("/then", 2, may=may)
    talk.exchanges("/sure", 2, may=LOOKED)
    for v6 in (False, True):
        talk = Wire(capture, SHIFT + "joined between a request and its answer", midway=True, v6=v6)
        before = talk.sequence[True]
        asked = talk.ask("/0", method="HEAD", flags="resync")
        talk.tell(None, 201, b"ok\n", flags="resync unpaired", acknowledged=before)
        talk.tell(asked, 200, fields=length(50), flags="resync")
        talk.exchanges("/then", 2, may="resync")
    talk = Wire(capture, SHIFT + "eight at once, two of them missing")
    names = [talk.ask("/%d" % number, method=("GET", "POST")[number % 2], lost=number in (3, 5),
                      may=LOOKED if number > 3 else "") for number in range(8)]
    for number, name in enumerate(names):
        talk.tell(name, 210 + number, b"ok\n", flags="" if name else "unpaired",
                  may=may if name else LOOKED)
    talk.exchanges("/then", 2, may=may)
    talk.exchanges("/sure", 2, may=LOOKED)
    talk = Wire(capture, SHIFT + "one by one acknowledged, the second of four missing")
    names, ends = [], []
    for number in range(4):
        names.append(talk.ask("/%d" % number, lost=number == 1, may=LOOKED if number else ""))
        ends.append(talk.sequence[True])
    for name, end in zip(names, ends):
        talk.tell(name, body=b"ok\n", flags="" if name else "unpaired", may=LOOKED, acknowledged=end)
    talk.exchanges("/then", 2, may=LOOKED)
    talk = Wire(capture, SHIFT + "nothing is missing, eight at once, each acknowledged or all")
    for each in (True, False):
        names, ends = [], []
        for number in range(8):
            names.append(talk.ask("/%d/%d" % (each, number), method=("HEAD", "GET")[number % 2]))
            ends.append(talk.sequence[True])
        for name, end in zip(names, ends):
            talk.tell(name, body=b"b" * 50, acknowledged=end if each else ends[-1])


TAPS = "two taps, 20 microseconds apart: the answer comes first: "


@case("484-answers-first")
def _(capture):
    capture.step = 20
    for v6 in (False, True):
        talk = Tapped(capture, TAPS + "always", v6=v6)
        for number in range(5):
            talk.late("/%d" % number)
            capture.wait(1000)
    talk = Tapped(capture, TAPS + "now and then")
    for number in range(8):
        if number in (2, 5, 6):
            talk.late("/late/%d" % number)
        else:
            talk.exchanges("/%d" % number, 1)
        capture.wait(1000)
    talk = Tapped(capture, TAPS + "also in the handshake", midway=True)
    open_together(talk)
    capture.reorder(1, 0, 2)
    talk.late("/0")
    talk.exchanges("/1", 1)
    talk.late("/2")
    talk = Tapped(capture, TAPS + "the request in two segments, the second late")
    text = b"GET /half HTTP/1.1\r\nHost: case.test\r\n\r\n"
    talk.sends(text[:30])
    at = talk.sequence[True] + len(text) - 30
    told = talk.tell(None, body=b"ok\n", acknowledged=at, flags="", may="unpaired early")
    talk.heads[False][told[1]] = talk.heads[False][told[1]]._replace(answers="GET")
    talk.sends(text[30:])
    asked = talk.written(request("GET", "/half", flags="answered"), True)
    talk.other[asked] = told
    talk.exchanges("/then", 3)
    talk = Tapped(capture, TAPS + "an interim one: the final one is paired")
    end = talk.sequence[True] + len(b"GET /hint HTTP/1.1\r\nHost: case.test\r\n\r\n")
    talk.tell(None, 103, flags="unpaired", acknowledged=end)
    asked = talk.ask("/hint", acknowledged=talk.first[False])
    talk.tell(asked, body=b"ok\n")
    talk.exchanges("/then", 2)
    talk = Tapped(capture, TAPS + "two answers, then both requests")
    paths = ("/a", "/b")
    end = talk.sequence[True] + sum(len(b"GET /a HTTP/1.1\r\nHost: case.test\r\n\r\n") for _ in paths)
    told = [talk.tell(None, body=b"ok\n", flags="unpaired", acknowledged=end) for _ in paths]
    for path, name in zip(paths, told):
        talk.ask(path, answered_by=name, may="answered", acknowledged=talk.first[False])
    talk.exchanges("/then", 3)
    talk = Tapped(capture, TAPS + "of three at once only the last")
    first, second = talk.ask("/1", method="HEAD"), talk.ask("/2")
    talk.tell(first, fields=length(50))
    talk.tell(second, body=b"b" * 20)
    talk.late("/3")
    talk.exchanges("/then", 3)
    talk = Tapped(capture, TAPS + "each is another method")
    for number, method in enumerate(("POST", "GET", "OPTIONS", "DELETE", "GET", "POST")):
        if number % 3 == 1:
            asked = talk.ask("/%d" % number, method=method)
            talk.tell(asked, body=b"ok\n")
        else:
            talk.late("/%d" % number, method)
    talk = Tapped(capture, TAPS + "to HEAD: what is behind is found all the same")
    talk.late("/head", method="HEAD", fields=length(50), body=b"", framing=50)
    talk.exchanges("/then", 3, may="resync")
    talk = Tapped(capture, "an answer that nobody asked for, and nothing is missing")
    talk.exchanges("/first", 2)
    talk.tell(None, 408, flags="unsolicited")
    talk.close(False)


GAP = "record.h: the time of a head is when its last byte came: "


@case("485-times-behind-gaps")
def _(capture):
    for v6 in (False, True):
        talk = Wire(capture, GAP + "it waited for the request before it", v6=v6)
        first = talk.ask("/first")
        capture.wait(2 * SECOND)
        second = talk.ask("/second")
        capture.reorder(1, 0)
        talk.tell(first, body=b"ok\n")
        talk.tell(second, body=b"ok\n")
        talk = Wire(capture, GAP + "it waited for the end of its own", v6=v6)
        asked = talk.ask("/own", cuts=(20, 30))
        capture.reorder(1, 2, 0)
        talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, GAP + "its first part came last, two seconds later")
    asked = talk.ask("/part", cuts=(20,))
    capture.times[-1] += 2 * SECOND
    capture.wait(2 * SECOND)
    capture.reorder(1, 0)
    talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, GAP + "it waited for the end of a chunked body")
    first = talk.ask("/chunked", CHUNKED, chunk(b"data"), "POST", framing="chunked")
    talk.sends(LAST)
    capture.wait(2 * SECOND)
    second = talk.ask("/second")
    capture.reorder(1, 0)
    talk.tell(first, body=b"ok\n")
    talk.tell(second, body=b"ok\n")
    talk = Wire(capture, GAP + "of an answer, and so its latency")
    first, second = talk.ask("/first"), talk.ask("/second")
    talk.tell(first, body=b"ok\n")
    capture.wait(2 * SECOND)
    talk.tell(second, body=b"ok\n")
    capture.reorder(1, 0)
    talk.exchanges("/then", 2)
    talk = Wire(capture, GAP + "three waited")
    names = [talk.ask("/%d" % number) for number in range(2)]
    capture.wait(SECOND)
    names += [talk.ask("/%d" % number) for number in range(2, 4)]
    capture.reorder(1, 3, 2, 0)
    for name in names:
        talk.tell(name, body=b"ok\n")
    talk = Wire(capture, GAP + "behind bytes that never came")
    talk.ask("/before")
    talk.send(bytes(1000), lost=True)
    for number in range(5):
        talk.ask("/behind/%d" % number, may=LOOKED)
        capture.wait(100000)
    talk = Wire(capture, GAP + "an answer's body was late, the next one had come")
    first = talk.ask("/first")
    talk.tell(first, body=b"b" * 200, cuts=(100,))
    second = talk.ask("/second")
    capture.wait(2 * SECOND)
    talk.tell(second, body=b"ok\n")
    capture.reorder(0, 2, 3, 1)


PROBE = "RFC 9293 section 3.8.6.1: a probe's bytes come again: "


def probed(talk, size, times, wait, from_client=True):
    """The first bytes of a head, some times; what they are of is sent whole later."""
    text = b"GET /probe HTTP/1.1\r\nHost: case.test\r\n\r\n" if from_client else b"HTTP/1.1 200 Status\r\n"
    for _ in range(times):
        talk.carry(talk.sequence[from_client], text[:size], from_client, flags=ACK)
        talk.capture.wait(wait)


@case("486-window-probes")
def _(capture):
    for size, times, wait in ((1, 1, 12), (1, 1, 5), (1, 4, 12), (3, 1, 12), (4, 1, 15), (1, 20, 3)):
        for v6 in (False, True):
            talk = Wire(capture, PROBE + "%d bytes, %d times, %d s" % (size, times, wait), v6=v6)
            probed(talk, size, times, wait * SECOND)
            asked = talk.ask("/probe")
            talk.tell(asked, body=b"ok\n")
            talk.exchanges("/then", 2)
            probed(talk, size, times, wait * SECOND)
            asked = talk.ask("/probe")
            talk.tell(asked, body=b"ok\n")
            asked = talk.ask("/last")
            probed(talk, size, times, wait * SECOND, False)
            talk.unclear.add(talk.tell(asked, body=b"ok\n", cuts=(30,)))
    talk = Wire(capture, "RFC 9293 section 3.8.4: a keep-alive's byte is one that was seen")
    talk.exchanges("/first", 1)
    for from_client in (True, False) * 2:
        capture.wait(15 * SECOND)
        talk.carry(talk.sequence[from_client] - 1, b"\0", from_client, flags=ACK)
        talk.acknowledge(not from_client)
    talk.exchanges("/then", 2)
    talk = Wire(capture, PROBE + "the body's first byte")
    asked = talk.ask("/body", length(len(SPOOF)), method="POST", framing=len(SPOOF))
    talk.carry(talk.sequence[True], SPOOF[:1], True, flags=ACK)
    capture.wait(12 * SECOND)
    talk.sends(SPOOF)
    talk.tell(asked, body=b"ok\n")
    talk.exchanges("/then", 2)
