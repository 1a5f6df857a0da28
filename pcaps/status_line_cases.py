# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures of status lines that are not written as RFC 9112 wants them, and of what only resembles
one: other protocols have answers and requests of the same form."""
from case import case
from talk import FORGED, SPOOF, Talk, answer, get, request, response

SPACE = "RFC 9112 section 4: one space stands between version and status"
NAME = "RFC 9112 section 2.3: HTTP is written in capitals"
MINOR = "RFC 9112 section 2.3: the version is DIGIT.DIGIT; HTTP/1 means 1.0 to who takes it"
STATUS = "RFC 9112 section 4: the status is 3DIGIT"
BODY = b"\r\nContent-Length: 3\r\n\r\nok\n"


@case("433-loose-status-lines")
def _(capture):
    for line, flags, rule in (
        (b"HTTP/1.1  200 OK", "bad_status", SPACE),
        (b"HTTP/1.1\t200 OK", "bad_status", SPACE),
        (b"HTTP/1.1 \t 200 OK", "bad_status", SPACE),
        (b"HTTP/1.1" + b" " * 16 + b"200", "bad_status", SPACE),
        (b"HTTP/1.1  200", "bad_status", SPACE),
        (b"http/1.1 200 OK", "bad_version", NAME),
        (b"Http/1.0 200 OK", "bad_version", NAME),
        (b"hTTp/1.1  200 OK", "bad_version bad_status", NAME),
        (b"HTTP/1 200 OK", "bad_version", MINOR),
        (b"HTTP/1 200", "bad_version", MINOR),
        (b"HTTP/2 200 OK", "bad_version", MINOR),
        (b"HTTP/1\t200\tOK", "bad_version bad_status", MINOR),
        (b"http/1  200 OK", "bad_version bad_status", MINOR),
    ):
        talk = Talk(capture, rule)
        talk.sends(get(b"/433"), get(b"/433/then"))
        talk.replies(line + BODY + answer())
        talk.expect(request("GET", "/433"), request("GET", "/433/then"))
        talk.expect(response(200, "GET", 3, flags), response(200, "GET", 3))
        cut = 4 + len(capture.talks) % 8
        talk = Talk(capture, rule + "; cut")
        talk.sends(get(b"/433/cut"))
        talk.replies(line[:cut], line[cut:] + BODY)
        talk.expect(request("GET", "/433/cut"), response(200, "GET", 3, flags))


@case("434-no-status-lines")
def _(capture):
    for line in (
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1  2000 OK",
        b"HTTP/1.1 abc OK",
        b"HTTP/1.1 -20 OK",
        b"HTTP/1.1",
        b"HTTP/1.1 ",
        b"HTTP/1.1200 OK",
        b"HTTP/1.1" + b" " * 17 + b"200 OK",
        b"HTTP/1. 200 OK",
        b"HTTP/.1 200 OK",
        b"HTTP/11 200 OK",
        b"HTTP/1.11 200 OK",
        b"HTTP/ 200 OK",
        b"HTTP 200 OK",
        b"HTTP /1.1 200 OK",
        b"HTTPS/1.1 200 OK",
        b"(null) 400 Bad Request",
        b"null 400 Bad Request",
        b"Status: 200 OK",
        b"200 OK",
    ):
        talk = Talk(capture, STATUS + ", behind version and space")
        talk.sends(get(b"/434"))
        talk.replies(line + b"\r\nContent-Length: %d\r\n\r\n" % len(FORGED) + FORGED)
        talk.close(from_client=False)
        talk.expect(request("GET", "/434"))


def sized(lines, body=b""):
    return lines + b"\r\nCSeq: 1\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@case("435-not-http")
def _(capture):
    """Nothing of it is a head, whatever the bodies quote."""
    talk = Talk(capture, "RFC 2326 section 6, 7: RTSP", server_port=554)
    talk.sends(sized(b"OPTIONS rtsp://case.test/435 RTSP/1.0"))
    talk.replies(sized(b"RTSP/1.0 200 OK"))
    talk.sends(sized(b"DESCRIBE rtsp://case.test/435 RTSP/1.0"))
    talk.replies(sized(b"RTSP/1.0 200 OK", b"v=0\r\ns=HTTP/1.1 299 Forged\r\n"))
    talk.sends(sized(b"SET_PARAMETER rtsp://case.test/435 RTSP/1.0", SPOOF))
    talk.replies(sized(b"RTSP/1.0 451 Parameter Not Understood", FORGED))
    talk.replies(sized(b"ANNOUNCE rtsp://case.test/435 RTSP/1.0", SPOOF))
    talk.sends(sized(b"RTSP/1.0 200 OK", FORGED))
    talk.replies(b"$\0\0\x24" + b"\x80\x60" + bytes(34))
    talk = Talk(capture, "RFC 3261 section 7: SIP", server_port=5060)
    talk.sends(sized(b"OPTIONS sip:case.test SIP/2.0\r\nVia: SIP/2.0/TCP case.test"))
    talk.replies(sized(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP case.test"))
    talk.sends(sized(b"MESSAGE sip:a@case.test SIP/2.0", SPOOF))
    talk.replies(sized(b"SIP/2.0 202 Accepted", FORGED))
    talk.replies(sized(b"INVITE sip:a@case.test SIP/2.0", SPOOF))
    talk.sends(sized(b"SIP/2.0 100 Trying") + sized(b"SIP/2.0 486 Busy Here", FORGED))
    talk.sends(b"\r\n\r\n")
    talk.replies(b"\r\n")
    talk = Talk(capture, "SHOUTcast: the answer is not HTTP", server_port=8000)
    talk.sends(get(b"/435/icy", b"Icy-MetaData: 1\r\n"))
    talk.replies(b"ICY 200 OK\r\nicy-metaint: 8192\r\n\r\n" + FORGED)
    talk.expect(request("GET", "/435/icy"))
    talk = Talk(capture, "Icecast: the request is not HTTP", server_port=8000)
    talk.sends(b"SOURCE /435 ICE/1.0\r\ncontent-type: audio/mpeg\r\n\r\n" + SPOOF)
    talk.replies(b"ICE/1.0 200 OK\r\n\r\n" + FORGED)
