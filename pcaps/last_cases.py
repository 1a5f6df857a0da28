# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""478 to 481: answers before the end of their request or behind the end of its connection, and
messages behind what seemed to be the last."""
from case import case
from packets import ACK, RST, SECOND
from talk import CHUNKED, FORGED, LAST, SPOOF, chunk, request, response
from wire import HELLO, PREFACE, SERVER_HELLO, SETTINGS, Wire, length

EARLY = "RFC 9110 section 15.5.9, 15.5.15, RFC 6585 section 5: a final answer to a head in progress: "


def begun(talk, path, fields, method="GET", flags="incomplete", cuts=()):
    """A head that does not end; its answer is to be told next."""
    text = b"%s %s HTTP/1.1\r\nHost: case.test\r\n%s" % (method.encode(), path.encode(), fields)
    talk.pour(text, True, cuts, False)
    return talk.written(request(method, path, flags=flags + " answered"), True)


@case("478-answers-before-the-end")
def _(capture):
    for method in ("GET", "HEAD", "POST"):
        for status in (408, 431, 400):
            talk = Wire(capture, EARLY + "it closes", v6=status == 431)
            asked = begun(talk, "/slow", b"X: ", method)
            capture.wait(5 * SECOND)
            talk.tell(asked, status, b"no\n", early=True)
            talk.close(False)
            talk.close()
    talk = Wire(capture, EARLY + "cut at the end of a line")
    asked = begun(talk, "/slow", b"X: y\r\n")
    talk.tell(asked, 408, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "it is long, and cut in many segments")
    asked = begun(talk, "/long", b"X: " + b"y" * 6000, cuts=range(1400, 6000, 1400))
    talk.tell(asked, 431, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "the second one on its connection")
    talk.exchanges("/first", 2)
    asked = begun(talk, "/slow", b"X: ")
    capture.wait(5 * SECOND)
    talk.tell(asked, 408, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "the one before it is answered first")
    first = talk.ask("/whole")
    asked = begun(talk, "/slow", b"X: ")
    talk.tell(first, body=b"ok\n")
    talk.tell(asked, 408, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "two before it, one of them HEAD")
    first = talk.ask("/whole", method="HEAD")
    second = talk.ask("/whole/2")
    asked = begun(talk, "/slow", b"X: ")
    talk.tell(first, fields=length(50))
    talk.tell(second, body=b"ok\n")
    talk.tell(asked, 431, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "the head ends all the same, and HTTP goes on")
    asked = begun(talk, "/ends", b"X: ", flags="")
    talk.tell(asked, 431, b"no\n", early=True)
    talk.sends(b"y\r\n\r\n")
    talk.exchanges("/then", 3)
    talk = Wire(capture, EARLY + "joined midway", midway=True)
    text = b"GET /slow HTTP/1.1\r\nHost: case.test\r\nX: "
    talk.sends(text)
    asked = talk.written(request("GET", "/slow", flags="incomplete answered resync"), True)
    talk.tell(asked, 408, b"no\n", early=True, flags="resync")
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "three seconds between its pieces, and the answer")
    for number in range(3):
        talk.sends((b"GET /drip HTTP/1.1\r\n", b"Host: case.test\r\n", b"X: ")[number])
        capture.wait(3 * SECOND)
    asked = talk.written(request("GET", "/drip", flags="incomplete answered"), True)
    talk.tell(asked, 408, early=True)
    talk.close(False)
    talk.close()
    talk = Wire(capture, EARLY + "the answer in two segments", v6=True)
    asked = begun(talk, "/slow", b"X: ")
    talk.tell(asked, 408, b"no\n", early=True, cuts=(30,))
    talk.close(False)
    talk.close()


RESET = "RFC 9293 section 3.10.7.4: the client's RST crosses the answer: "


@case("479-reset")
def _(capture):
    for flags, what in ((RST, "RST"), (RST | ACK, "RST and ACK")):
        talk = Wire(capture, RESET + what)
        asked = talk.ask("/1")
        talk.send(b"", True, flags=flags)
        talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, RESET + "a second later, after an interim one")
    asked = talk.ask("/1")
    talk.reset()
    talk.tell(asked, 103)
    capture.wait(SECOND)
    talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, RESET + "long before")
    asked = talk.ask("/1")
    talk.reset()
    capture.wait(15 * SECOND)
    talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, RESET + "and closed it before that")
    asked = talk.ask("/1")
    talk.close()
    talk.tell(asked, body=b"b" * 100, cuts=(80,))
    talk.reset()
    talk.close(False)
    talk.reset()
    talk = Wire(capture, RESET + "in two segments", v6=True)
    asked = talk.ask("/1")
    talk.reset()
    talk.tell(asked, body=b"b" * 100, cuts=(30, 90))
    talk = Wire(capture, RESET + "between its segments")
    asked = talk.ask("/1")
    talk.replies(b"HTTP/1.1 200 Status\r\nContent-")
    talk.reset()
    talk.replies(b"Length: 3\r\n\r\nok\n")
    name = talk.written(response(200, "GET", 3), False)
    talk.other[name] = asked
    talk = Wire(capture, RESET + "two answers, to HEAD and GET")
    first, second = talk.ask("/1", method="HEAD"), talk.ask("/2")
    talk.reset()
    talk.tell(first, fields=length(50))
    talk.tell(second, body=b"ok\n")
    talk = Wire(capture, RESET + "after other exchanges; RST again for each segment")
    talk.exchanges("/first", 2)
    asked = talk.ask("/3")
    talk.reset()
    talk.tell(asked, body=b"b" * 3000, cuts=(1000, 2000))
    talk.reset()
    talk.reset()
    talk = Wire(capture, RESET + "of a connection joined midway", midway=True)
    asked = talk.ask("/1", flags="resync")
    talk.reset()
    talk.tell(asked, body=b"ok\n", flags="resync")
    for answered in (False, True):
        talk = Wire(capture, "a new connection has none of the requests of the one before it",
                    port=42000 + answered)
        asked = talk.ask("/old", method="HEAD")
        talk.reset()
        if answered:
            talk.tell(asked, fields=length(50))
        talk = Wire(capture, talk.rule, port=42000 + answered, numbers=(1 << 30, 3 << 29))
        talk.exchanges("/new", 2)
    talk = Wire(capture, "RFC 9293 section 3.6: the client only closed its side")
    asked = talk.ask("/1")
    talk.close()
    capture.wait(SECOND)
    talk.tell(asked, body=b"ok\n")
    talk.close(False)


CONNECT = b"CONNECT case.test:80 HTTP/1.1\r\nHost: case.test\r\n\r\n"
INSIDE = "RFC 9110 section 9.3.6: what a tunnel carries may be HTTP again: "
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: %s\r\n\r\n"


def connect(talk, to=b"case.test:80", flags=""):
    talk.sends(b"CONNECT %s HTTP/1.1\r\nHost: case.test\r\n\r\n" % to)
    asked = talk.written(request("CONNECT", to.decode(), flags=flags), True)
    talk.replies(b"HTTP/1.1 200 Established\r\n\r\n")
    name = talk.written(response(200, "CONNECT", "tunnel", flags), False)
    talk.other[name] = asked


def inside(talk, path="/inside", may=""):
    """Exchanges of every kind in a tunnel."""
    how = {"flags": "tunneled", "may": may}
    talk.exchanges(path, 2, **how)
    asked = talk.ask(path + "/head", method="HEAD", **how)
    talk.tell(asked, fields=length(50), **how)
    asked = talk.ask(path + "/post", length(len(SPOOF)), SPOOF, "POST", framing=len(SPOOF), **how)
    talk.tell(asked, body=chunk(FORGED) + LAST, fields=CHUNKED, framing="chunked", **how)
    first, second = talk.ask(path + "/1", cuts=(20,), **how), talk.ask(path + "/2", **how)
    talk.tell(first, 204, fields=b"", cuts=(20,), **how)
    talk.tell(second, body=b"ok\n", **how)


@case("480-http-in-tunnels")
def _(capture):
    for v6 in (False, True):
        talk = Wire(capture, INSIDE + "behind CONNECT", v6=v6)
        connect(talk)
        inside(talk)
        talk.close()
        talk.close(False)
    talk = Wire(capture, INSIDE + "behind a CONNECT that was refused first")
    talk.sends(CONNECT)
    asked = talk.written(request("CONNECT", "case.test:80"), True)
    talk.tell(asked, 407, b"no\n")
    connect(talk)
    inside(talk)
    talk = Wire(capture, INSIDE + "a proxy behind a proxy")
    connect(talk, b"other.test:3128")
    connect(talk, flags="tunneled")
    inside(talk)
    talk = Wire(capture, INSIDE + "the first request in two segments")
    connect(talk)
    asked = talk.ask("/cut", flags="tunneled", cuts=(10,))
    talk.tell(asked, body=b"ok\n", flags="tunneled")
    talk = Wire(capture, INSIDE + "or TLS, with anything in it")
    connect(talk, b"case.test:443")
    talk.sends(HELLO)
    talk.replies(SERVER_HELLO)
    talk.sends(bytes.fromhex("1703030060") + bytes(30), SPOOF)
    talk.replies(bytes.fromhex("1703030060") + bytes(30), FORGED)
    talk = Wire(capture, INSIDE + "or another protocol, whose server speaks first")
    connect(talk, b"case.test:25")
    talk.replies(b"220 case.test ESMTP\r\n")
    talk.sends(b"EHLO case.test\r\n")
    talk.replies(b"250 case.test\r\n")
    talk = Wire(capture, INSIDE + "a ClientHello in the segment behind CONNECT's")
    talk.sends(CONNECT, HELLO)
    asked = talk.written(request("CONNECT", "case.test:80"), True)
    talk.replies(b"HTTP/1.1 200 Established\r\n\r\n")
    talk.other[talk.written(response(200, "CONNECT", "tunnel"), False)] = asked
    talk.replies(SERVER_HELLO)
    talk.sends(SPOOF[:1] + bytes(20), bytes(20))
    talk = Wire(capture, INSIDE + "seconds later, and slow")
    connect(talk)
    capture.wait(15 * SECOND)
    asked = talk.ask("/slow", flags="tunneled")
    capture.wait(12 * SECOND)
    talk.tell(asked, body=b"ok\n", flags="tunneled")
    upgraded = "RFC 9110 section 7.8: what is behind 101 may be HTTP/1 again: "
    talk = Wire(capture, upgraded + "PTTH, the server asks")
    asked = talk.ask("/ptth", b"Connection: upgrade\r\nUpgrade: PTTH/1.0\r\n", method="POST")
    talk.replies(SWITCHED % b"PTTH/1.0")
    talk.other[talk.written(response(101, "POST", "tunnel"), False)] = asked
    for number in range(5):
        asked = talk.ask("/back/%d" % number, method=("GET", "HEAD")[number % 2], from_client=False,
                         flags="tunneled", may="resync")
        talk.tell(asked, body=b"ok\n", from_client=True, flags="tunneled", may="resync")
    talk = Wire(capture, upgraded + "PTTH, the first request in the segment of 101")
    asked = talk.ask("/ptth", b"Connection: upgrade\r\nUpgrade: PTTH/1.0\r\n")
    talk.replies(SWITCHED % b"PTTH/1.0" + SPOOF)
    talk.other[talk.written(response(101, "GET", "tunnel"), False)] = asked
    asked = talk.written(request("GET", "/spoof", flags="tunneled", host="spoof.test", may="resync"), False)
    talk.tell(asked, body=b"ok\n", from_client=True, flags="tunneled", may="resync")
    for number in range(3):
        asked = talk.ask("/back/%d" % number, from_client=False, flags="tunneled", may="resync")
        talk.tell(asked, body=b"ok\n", from_client=True, flags="tunneled", may="resync")
    talk = Wire(capture, upgraded + "the end of the upgrade is missing, the first request in the segment of 101")
    upgrade = b"GET /ptth HTTP/1.1\r\nHost: case.test\r\nConnection: upgrade\r\nUpgrade: PTTH/1.0\r\n\r\n"
    talk.pour(upgrade, True, (40,), {1})
    asked = talk.written(request("GET", "/ptth", flags="incomplete gap answered"), True)
    talk.replies(SWITCHED % b"PTTH/1.0" + SPOOF)
    talk.other[asked] = talk.written(response(101, "", "tunnel", flags="unpaired"), False)
    asked = talk.written(request("GET", "/spoof", flags="tunneled", host="spoof.test", may="resync"), False)
    talk.tell(asked, body=b"ok\n", from_client=True, flags="tunneled", may="resync gap unpaired")
    talk = Wire(capture, upgraded + "roles stay")
    asked = talk.ask("/upgrade", b"Connection: upgrade\r\nUpgrade: case/1\r\n")
    talk.replies(SWITCHED % b"case/1")
    talk.other[talk.written(response(101, "GET", "tunnel"), False)] = asked
    inside(talk, may="resync")
    talk = Wire(capture, "RFC 6455 section 5.2: or frames, with anything in them")
    asked = talk.ask("/socket", b"Connection: upgrade\r\nUpgrade: websocket\r\n")
    talk.replies(SWITCHED % b"websocket")
    talk.other[talk.written(response(101, "GET", "tunnel"), False)] = asked
    masked = bytes([0x81, 0x80 | len(SPOOF), 0, 0, 0, 0]) + SPOOF
    talk.sends(masked, masked + masked[:6], masked[6:])
    talk.replies(bytes([0x81, len(FORGED)]) + FORGED)
    talk.ignores = frozenset(["tunneled"])  # the third begins a segment: at most flagged
    talk = Wire(capture, upgraded + "HTTP/2 in clear")
    asked = talk.ask("/h2c", b"Connection: upgrade\r\nUpgrade: h2c\r\n")
    talk.replies(SWITCHED % b"h2c" + SETTINGS)
    talk.other[talk.written(response(101, "GET", "tunnel"), False)] = asked
    talk.sends(PREFACE + SETTINGS)
    talk.replies(SETTINGS)


OPEN_END = "RFC 9112 section 6.3 (8): without a length until the close, but the next request says otherwise: "


@case("481-no-length")
def _(capture):
    for fields in (b"", b"Transfer-Encoding: identity\r\n", b"Connection: keep-alive\r\n"):
        for body in (b"", b"body", b"b" * 3000, b"line\r\n\r\n" + FORGED[1:]):
            talk = Wire(capture, OPEN_END + "it acknowledges every byte", v6=body == b"body")
            flags = "bad_framing" if b"identity" in fields else ""
            for number in range(2):
                asked = talk.ask("/open/%d" % number)
                cuts = range(60, 60 + len(body) - 30, 1400) if len(body) > 100 else ()
                may = flags + (" resync" if number else "")
                talk.tell(asked, body=body, fields=fields, framing="close", may=may, cuts=cuts)
                asked = talk.ask("/then/%d" % number)
                talk.tell(asked, body=b"ok\n", flags="resync")
            talk.close()
            talk.close(False)
    talk = Wire(capture, OPEN_END + "with every request")
    for number in range(4):
        asked = talk.ask("/%d" % number, method=("GET", "POST")[number % 2])
        flags = "resync" if number else ""
        talk.tell(asked, body=b"body", fields=b"", framing="close", flags=flags)
    talk = Wire(capture, OPEN_END + "answers to HEAD, and 304")
    may = ""
    for method, status in (("HEAD", 200), ("GET", 304), ("HEAD", 200)):
        asked = talk.ask("/open")
        talk.tell(asked, body=b"body", fields=b"", framing="close", may=may)
        asked = talk.ask("/then", method=method)
        talk.tell(asked, status, fields=length(50), flags="resync")
        may = "resync"
    talk = Wire(capture, OPEN_END + "not before: what looks like a head there is body")
    asked = talk.ask("/open")
    talk.tell(asked, body=b"body", fields=b"", framing="close")
    talk.replies(FORGED, FORGED)
    asked = talk.ask("/then")
    talk.tell(asked, body=b"ok\n", flags="resync")
    talk = Wire(capture, OPEN_END + "not every byte acknowledged: found, but flagged")
    asked = talk.ask("/open")
    talk.tell(asked, body=b"body", fields=b"", framing="close")
    asked = talk.ask("/then", acknowledged=talk.sequence[False] - 2)
    talk.tell(asked, body=b"ok\n", flags="resync")
    talk = Wire(capture, "RFC 9112 section 6.3 (8): until the close where no request comes")
    asked = talk.ask("/open")
    talk.tell(asked, body=b"body", fields=b"", framing="close")
    talk.replies(FORGED, FORGED)
    talk.close(False)
