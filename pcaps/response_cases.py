# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about responses whose end depends on the request they answer, and about what holds two
messages of one connection apart."""
from case import case
from talk import (
    CHUNKED,
    FORGED,
    LAST,
    SPOOF,
    Talk,
    answer,
    chunk,
    get,
    length,
    post,
    request,
    response,
)

NO_BODY = "RFC 9112 section 6.3 (1): ends with its head, whatever the fields say: "
INTERIM = "RFC 9110 section 15.2: any number of 1xx come before the final response"
PERSIST = "RFC 9112 section 9.3: whether the connection stays open"


def head(path):
    return b"HEAD %s HTTP/1.1\r\nHost: case.test\r\n\r\n" % path


def status(line, fields=b""):
    return b"HTTP/1.1 %s\r\n%s\r\n" % (line, fields)


@case("428-responses-without-body")
def _(capture):
    for fields in (b"Content-Length: 50\r\n", CHUNKED, b"", b"Content-Length: x\r\n"):
        flags = "bad_framing" if b"x" in fields else ""
        talk = Talk(capture, NO_BODY + "to HEAD")
        talk.sends(head(b"/428"), get(b"/428/then"))
        talk.replies(status(b"200 OK", fields) + answer())
        talk.expect(
            request("HEAD", "/428"),
            request("GET", "/428/then"),
            response(200, "HEAD", "none", flags),
            response(200, "GET", 3),
        )
    for line in (b"204 No Content", b"304 Not Modified"):
        for fields in (b"Content-Length: 50\r\n", CHUNKED, b""):
            talk = Talk(capture, NO_BODY + line.decode())
            talk.sends(get(b"/428") + get(b"/428/then"))
            talk.replies(status(line, fields) + answer())
            talk.expect(
                request("GET", "/428"),
                request("GET", "/428/then"),
                response(int(line[:3]), "GET"),
                response(200, "GET", 3),
            )
    talk = Talk(capture, NO_BODY + "HEAD and GET in turn, all in one segment")
    talk.sends((head(b"/428/head") + get(b"/428/get")) * 3)
    talk.replies((status(b"200 OK", b"Content-Length: 3\r\n") + answer()) * 3)
    for _ in range(3):
        talk.expect(
            request("HEAD", "/428/head"),
            request("GET", "/428/get"),
            response(200, "HEAD"),
            response(200, "GET", 3),
        )
    talk = Talk(capture, "RFC 9110 section 9.1: methods are case-sensitive: head is not HEAD")
    talk.sends(b"head /428/lower HTTP/1.1\r\nHost: case.test\r\n\r\n")
    talk.replies(answer(FORGED), answer())
    talk.expect(request("head", "/428/lower"), response(200, "_OTHER", len(FORGED)))
    talk.expect(response(200, "", 3, "unsolicited"))


@case("429-interim-responses")
def _(capture):
    talk = Talk(capture, INTERIM)
    talk.sends(get(b"/429") + get(b"/429/then"))
    talk.replies(
        status(b"100 Continue")
        + status(b"103 Early Hints", b"Link: </x>\r\n")
        + status(b"102 Processing", b"Content-Length: 50\r\n")
        + status(b"199 Unknown", CHUNKED)
        + answer(),
        status(b"103 Early Hints"),
        answer(),
    )
    talk.expect(request("GET", "/429"), request("GET", "/429/then"))
    talk.expect(*(response(one, "GET") for one in (100, 103, 102, 199)))
    talk.expect(response(200, "GET", 3), response(103, "GET"), response(200, "GET", 3))
    talk = Talk(capture, INTERIM + ", also those to HEAD")
    talk.sends(head(b"/429/head") + get(b"/429/then"))
    talk.replies(status(b"103 Early Hints") + status(b"200 OK", length(FORGED)) + answer())
    talk.expect(
        request("HEAD", "/429/head"),
        request("GET", "/429/then"),
        response(103, "HEAD"),
        response(200, "HEAD"),
        response(200, "GET", 3),
    )
    expect = b"Expect: 100-continue\r\n" + length(SPOOF)
    for interim, what in (
        ([status(b"100 Continue")], "the body comes after 100"),
        ([], "the body comes without 100, too"),
    ):
        talk = Talk(capture, "RFC 9110 section 10.1.1: " + what)
        talk.sends(post(b"/429/expect", expect))
        talk.replies(*interim)
        talk.sends(SPOOF)
        talk.replies(answer())
        talk.sends(get(b"/429/then"))
        talk.replies(answer())
        talk.expect(request("POST", "/429/expect", len(SPOOF)), request("GET", "/429/then"))
        talk.expect(*(response(100, "POST") for _ in interim))
        talk.expect(response(200, "POST", 3), response(200, "GET", 3))
    talk = Talk(capture, "RFC 9110 section 10.1.1: a refusal does not take the body away")
    talk.sends(post(b"/429/refused", expect))
    talk.replies(answer(b"no\n", b"417 Expectation Failed"))
    talk.sends(b"s" * len(SPOOF), get(b"/429/then"))  # 474 has bodies that look like requests
    talk.replies(answer())
    talk.expect(
        request("POST", "/429/refused", len(SPOOF)),
        request("GET", "/429/then"),
        response(417, "POST", 3),
        response(200, "GET", 3),
    )


@case("430-connections-of-http-1.0")
def _(capture):
    old = b"GET %s HTTP/1.0\r\nHost: case.test\r\n%s\r\n"
    keep = b"Connection: keep-alive\r\n"
    talk = Talk(capture, PERSIST + ": with keep-alive and a length")
    talk.sends(old % (b"/430", keep))
    talk.replies(b"HTTP/1.0 200 OK\r\n" + keep + b"Content-Length: 3\r\n\r\nok\n")
    talk.sends(old % (b"/430/then", b""))
    talk.replies(b"HTTP/1.0 200 OK\r\n\r\n" + FORGED, FORGED)
    talk.close(from_client=False)
    talk.expect(
        request("GET", "/430"),
        request("GET", "/430/then"),
        response(200, "GET", 3),
        response(200, "GET", "close"),
    )
    talk = Talk(capture, PERSIST + ": who pipelines after close is followed all the same")
    talk.sends(get(b"/430/close", b"Connection: close\r\n") + get(b"/430/late"))
    talk.replies(answer())
    talk.expect(
        request("GET", "/430/close"), request("GET", "/430/late"), response(200, "GET", 3)
    )
    talk = Talk(capture, "RFC 9112 section 6.3 (4): a coding of HTTP/1.0 is suspicious")
    talk.sends(get(b"/430/coding"))
    talk.replies(b"HTTP/1.0 200 OK\r\n" + CHUNKED + b"\r\n" + chunk(FORGED) + LAST)
    talk.expect(request("GET", "/430/coding"), response(200, "GET", "chunked", "smuggling"))


@case("431-until-close")
def _(capture):
    rule = "RFC 9112 section 6.3 (8), 8: without a length the response lasts until the close"
    for size in (0, 1, 5000):
        talk = Talk(capture, rule)
        talk.sends(get(b"/431"))
        talk.replies(b"HTTP/1.1 200 OK\r\n\r\n" + b"b" * size)
        talk.ignores = frozenset(["resync"])  # 481 has what is found behind such a request
        talk.sends(get(b"/431/late"))
        talk.replies(FORGED)
        talk.close(from_client=False)
        talk.expect(
            request("GET", "/431"), request("GET", "/431/late"), response(200, "GET", "close")
        )
    talk = Talk(capture, "RFC 9112 section 6.3 (7): a request without a length has no body")
    talk.sends(post(b"/431/post", b"") + get(b"/431/then"))
    talk.expect(request("POST", "/431/post"), request("GET", "/431/then"))
    talk = Talk(capture, "RFC 9112 section 8: closed inside a body: what came is a message's")
    talk.sends(post(b"/431/short", b"Content-Length: 500\r\n", SPOOF), SPOOF)
    talk.close()
    talk.expect(request("POST", "/431/short", 500))
    talk = Talk(capture, "RFC 9112 section 8: closed inside a head")
    talk.sends(get(b"/431/cut")[:-4])
    talk.close()
    talk.expect(request("GET", "/431/cut", flags="incomplete"))


@case("432-responses-of-their-own")
def _(capture):
    rule = "RFC 9110 section 15, RFC 9112 section 9.2: a response without a request"
    talk = Talk(capture, rule + ", as servers send before they close an idle connection")
    talk.replies(answer(b"", b"408 Request Timeout"))
    talk.close(from_client=False)
    talk.expect(response(408, "", 0, "unsolicited"))
    talk = Talk(capture, rule + " may be there to be taken for the next one's")
    talk.sends(get(b"/432"))
    talk.replies(answer() + FORGED)
    talk.sends(get(b"/432/then"))
    talk.replies(answer())
    talk.expect(
        request("GET", "/432"),
        request("GET", "/432/then"),
        response(200, "GET", 3),
        response(299, "", 0, "unsolicited"),
        response(200, "GET", 3),  # what it acknowledges tells whose it is
    )
