# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""474 to 477: requests and answers as real clients and servers send them, beside what they should."""
from case import case
from packets import SECOND
from talk import CHUNKED, FORGED, LAST, SPOOF, chunk, request, response
from wire import HELLO, PREFACE, SERVER_HELLO, SETTINGS, Wire, length

EXPECT = b"Expect: 100-continue\r\n"
REFUSED = "RFC 9110 section 10.1.1: a refused Expect: 100-continue: "
BODY = b"b" * 900


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
    for expect, method in ((b"expect: 100-CONTINUE\r\n", "POST"), (b"Expect:100-continue\r\n", "PATCH")):
        talk = Wire(capture, REFUSED + "names and values in any case, other methods")
        asked = talk.ask("/up", expect + length(900), method=method, framing=900)
        talk.tell(asked, 103)
        talk.tell(asked, 401, b"no\n")
        asked = talk.ask("/next", flags="no_body", may="resync")
        talk.tell(asked, body=b"ok\n", may="resync")
    talk = Wire(capture, REFUSED + "joined midway", midway=True)
    asked = talk.ask("/up", EXPECT + length(900), method="PUT", framing=900, flags="resync")
    talk.tell(asked, 401, b"no\n", flags="resync")
    asked = talk.ask("/next", flags="no_body", may="resync")
    talk.tell(asked, body=b"ok\n", may="resync")
    talk = Wire(capture, REFUSED + "the answer has a long body, the next request is long, too")
    asked = talk.ask("/up", EXPECT + length(900), method="PUT", framing=900)
    talk.tell(asked, 500, b"b" * 3000, cuts=(100, 1500))
    asked = talk.ask("/next", b"X: " + b"x" * 2000 + b"\r\n" + length(5), b"hello", "POST", framing=5,
                     flags="no_body", may="resync", cuts=(1400,))
    talk.tell(asked, body=b"ok\n", may="resync")
    talk.exchanges("/then", 2, may="resync")
    talk = Wire(capture, REFUSED + "no body was to come, so nothing is special")
    asked = talk.ask("/up", EXPECT + length(0), method="PUT", framing=0)
    talk.tell(asked, 401, b"no\n")
    talk.exchanges("/then", 2)
    talk = Wire(capture, REFUSED + "and closed")
    refused(talk)
    talk.close(False)
    talk.close()


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
    talk = Wire(capture, CLEAR + "a ClientHello in two segments")
    talk.sends(HELLO[:60], HELLO[60:])
    talk.tell(None, 400, b"no\n", flags="unsolicited", may="resync")
    talk = Wire(capture, CLEAR + "a ClientHello, twice on one connection")
    talk.sends(HELLO)
    talk.tell(None, 400, b"no\n", flags="unsolicited", may="resync")
    talk.sends(HELLO)
    talk.tell(None, 400, b"no\n", flags="unsolicited", may="resync")
    for bytes_ in (b"\x80\x2e\x01\x03\x01" + bytes(43), b"\x03\0\0\x13\x0e\xe0" + bytes(13), b"\0" * 20):
        talk = Wire(capture, CLEAR + "SSL 2, RDP, zeros")
        talk.sends(bytes_)
        talk.tell(None, 400, b"no\n", may="unsolicited unpaired resync")
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
    port = 42000
    for end in ("FIN", "RST", "nothing"):
        for before, behind in ((False, False), (False, True), (True, False), (True, True)):
            talk = Wire(capture, "the mark ends with the connection, also when a SYN was not seen: %s" % end,
                        port=port, midway=before)
            talk.sends(HELLO)
            talk.replies(SERVER_HELLO)
            if end == "FIN":
                talk.close()
                talk.close(False)
            elif end == "RST":
                talk.reset(False)
            capture.wait(30 * SECOND)
            talk = Wire(capture, talk.rule, port=port, midway=behind, numbers=(1 << 30, 3 << 29))
            talk.exchanges("/clear", 2, may="resync" if behind else "")
            port += 1


STRAY = "RFC 9112 section 6.3 (1): a body behind a response that has none is no response: "


def stray_of(size):
    return b"no healthy upstream"[:size]


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
    for method, status, stray, what in (("HEAD", 200, chunk(b"data") + LAST, "a chunked one to HEAD"),
                                        ("GET", 204, LAST, "a chunked one behind 204"),
                                        ("GET", 304, LAST, "a chunked one behind 304")):
        talk = Wire(capture, STRAY + what)
        asked = talk.ask("/chunked", method=method)
        talk.tell(asked, status, fields=CHUNKED, stray=stray)
        asked = talk.ask("/then")
        talk.tell(asked, body=b"ok\n", may="resync")
        talk.exchanges("/more", 3, may="resync")
        talk.exchanges("/sure", 2)
    talk = Wire(capture, STRAY + "with an empty line behind it")
    for number in range(2):
        asked = talk.ask("/1/%d" % number, method="HEAD")
        talk.tell(asked, fields=length(19), stray=stray_of(19) + b"\r\n")
        asked = talk.ask("/2/%d" % number)
        talk.tell(asked, body=b"ok\n", may="resync")
    for size in (19, 300):
        talk = Wire(capture, STRAY + "less of it than was said: the next response begins a segment")
        asked = talk.ask("/less", method="HEAD")
        talk.tell(asked, fields=length(size), stray=stray_of(7))
        asked = talk.ask("/then")
        talk.tell(asked, body=b"b" * 500, may="resync")
        talk.exchanges("/more", 3, may="resync")
        talk.exchanges("/sure", 2)


EMPTY = "RFC 9112 section 2.2: an empty line before a start line is no part of a message: "


@case("477-empty-lines-between")
def _(capture):
    for stray in (b"\n", b"\r\n", b"\r\n\r\n", b"\n\n\n", b"\r\n\n"):
        for wait in (SECOND, 15 * SECOND):
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
        capture.wait(11 * SECOND)
        talk.sends(b"\r\n")
        talk.replies(b"\r\n")
    talk.exchanges("/then", 2, wait=11 * SECOND)
    talk = Wire(capture, EMPTY + "between a request and its answer, which takes a while")
    asked = talk.ask("/slow")
    talk.replies(b"\r\n")
    capture.wait(12 * SECOND)
    talk.tell(asked, body=b"ok\n")
    talk.exchanges("/then", 2)
    talk = Wire(capture, EMPTY + "cut between CR and LF")
    asked = talk.ask("/1")
    talk.tell(asked, body=b"ok\n", stray=b"\r")
    asked = talk.ask("/2")
    capture.wait(SECOND)
    talk.tell(asked, body=b"ok\n", before=b"\n")
    talk.exchanges("/then", 2)
    talk = Wire(capture, EMPTY + "in the segment of the next head, whose rest comes later")
    asked = talk.ask("/1", before=b"\r\n")
    capture.wait(SECOND)
    asked2 = talk.ask("/2", before=b"\r\n\r\n", cuts=(4, 20))
    talk.tell(asked, body=b"ok\n", before=b"\r\n")
    talk.tell(asked2, body=b"ok\n", before=b"\r\n", cuts=(2, 9))
    talk = Wire(capture, EMPTY + "behind the end of a chunked body", v6=True)
    asked = talk.ask("/chunked")
    talk.tell(asked, body=chunk(b"data") + LAST, fields=CHUNKED, framing="chunked", stray=b"\r\n")
    capture.wait(SECOND)
    talk.exchanges("/then", 2, wait=SECOND)
