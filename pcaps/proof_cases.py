# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""487 and 488: when it is known again where heads begin, and when they came."""
from case import case
from packets import SECOND
from pcapng import BIG, SIMPLE, Pcapng
from talk import CHUNKED, LAST, SPOOF, chunk, request
from wire import Wire, length

PROOF = "three exchanges in lock-step, each answer acknowledged by the next request, are proof: "


def proven(talk, path="/proof", count=3, more=3):
    talk.exchanges(path, count, flags="resync")
    talk.exchanges(path + "/sure", more)


@case("487-sure-again")
def _(capture):
    for v6 in (False, True):
        talk = Wire(capture, PROOF + "joined midway", midway=True, v6=v6)
        proven(talk)
        talk = Wire(capture, PROOF + "joined at a response", midway=True, v6=v6)
        talk.tell(None, body=b"ok\n", flags="resync unpaired")
        proven(talk)
    talk = Wire(capture, PROOF + "answers of all kinds", midway=True)
    for method, status, fields, body, framing in (
        ("HEAD", 200, length(50), b"", "none"),
        ("POST", 200, CHUNKED, chunk(b"data") + LAST, "chunked"),
        ("GET", 304, b"", b"", "none"),
    ):
        asked = talk.ask("/kinds", method=method, flags="resync")
        talk.tell(asked, status, body, fields, framing, flags="resync")
    talk.exchanges("/sure", 3)
    talk = Wire(capture, PROOF + "long bodies and heads in many segments", midway=True)
    for number in range(5):
        flags = "resync" if number < 3 else ""
        asked = talk.ask("/long/%d" % number, length(3000), b"b" * 3000, "PUT", framing=3000,
                         flags=flags, cuts=(30, 1000, 2000))
        talk.tell(asked, body=b"b" * 3000, flags=flags, cuts=(1000, 2000))
    talk = Wire(capture, PROOF + "joined inside a body", midway=True)
    talk.sends(b"the rest of a body", b"and more of it")
    talk.tell(None, body=b"ok\n", flags="resync unpaired")
    proven(talk)
    talk = Wire(capture, PROOF + "behind an exchange that is missing")
    talk.exchanges("/before", 2)
    talk.ask("/lost", lost=True)
    talk.tell(None, body=b"ok\n", lost=True)
    asked = talk.ask("/behind", flags="resync", may="gap")
    talk.tell(asked, body=b"ok\n", flags="resync", may="gap unpaired")
    talk.exchanges("/behind", 2, flags="resync")
    talk.exchanges("/more", 1, may="resync")
    talk.exchanges("/sure", 2)
    talk = Wire(capture, PROOF + "behind a request that is missing")
    talk.exchanges("/before", 2)
    talk.tell(talk.ask("/lost", lost=True), body=b"ok\n", flags="unpaired", may="resync")
    asked = talk.ask("/behind", flags="resync", may="gap")
    talk.tell(asked, body=b"ok\n", may="resync")
    talk.exchanges("/behind", 1, flags="resync")
    talk.exchanges("/more", 2, may="resync")
    talk.exchanges("/sure", 3)
    talk = Wire(capture, "an upload of stored requests is no proof", midway=True)
    for _ in range(8):
        talk.sends(SPOOF)
        talk.written(request("GET", "/spoof", flags="resync", host="spoof.test"), True)
        talk.acknowledge(False)
    talk = Wire(capture, "requests that do not wait are no proof", midway=True)
    for number in range(6):
        asked = [talk.ask("/%d/%d" % (number, one), flags="resync") for one in range(2)]
        for one in asked:
            talk.tell(one, body=b"ok\n", flags="resync")
    talk = Wire(capture, "requests that do not acknowledge their answers are no proof", midway=True)
    for number in range(6):
        asked = talk.ask("/%d" % number, flags="resync", acknowledged=talk.sequence[False] - (number > 0))
        talk.tell(asked, body=b"ok\n", flags="resync")
    talk = Wire(capture, PROOF + "three in a row, not three in all", midway=True)
    talk.exchanges("/two", 2, flags="resync")
    asked = [talk.ask("/pipelined/%d" % one, flags="resync") for one in range(2)]
    for one in asked:
        talk.tell(one, body=b"ok\n", flags="resync")
    talk.exchanges("/again", 2, flags="resync")
    talk.exchanges("/third", 1, may="resync")
    talk.exchanges("/sure", 3)


@case("488-times-of-pcapng", kind=Pcapng)
def _(capture):
    rule = "pcapng: a simple packet block has no time, so no head in it has a latency"
    capture.section()
    capture.interface(snaplen=65535)
    capture.use(0, SIMPLE)
    talk = Untimed(capture, rule)
    talk.exchanges("/simple", 2, flags="no_time")
    for order, resolution, offset in (("<", 9, 0), (BIG, 9, 3600), (BIG, 6, -3600), ("<", 0x80 | 20, 0)):
        capture.section(order)
        capture.interface(resolution=resolution, offset=offset)
        capture.clock += -capture.clock % (SECOND // 2)
        capture.step = SECOND // 2  # what every resolution can say
        talk = Wire(capture, "pcapng: if_tsresol %d, if_tsoffset %d" % (resolution, offset))
        talk.exchanges("/time", 2)
        talk.close()
        talk.close(False)


class Untimed(Wire):
    """In simple packet blocks, which are of the first interface."""

    def put(self, *arguments):
        use, self.capture.use = self.capture.use, lambda *_: None
        super().put(*arguments)
        self.capture.use = use
