# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""490: the shortest inputs that showed what was wrong on other people's wires, one a talk."""
from case import case
from packets import RST
from talk import Request, request, response
from wire import Wire

HUGE = 2**63 - 1


def q(path, *fields, m="GET"):
    return ("\r\n".join(["%s %s HTTP/1.1" % (m, path), "Host: a", *fields]) + "\r\n\r\n").encode()


def r(status, body="", *fields):
    fields = fields or ["Content-Length: %d" % len(body)]
    return ("\r\n".join(["HTTP/1.1 %s" % status, *fields]) + "\r\n\r\n" + body).encode()


class Snippet(Wire):
    """A connection between 192.0.2.1 and 192.0.2.2 from its handshake on; times are seconds since
    the packet before."""

    def __init__(self, capture, rule):
        self.last = None
        super().__init__(capture, rule, server="192.0.2.2", numbers=(1001, 5001))

    def say(self, side, bytes_, seconds=0.001, lost=False):
        self.capture.wait(round(seconds * 1000000) - self.capture.step)
        self.send(bytes_, not side, lost=lost)

    def truth(self, *heads):
        """A response answers the request before it, or nobody's."""
        for head in heads:
            name = self.written(head, isinstance(head, Request))
            if isinstance(head, Request):
                self.last = name
            elif head.answers:
                self.other[name] = self.last


def asked(path, method="GET", body="none", flags="", may=""):
    return request(method, path, body, flags, host="a", may=may)


@case("490-snippets")
def _(capture):
    talk = Snippet(capture, "2 requests, 2 answers, paired")
    talk.say(0, q("/up", "Expect: 100-continue", "Content-Length: 900", m="PUT"))
    talk.say(1, r("401 X"))
    talk.say(0, q("/next"))
    talk.say(1, r("200 OK"))
    talk.truth(asked("/up", "PUT", 900), response(401, "PUT", 0))
    talk.truth(asked("/next", flags="no_body", may="resync"), response(200, "GET", 0, may="resync"))

    talk = Snippet(capture, "1 answer")
    talk.say(0, bytes.fromhex("160301000500000000"))
    talk.say(1, r("400 Bad Request"))
    talk.truth(response(400, "", 0, "unsolicited", may="resync"))

    talk = Snippet(capture, "2 answers, paired")
    talk.say(0, q("/1", m="HEAD"))
    talk.say(1, r("503 X", "no healthy upstream"))
    talk.say(0, q("/2"))
    talk.say(1, r("200 OK"))
    talk.truth(asked("/1", "HEAD"), response(503, "HEAD"))
    talk.truth(asked("/2"), response(200, "GET", 0))

    talk = Snippet(capture, "no wrong pair, 10 ms each")
    for i in range(9):
        may = "resync gap" if i > 2 else ""
        talk.say(0, q("/%d" % i), 1, lost=i == 2)
        talk.say(1, r("200 OK", "", "X-N: %d" % i, "Content-Length: 0"), 0.01)
        if i == 2:
            talk.truth(response(200, "", 0, "unpaired", may="resync gap"))
        else:
            talk.truth(asked("/%d" % i, may=may), response(200, "GET", 0, may=may))

    talk = Snippet(capture, "latency 500 ms")
    talk.say(0, q("/1"))
    talk.say(1, r("200 OK") + b"\n")
    talk.say(0, q("/2"), 1)
    talk.say(1, r("200 OK"), 0.5)
    talk.truth(asked("/1"), response(200, "GET", 0), asked("/2"), response(200, "GET", 0))

    talk = Snippet(capture, "1 answer")
    talk.say(0, q("/1"))
    talk.say(1, r("200 OK", "", "Content-Length: %d" % HUGE))
    talk.say(1, r("200 OK", "", "X: in the body", "Content-Length: 0"))
    talk.truth(asked("/1"), response(200, "GET", HUGE))

    talk = Snippet(capture, "answer of GET /slow")
    talk.say(0, b"GET /slow HTTP/1.1\r\nHost: a\r\nX: ")
    talk.say(1, r("408 Request Timeout"), 5)
    talk.written(asked("/slow", flags="incomplete answered", may="timeout"), True)
    talk.written(response(408, "GET", 0, "early"), False)
    talk.other = {(True, 0): (False, 0)}

    talk = Snippet(capture, "1 request, paired")
    text = q("/probe")
    talk.carry(talk.sequence[True], text[:1], True, flags=0x10)
    talk.say(0, text, 12)
    talk.say(1, r("200 OK"))
    talk.truth(asked("/probe"), response(200, "GET", 0))

    talk = Snippet(capture, "paired")
    talk.say(0, q("/1"))
    talk.send(b"", True, flags=RST)
    talk.say(1, r("200 OK"))
    talk.truth(asked("/1"), response(200, "GET", 0))
