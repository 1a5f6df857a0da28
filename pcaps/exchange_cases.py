# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""474 to 480: requests and answers as real clients and servers send them, beside what they should."""
from case import case
from talk import CHUNKED, FORGED, LAST, SPOOF, chunk, request, response
from wire import Wire

SECONDS = 1000000  # the clock counts microseconds
EXPECT = b"Expect: 100-continue\r\n"
REFUSED = "RFC 9110 section 10.1.1: a refused Expect: 100-continue: "
BODY = b"b" * 900


def length(size):
    return b"Content-Length: %d\r\n" % size


def refused(talk, path="/up", status=401, size=900, fields=None, **how):
    """A PUT whose body waits, and the answer that makes it unnecessary."""
    fields, framing = (length(size), size) if fields is None else (fields, "chunked")
    asked = talk.ask(path, EXPECT + fields, method="PUT", framing=framing, **how)
    return asked, talk.tell(asked, status, b"no\n", may="resync" if how.get("may") else "")


@case("474-refused-expect")
def _(capture):
    for status in (401, 413, 417, 307, 500, 200):
        for fields in (None, CHUNKED):
            talk = Wire(capture, REFUSED + "the next request comes at once", v6=status == 413)
            refused(talk, status=status, fields=fields)
            asked = talk.ask("/next", flags="no_body", may="resync")
            talk.tell(asked, body=b"ok\n", may="resync")
            talk.exchanges("/then", 5, may="resync")
    for size in (10, 41, 100000):
        talk = Wire(capture, REFUSED + "of whatever length")
        refused(talk, size=size)
        asked = talk.ask("/next", flags="no_body", may="resync")
        talk.tell(asked, body=b"ok\n", may="resync")
        talk.exchanges("/then", 2, may="resync")
    talk = Wire(capture, REFUSED + "two requests follow in one segment")
    refused(talk)
    texts = [b"GET /%s HTTP/1.1\r\nHost: case.test\r\n\r\n" % name for name in (b"a", b"b")]
    talk.sends(b"".join(texts))
    first = talk.written(request("GET", "/a", flags="no_body", may="resync"), True)
    second = talk.written(request("GET", "/b", may="resync"), True)
    talk.tell(first, body=b"ok\n", may="resync")
    talk.tell(second, body=b"ok\n", may="resync")
    talk = Wire(capture, REFUSED + "the next head in two segments")
    refused(talk)
    asked = talk.ask("/next", flags="no_body", may="resync", cuts=(25,))
    talk.tell(asked, body=b"ok\n", may="resync")
    talk = Wire(capture, REFUSED + "twice, then with credentials and a body (curl --anyauth)")
    refused(talk)
    asked = talk.ask("/up", EXPECT + length(900) + b"Authorization: a\r\n", method="PUT", framing=900,
                     flags="no_body", may="resync")
    talk.tell(asked, 100, may="resync")
    talk.sends(SPOOF + BODY[len(SPOOF) :])
    talk.tell(asked, 201, may="resync")
    talk.exchanges("/then", 2, may="resync")
    talk = Wire(capture, REFUSED + "three times in a row")
    refused(talk)
    refused(talk, "/up/2", 403, flags="no_body", may="resync")
    refused(talk, "/up/3", 403, flags="no_body", may="resync")
    for body, what in ((BODY, ""), (b"GET \r\n" + BODY[6:], ", which begins like a request"),
                       (b"\r\n" + BODY[2:], ", which begins with an empty line"),
                       (b"POST of mine, nothing else\r\n\r\n" + BODY[30:], ", which is no request line")):
        talk = Wire(capture, REFUSED + "the body comes all the same" + what)
        asked, _ = refused(talk)
        talk.sends(body[:500], SPOOF + body[500 + len(SPOOF) :])
        talk.exchanges("/then", 2)
    talk = Wire(capture, REFUSED + "the chunked body comes all the same")
    refused(talk, fields=CHUNKED)
    talk.sends(chunk(b"data"), chunk(SPOOF) + LAST)
    talk.exchanges("/then", 2)
    talk = Wire(capture, REFUSED + "what looks like a request there is one, and flagged")
    refused(talk, size=len(SPOOF))
    talk.sends(SPOOF)
    talk.written(request("GET", "/spoof", flags="no_body", host="spoof.test", may="resync"), True)
    talk = Wire(capture, REFUSED + "after a part of the body the rest is body")
    asked = talk.ask("/up", EXPECT + length(900), method="PUT", framing=900)
    talk.sends(BODY[:100])
    talk.tell(asked, 413, b"no\n")
    talk.sends(SPOOF + BODY[100 + len(SPOOF) :])
    talk.exchanges("/then", 2)
    talk = Wire(capture, REFUSED + "not before the final answer")
    asked = talk.ask("/up", EXPECT + length(900), method="PUT", framing=900)
    talk.tell(asked, 100)
    talk.sends(SPOOF + BODY[len(SPOOF) :])
    talk.tell(asked, 201)
    talk.exchanges("/then", 2)
    talk = Wire(capture, "RFC 9112 section 9.3: without Expect an early answer leaves the body where it is")
    asked = talk.ask("/up", length(900), method="PUT", framing=900)
    talk.tell(asked, 413, b"no\n")
    talk.sends(SPOOF + BODY[len(SPOOF) :])
    talk.exchanges("/then", 2)
    talk = Wire(capture, REFUSED + "and closed")
    refused(talk)
    talk.close(False)
    talk.close()


HELLO = bytes.fromhex("1603010085010000810303") + bytes(range(96)) + bytes(27)
SERVER_HELLO = bytes.fromhex("160303003d020000390303") + bytes(range(56))
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = bytes.fromhex("000000040000000000")
CLEAR = "RFC 9112 section 2.2: a server answers 400 to what is no request: "


@case("475-answers-in-clear")
def _(capture):
    for bytes_, status, what in (
        (HELLO, 400, "a ClientHello"),
        (bytes.fromhex("160301000500000000"), 400, "a short ClientHello"),
        (PREFACE, 505, "an HTTP/2 preface"),
        (PREFACE + SETTINGS, 400, "a preface and settings"),
    ):
        for cuts in ((), (20,)):
            for midway in (False, True):
                talk = Wire(capture, CLEAR + what, v6=bool(cuts), midway=midway)
                talk.sends(bytes_)
                may = "resync unpaired unsolicited" if midway else "resync"
                talk.tell(None, status, b"<html>no</html>\n", flags="" if midway else "unsolicited",
                          may=may, cuts=cuts)
                talk.close(False)
                talk.sends(bytes.fromhex("15030100020230"))
                talk.close()
    talk = Wire(capture, CLEAR + "settings come in a segment of their own")
    talk.sends(PREFACE, SETTINGS)
    talk.tell(None, 400, flags="unsolicited", may="resync")
    talk.close(False)
    talk = Wire(capture, "TLS both ways: nothing in it is a head")
    talk.sends(HELLO)
    talk.replies(SERVER_HELLO)
    talk.sends(SPOOF, bytes.fromhex("1703030010") + bytes(16))
    talk.replies(FORGED, bytes.fromhex("1703030010") + bytes(16))
    talk = Wire(capture, "HTTP/2 both ways: nothing in it is a head")
    talk.sends(PREFACE + SETTINGS)
    talk.replies(SETTINGS)
    talk.sends(SPOOF)
    talk.replies(FORGED)
    for midway in (False, True):
        talk = Wire(capture, "the mark ends with the connection, also when its SYN was not seen",
                    port=42000 + midway, midway=True)
        talk.sends(HELLO)
        talk.replies(SERVER_HELLO)
        talk.close()
        talk.close(False)
        talk = Wire(capture, talk.rule, port=42000 + midway, midway=midway, numbers=(1 << 30, 3 << 29))
        may = "resync" if midway else ""
        talk.exchanges("/clear", 2, may=may)


STRAY = "RFC 9112 section 6.3 (1): a body behind a response that has none is no response: "


@case("476-stray-bytes")
def _(capture):
    for method, status, what in (
        ("HEAD", 503, "to HEAD"),
        ("HEAD", 200, "to HEAD"),
        ("GET", 304, "304"),
        ("GET", 204, "204 (uwsgi)"),
    ):
        for stray in (b"no healthy upstream", b"{}", b"<html>\n<p>no</p>\n</html>\n", b"x" + FORGED,
                      b"x" * 64, b"y" * 5000):
            talk = Wire(capture, STRAY + what + ", %d bytes in a segment with it" % len(stray))
            for number in range(2):
                asked = talk.ask("/none/%d" % number, method=method)
                talk.tell(asked, status, fields=length(len(stray)), stray=stray)
                asked = talk.ask("/then/%d" % number)
                talk.tell(asked, body=b"ok\n")
    for cut in (1, 19, 10):
        talk = Wire(capture, STRAY + "in segments of their own", v6=True)
        asked = talk.ask("/none", method="HEAD")
        talk.tell(asked, fields=length(19))
        talk.replies(*(part for part in (b"no healthy upstream"[:cut], b"no healthy upstream"[cut:]) if part))
        talk.exchanges("/then", 2)
    talk = Wire(capture, STRAY + "the next response is in the same segment")
    first, second, third = (talk.ask("/%d" % number, method=method)
                            for number, method in enumerate(("HEAD", "GET", "GET")))
    stray = b"no healthy upstream"
    head = b"HTTP/1.1 200 Status\r\nContent-Length: %d\r\n\r\n"
    talk.replies(head % 19 + stray + head % 3 + b"ok\n" + head % 0)
    for asked, framing in ((first, "none"), (second, 3), (third, 0)):
        name = talk.written(response(200, talk.head(asked).method, framing), False)
        talk.other[name] = asked
    talk = Wire(capture, STRAY + "the next response begins in the segment it ends in")
    first, second = talk.ask("/1", method="HEAD"), talk.ask("/2")
    talk.tell(first, fields=length(19), stray=stray[:7])
    talk.tell(second, body=b"ok\n", before=stray[7:])
    talk.exchanges("/then", 2)
    talk = Wire(capture, "RFC 9112 section 6.3 (1): where a response begins there is no stray byte, "
                "whatever length was said and whatever stands behind it")
    first, second, third = talk.ask("/1", method="HEAD"), talk.ask("/2"), talk.ask("/3")
    size = len(head % 3 + b"ok\n")
    talk.replies(head % size + head % 3 + b"ok\n" + head % 0)
    for asked, framing in ((first, "none"), (second, 3), (third, 0)):
        name = talk.written(response(200, talk.head(asked).method, framing), False)
        talk.other[name] = asked
    for number in (1, 2, 10, 63, 64):
        talk = Wire(capture, "a length that is %d too short: the next response begins a segment" % number)
        asked = talk.ask("/short")
        talk.tell(asked, body=b"ok\n", stray=b"x" * number)
        asked = talk.ask("/then")
        talk.tell(asked, body=b"ok\n", flags="resync")
        talk.exchanges("/more", 3, may="resync")
        talk.exchanges("/sure", 2)
        talk = Wire(capture, "as many bytes in a segment of their own")
        asked = talk.ask("/short")
        talk.tell(asked, body=b"ok\n")
        talk.replies(b"y" * number)
        asked = talk.ask("/then")
        talk.tell(asked, body=b"ok\n", flags="resync")
        talk.exchanges("/more", 3, may="resync")
        talk.exchanges("/sure", 2)
    talk = Wire(capture, "a request's length that is one too short: the next request begins a segment")
    asked = talk.ask("/short", length(3), b"abc}", "POST", framing=3)
    talk.tell(asked, body=b"ok\n")
    asked = talk.ask("/then", flags="resync")
    talk.tell(asked, body=b"ok\n", may="resync")
    talk.exchanges("/more", 3, may="resync")
    talk = Wire(capture, STRAY + "a chunked one to HEAD")
    asked = talk.ask("/chunked", method="HEAD")
    talk.tell(asked, fields=CHUNKED, stray=chunk(b"data") + LAST)
    asked = talk.ask("/then")
    talk.tell(asked, body=b"ok\n", may="resync")
    talk.exchanges("/more", 3, may="resync")
    talk.exchanges("/sure", 2)


EMPTY = "RFC 9112 section 2.2: an empty line before a start line is no part of a message: "


@case("477-empty-lines-between")
def _(capture):
    for stray in (b"\n", b"\r\n", b"\r\n\r\n", b"\n\n\n", b"\r\n\n"):
        for wait in (SECONDS, 15 * SECONDS):
            talk = Wire(capture, EMPTY + "behind a response")
            for number in range(2):
                asked = talk.ask("/%d" % number)
                talk.tell(asked, body=b"ok\n", stray=stray)
                capture.wait(wait)
                asked = talk.ask("/then/%d" % number)
                capture.wait(wait // 2)
                talk.tell(asked, body=b"ok\n")
            talk = Wire(capture, EMPTY + "behind a request's body (old browsers)")
            for number in range(2):
                asked = talk.ask("/post/%d" % number, length(4), b"data" + stray, "POST", framing=4)
                capture.wait(wait)
                talk.tell(asked, body=b"ok\n")
                capture.wait(wait)
    talk = Wire(capture, EMPTY + "in segments of their own, to keep the connection")
    for number in range(3):
        capture.wait(11 * SECONDS)
        talk.sends(b"\r\n")
        talk.replies(b"\r\n")
    talk.exchanges("/then", 2, wait=11 * SECONDS)
    talk = Wire(capture, EMPTY + "between a request and its answer, which takes a while")
    asked = talk.ask("/slow")
    talk.replies(b"\r\n")
    capture.wait(12 * SECONDS)
    talk.tell(asked, body=b"ok\n")
    talk.exchanges("/then", 2)
    talk = Wire(capture, EMPTY + "cut between CR and LF")
    asked = talk.ask("/1")
    talk.tell(asked, body=b"ok\n", stray=b"\r")
    asked = talk.ask("/2")
    capture.wait(SECONDS)
    talk.tell(asked, body=b"ok\n", before=b"\n")
    talk.exchanges("/then", 2)
    talk = Wire(capture, EMPTY + "in the segment of the next head, whose rest comes later")
    asked = talk.ask("/1", before=b"\r\n")
    capture.wait(SECONDS)
    asked2 = talk.ask("/2", before=b"\r\n\r\n", cuts=(4, 20))
    talk.tell(asked, body=b"ok\n", before=b"\r\n")
    talk.tell(asked2, body=b"ok\n", before=b"\r\n", cuts=(2, 9))
    talk = Wire(capture, EMPTY + "behind the end of a chunked body", v6=True)
    asked = talk.ask("/chunked")
    talk.tell(asked, body=chunk(b"data") + LAST, fields=CHUNKED, framing="chunked", stray=b"\r\n")
    capture.wait(SECONDS)
    talk.exchanges("/then", 2, wait=SECONDS)


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
            capture.wait(5 * SECONDS)
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
    capture.wait(5 * SECONDS)
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
    talk = Wire(capture, EARLY + "the answer in two segments", v6=True)
    asked = begun(talk, "/slow", b"X: ")
    talk.tell(asked, 408, b"no\n", early=True, cuts=(30,))
    talk.close(False)
    talk.close()


RESET = "RFC 9293 section 3.10.7.4: the client's RST crosses the answer: "


@case("479-reset")
def _(capture):
    for flags, what in ((4, "RST"), (0x14, "RST and ACK")):
        talk = Wire(capture, RESET + what)
        asked = talk.ask("/1")
        talk.send(b"", True, flags=flags)
        talk.tell(asked, body=b"ok\n")
    talk = Wire(capture, RESET + "a second later, after an interim one")
    asked = talk.ask("/1")
    talk.reset()
    talk.tell(asked, 103)
    capture.wait(SECONDS)
    talk.tell(asked, body=b"ok\n")
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
    capture.wait(SECONDS)
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
    upgraded = "RFC 9110 section 7.8: what is behind 101 may be HTTP/1 again: "
    talk = Wire(capture, upgraded + "PTTH, the server asks")
    asked = talk.ask("/ptth", b"Connection: upgrade\r\nUpgrade: PTTH/1.0\r\n", method="POST")
    talk.replies(SWITCHED % b"PTTH/1.0")
    talk.other[talk.written(response(101, "POST", "tunnel"), False)] = asked
    for number in range(5):
        asked = talk.ask("/back/%d" % number, method=("GET", "HEAD")[number % 2], from_client=False,
                         flags="tunneled", may="resync")
        talk.tell(asked, body=b"ok\n", from_client=True, flags="tunneled", may="resync")
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
                talk.tell(asked, body=body, fields=fields, framing="close", may=flags, cuts=cuts)
                asked = talk.ask("/then/%d" % number)
                talk.tell(asked, body=b"ok\n")
            talk.close()
            talk.close(False)
    talk = Wire(capture, OPEN_END + "with every request")
    for number in range(4):
        asked = talk.ask("/%d" % number, method=("GET", "POST")[number % 2])
        talk.tell(asked, body=b"body", fields=b"", framing="close")
    talk = Wire(capture, OPEN_END + "answers to HEAD, and 304")
    for method, status in (("HEAD", 200), ("GET", 304), ("HEAD", 200)):
        asked = talk.ask("/open")
        talk.tell(asked, body=b"body", fields=b"", framing="close")
        asked = talk.ask("/then", method=method)
        talk.tell(asked, status, fields=length(50))
    talk = Wire(capture, OPEN_END + "not before: what looks like a head there is body")
    asked = talk.ask("/open")
    talk.tell(asked, body=b"body", fields=b"", framing="close")
    talk.replies(FORGED, FORGED)
    asked = talk.ask("/then")
    talk.tell(asked, body=b"ok\n")
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
