# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures of request lines that are long, cut, of every form, or no request lines at all."""
from case import case
from talk import SPOOF, Talk, answer, get, pieces, request, response

AFTER = get(b"/after")
TAIL = b"\r\nHost: case.test\r\n\r\n"
FORMS = "RFC 9112 section 3.2: origin, absolute, authority and asterisk form"
METHOD = "RFC 9112 section 3.1: the method is a token and a space follows it"
LINE = "RFC 9112 section 3: method SP target SP version"


def no_head(capture, rule, text):
    """Not the start of a message: only what is found by looking comes after it."""
    talk = Talk(capture, rule)
    talk.sends(text + SPOOF, AFTER)
    talk.expect(request("GET", "/after", flags="resync"))


@case("446-forms-in-a-row")
def _(capture):
    """One behind the other: each has to be understood for the next to be found."""
    talk = Talk(capture, FORMS)
    rows = (
        ("OPTIONS", "*"),
        ("GET", "http://case.test/446?a=b"),
        ("GET", "http://case.test:8080/446"),
        ("GET", "/446//../?q#f"),
        ("OPTIONS", "http://case.test"),
        ("GET", "urn:case:446"),
        ("GET", "*"),
        ("PRI", "/446"),
        ("M-SEARCH", "*"),
        ("X" * 32, "/446"),
    )
    for method, target in rows:
        talk.sends(("%s %s HTTP/1.1" % (method, target)).encode() + TAIL)
    for method, target in rows:
        talk.expect(request(method, target))
    talk = Talk(capture, "RFC 9112 section 2.2: empty lines before a request line are passed over")
    talk.sends(b"\r\n" + AFTER, b"\r\n", AFTER, b"\r", b"\n" + AFTER + b"\r\n", b"\n" + AFTER)
    talk.expect(*[request("GET", "/after")] * 4)


@case("447-no-methods")
def _(capture):
    for method in (
        b"GE(T",
        b"GET,",
        b"G\0T",
        b"G\x7fT",
        b"G\xc9T",
        b"X" * 33,
        b"X" * 5000,
        b'"GET"',
        b"@GET",
        b"",
        b" GET",
    ):
        no_head(capture, METHOD, method + b" /447 HTTP/1.1" + TAIL)
    for line in (
        b"GET\t/447\tHTTP/1.1",
        b"GET\0/447 HTTP/1.1",
        b"GET\n/447 HTTP/1.1",
        b"GET HTTP/1.1 /447",
        b"GET /447 HTTP/11",
        b"GET /447 XHTTP/1.1",
        b"GET /447 HTTP/1.",
        b"GET /447 http/11",
        b"GET /447 HTTP/x",
        b"GET /447 HTTP /1.1",
        b"GET /447 HTTP/1.1\0",
        b"POST /447",
    ):
        no_head(capture, LINE, line + TAIL)
    talk = Talk(capture, "RFC 1945 section 5.1: without a version it is a request of HTTP/0.9")
    talk.sends(b"GET /447HTTP/1.1" + TAIL + SPOOF, AFTER)
    talk.expect(
        request("GET", "/447HTTP/1.1", flags="http09", host=None),
        request("GET", "/after", flags="resync"),
    )


@case("448-long-request-lines")
def _(capture):
    for size, steps in ((8000, 1400), (65535, 32768), (65536, 32768)):
        target = b"/" + b"t" * (size - 1)
        talk = Talk(capture, "RFC 9112 section 3: of any length; that of this one is %d" % size)
        talk.sends(*pieces(b"GET " + target + b" HTTP/1.1" + TAIL + AFTER, steps))
        talk.expect(request("GET", target.decode(), flags="truncated"), request("GET", "/after"))
    talk = Talk(capture, "a request line that goes on in what would be another one")
    talk.sends(b"GET /448/" + b"t" * 1391, SPOOF[4:])
    target = "/448/" + "t" * 1391 + "/spoof"
    talk.expect(request("GET", target, flags="truncated", host="spoof.test"))
    talk = Talk(capture, "a request line of which the end never comes")
    talk.sends(*pieces(b"GET /448/" + b"t" * 5000, 1400))
    talk.close()
    talk.expect(request("GET", "/448/" + "t" * 5000, flags="truncated incomplete", host=None))


@case("449-cut-request-lines")
def _(capture):
    """Everywhere, also in three."""
    text = b"DELETE http://case.test/449?q HTTP/1.1\r\nHost: case.test\r\n\r\n"
    for cut in range(1, 42):
        talk = Talk(capture, LINE + "; cut anywhere")
        talk.sends(text[:cut], text[cut:] + AFTER)
        talk.expect(request("DELETE", "http://case.test/449?q"), request("GET", "/after"))
        talk = Talk(capture, LINE + "; cut twice")
        talk.sends(text[:cut], text[cut : cut + 1], text[cut + 1 :] + AFTER)
        talk.expect(request("DELETE", "http://case.test/449?q"), request("GET", "/after"))
    talk = Talk(capture, "RFC 9112 section 4: status lines, a byte each")
    talk.sends(get(b"/449"))
    talk.replies(*pieces(answer(), 1))
    talk.expect(request("GET", "/449"), response(200, "GET", 3))


@case("450-del")
def _(capture):
    """RFC 9110 section 5.5: a recipient may keep DEL in a value, which is not flagged; in a name it is."""
    rule = "RFC 9110 section 5.5, 5.6.2: DEL may be kept in values; it does not stand in tokens"
    for path, fields, flags in (
        ("/450/name", b"X\x7f: y\r\n", "bad_name"),
        ("/450/value", b"X: \x7fy\r\n", ""),
        ("/450/end", b"X: y\x7f\r\n", ""),
        ("/450/later", b"X: " + b"y" * 2000 + b"\x7f\r\n", ""),
        ("/450/none", b"X: ~\x80\xff~\x7e\r\n", ""),
    ):
        talk = Talk(capture, rule)
        talk.sends(get(path.encode(), fields) + AFTER)
        talk.expect(request("GET", path, flags=flags), request("GET", "/after"))
    talk = Talk(capture, rule)
    talk.sends(b"GET /450/\x7f HTTP/1.1" + TAIL + AFTER)
    talk.expect(request("GET", "/450/\x7f"), request("GET", "/after"))


@case("451-loose-versions")
def _(capture):
    """Where a head is expected they are flagged; where one is looked for they are none."""
    name = "RFC 9112 section 2.3: HTTP is written in capitals, and the version is DIGIT.DIGIT"
    for line, flags in (
        (b"GET /451 http/1.1", "bad_version"),
        (b"GET /451 Http/1.0", "bad_version"),
        (b"GET /451 HTTP/1", "bad_version"),
        (b"GET /451 HTTP/2", "bad_version"),
        (b"GET /451 http/1", "bad_version"),
        (b"GET /451 http/1.1 ", "bad_version bad_target"),
        (b"GET /451  HTTP/1", "bad_version bad_target"),
        (b"GET /451 HTTP/1  ", "bad_version bad_target"),
    ):
        talk = Talk(capture, name)
        talk.sends(line + TAIL + AFTER)
        talk.expect(request("GET", "/451", flags=flags), request("GET", "/after"))
        talk = Talk(capture, name + "; what is looked for has to be right")
        talk.sends(b"GE(T /451" + TAIL, line + TAIL, AFTER)
        talk.expect(request("GET", "/after", flags="resync"))
    talk = Talk(capture, name + "; cut")
    talk.sends(b"GET /451 http/", b"1.1" + TAIL + b"GET /451 HTTP/1", TAIL + AFTER)
    loose = request("GET", "/451", flags="bad_version")
    talk.expect(loose, loose, request("GET", "/after"))
