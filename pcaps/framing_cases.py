# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about what says how long a body is, and about what only seems to say it. Behind a head
whose framing is not valid nobody can know where the next one begins: what is found later is found
by looking for it, and flagged resync."""
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
    post,
    request,
    response,
)

BEHIND = get(b"/behind")
AFTER = get(b"/after")
INVALID = "bad_framing"
SAME = "RFC 9112 section 6.3 (5): equal lengths may be taken for one; they are suspicious"
LIST = "RFC 9110 section 8.6: a list of one length may be taken for it; it is suspicious"
NUMBER = "RFC 9110 section 8.6: Content-Length is 1*DIGIT"
LARGE = "RFC 9110 section 8.6: of any size, also one that no integer holds: the body has no end"
MOST = 2**64 - 1
FINAL = "RFC 9112 section 6.3 (4): the final coding of a request has to be chunked"
BOTH = "RFC 9112 section 6.3 (3): Transfer-Encoding overrides Content-Length, and is suspicious"


def framed(capture, rule, fields, body, framing, flags="", behind="", version=b"1.1"):
    """A POST and a GET in one segment, another GET in the next. Where the framing is not valid only
    the last one can be found."""
    path = b"/%d" % len(capture.talks)
    talk = Talk(capture, rule)
    talk.sends(post(path, fields, body, version=version) + BEHIND, AFTER)
    talk.expect(request("POST", path.decode(), framing, flags))
    if framing == "invalid":
        talk.expect(request("GET", "/after", flags="resync"))
    elif framing in ("none", "chunked") or framing < 2**32:
        talk.expect(request("GET", "/behind", flags=behind), request("GET", "/after"))


@case("420-content-length")
def _(capture):
    for value, rule in (
        (b"5", NUMBER),
        (b"05", NUMBER),
        (b"\t5 ", "RFC 9112 section 5.1: white space around a value is not part of it"),
        (b"000000000000000000000000000005", NUMBER),
        (b"0" * 63 + b"5", NUMBER),
    ):
        framed(capture, rule, b"Content-Length: %s\r\n" % value, b"hello", 5)
    for value in (
        b"+5",
        b"-5",
        b"0x5",
        b"5 5",
        b"5;5",
        b"5.0",
        b"5e0",
        b"'5'",
        b'"5"',
        b"",
        b"\xd9\xa5",
        b"0" * 64 + b"5",
        b"9" * 20 + b"x",
    ):
        flags = INVALID + (" smuggling" if b"99" in value else "")
        framed(capture, NUMBER, b"Content-Length: %s\r\n" % value, b"hello", "invalid", flags)
    for value in (2**32, 2**63 - 1, 2**63, 9999999999999999999, MOST):
        framed(capture, LARGE, b"Content-Length: %d\r\n" % value, b"hello", value)
    framed(capture, LARGE, b"Content-Length: %064d\r\n" % MOST, b"hello", MOST)
    for value in (MOST + 1, MOST + 6, 10 * MOST, 10**20 - 1, 10**64 + 5, 10**301 + 5):
        framed(capture, LARGE, b"Content-Length: %d\r\n" % value, b"hello", MOST, "smuggling")
    for value in (b"5,5", b"5, 5", b"5 ,\t5", b"5,05", b"5, 5, 5", b"5" + b",5" * 31):
        framed(capture, LIST, b"Content-Length: %s\r\n" % value, b"hello", 5, "smuggling")
    bad = INVALID + " smuggling"
    for value in (b"5,6", b"5, 5, 6", b"5,", b",5", b",", b"5,,5", b"5,x", b"5,5 5"):
        framed(capture, LIST, b"Content-Length: %s\r\n" % value, b"hello", "invalid", bad)
    framed(capture, LIST, b"Content-Length: 5" + b",5" * 32 + b"\r\n", b"hello", "invalid", bad)
    framed(capture, NUMBER, b"Content-Length: 5\0\r\n", b"hello", "invalid", INVALID + " bad_value")
    for values in ((b"5", b"5"), (b"5", b"005"), (b"5, 5", b"5")):
        fields = b"Content-Length: %s\r\ncontent-length: %s\r\n" % values
        framed(capture, SAME, fields, b"hello", 5, "smuggling")
    for values in ((b"5", b"6"), (b"5", b"0"), (b"x", b"5"), (b"5", b"x"), (b"", b"5")):
        framed(
            capture,
            "RFC 9112 section 6.3 (5): different lengths are an unrecoverable error",
            b"Content-Length: %s\r\nX: y\r\nContent-Length: %s\r\n" % values,
            b"hello",
            "invalid",
            INVALID + " smuggling",
        )


@case("421-transfer-encoding")
def _(capture):
    body = chunk(b"hello") + LAST
    for value, rule in (
        (b"chunked", FINAL),
        (b"CHUNKED", "RFC 9112 section 7: names of codings are case-insensitive"),
        (b"gzip, chunked", FINAL),
        (b"gzip,chunked", FINAL),
        (b"gzip;q=1 ,\t chunked \t", FINAL),
    ):
        framed(capture, rule, b"Transfer-Encoding: %s\r\n" % value, body, "chunked")
    framed(capture, FINAL, b"Transfer-Encoding: gzip\r\n" + CHUNKED, body, "chunked")
    once = "RFC 9112 section 6.1: chunked is applied once"
    framed(capture, once, b"Transfer-Encoding: chunked, chunked\r\n", body, "chunked", "smuggling")
    framed(
        capture, once, b"Transfer-Encoding: chunked,gzip,chunked\r\n", body, "chunked", "smuggling"
    )
    framed(capture, once, CHUNKED * 2, body, "chunked", "smuggling")
    for fields in (
        CHUNKED + b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: chunked chunked\r\n",
    ):
        framed(capture, FINAL, fields, body, "invalid", INVALID + " smuggling")
    for value in (
        b"chunked,",
        b"chunked, identity",
        b"chunked,gzip",
        b"identity",
        b"gzip",
        b"xchunked",
        b"x-chunked",
        b"x chunked",
        b"chunkedx",
        b"chunk",
        b"chunked;q=1",
        b'"chunked"',
        b"",
        b"chunked" + b"\xc2\xa0",
        b"x" * 100 + b", chunked",
    ):
        framed(capture, FINAL, b"Transfer-Encoding: %s\r\n" % value, body, "invalid", INVALID)
    for value in (b"\x0bchunked", b"chunked\0", b"\x7fchunked"):
        framed(
            capture,
            FINAL,
            b"Transfer-Encoding: %s\r\n" % value,
            body,
            "invalid",
            INVALID + ("" if b"\x7f" in value else " bad_value"),
        )
    framed(
        capture,
        "RFC 9112 section 6.1: in HTTP/1.0 it is faulty framing",
        CHUNKED,
        body,
        "chunked",
        "smuggling",
        version=b"1.0",
    )


@case("422-length-and-coding")
def _(capture):
    body = chunk(SPOOF) + LAST
    for fields in (
        b"Content-Length: 5\r\n" + CHUNKED,
        CHUNKED + b"Content-Length: 5\r\n",
        b"Content-Length: %d\r\n" % len(body) + CHUNKED,
        CHUNKED + b"Content-Length: 0\r\n",
    ):
        framed(capture, BOTH, fields, body, "chunked", "smuggling")
    framed(
        capture,
        BOTH,
        b"Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
        b"hello",
        "invalid",
        INVALID + " smuggling",
    )
    framed(
        capture,
        BOTH,
        b"Content-Length: x\r\n" + CHUNKED,
        body,
        "invalid",
        INVALID + " smuggling",
    )
    for fields, framing, flags in (
        (b"Content-Length: 5\r\n" + CHUNKED, "chunked", "smuggling"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", "invalid", INVALID + " smuggling"),
        (b"Content-Length: 5, 6\r\n", "invalid", INVALID + " smuggling"),
        (b"Content-Length: 5, 5\r\n", 5, "smuggling"),
        (b"Content-Length: %d\r\n" % MOST, MOST, ""),
    ):
        talk = Talk(capture, "RFC 9112 section 6.3: the same in a response")
        talk.sends(get(b"/422") * 2)
        talk.replies(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n" + chunk(FORGED) + LAST + answer())
        talk.expect(request("GET", "/422"), request("GET", "/422"))
        talk.expect(response(200, "GET", framing, flags))
        if framing == "chunked":
            talk.expect(response(200, "GET", 3))


@case("423-framing-folded")
def _(capture):
    """RFC 9112 section 5.2: a fold is white space in the value."""
    fold = "RFC 9112 section 5.2: obs-fold is replaced by spaces"
    body = chunk(b"hello") + LAST
    framed(capture, fold, b"Content-Length:\r\n 5\r\n", b"hello", 5, "obs_fold")
    framed(capture, fold, b"Content-Length: 5\r\n \r\n", b"hello", 5, "obs_fold")
    bad = INVALID + " obs_fold"
    framed(capture, fold, b"Content-Length: 5\r\n 5\r\n", b"hello", "invalid", bad)
    framed(capture, fold, b"Content-Length: 1\r\n\t5\r\n", b"hello", "invalid", bad)
    same = "obs_fold smuggling"
    framed(capture, fold, b"Content-Length: 5\r\n , 5\r\n", b"hello", 5, same)
    framed(capture, fold, b"Transfer-Encoding:\r\n chunked\r\n", body, "chunked", "obs_fold")
    framed(capture, fold, b"Transfer-Encoding: gzip,\r\n chunked\r\n", body, "chunked", "obs_fold")
    framed(capture, fold, b"Transfer-Encoding: chun\r\n ked\r\n", body, "invalid", bad)
    framed(capture, fold, b"Transfer-Encoding: chunked\r\n x\r\n", body, "invalid", bad)
    framed(capture, fold, b"Transfer-Encoding: x\r\n chunked\r\n", body, "invalid", bad)
    framed(capture, fold, b"X: y\r\n Content-Length: 50\r\n", b"", "none", "obs_fold")
    framed(capture, fold, b"X: y\r\n Transfer-Encoding: chunked\r\n", b"", "none", "obs_fold")


@case("424-line-ends")
def _(capture):
    line = "RFC 9112 section 2.2: a line may end in LF alone, a CR alone ends none"
    body = chunk(b"hello") + LAST
    framed(capture, line, b"Content-Length: 5\n", b"hello", 5, "bare_lf")
    framed(capture, line, b"X: y\nContent-Length: 5\r\n", b"hello", 5, "bare_lf")
    framed(capture, line, b"X: y\n" + CHUNKED, body, "chunked", "bare_lf")
    framed(capture, line, b"X: y\rContent-Length: 50\r\n", b"", "none", "bare_cr")
    framed(capture, line, b"X: y\r\r\nContent-Length: 5\r\n", b"hello", 5, "bare_cr")
    framed(capture, line, b"Content-Length: 5\r\r\n", b"hello", "invalid", INVALID + " bare_cr")
    framed(capture, line, b"Content-Length: 5\r5\r\n", b"hello", "invalid", INVALID + " bare_cr")
    bad = INVALID + " bare_cr"
    framed(capture, line, b"Transfer-Encoding: \rchunked\r\n", body, "invalid", bad)
    talk = Talk(capture, line + ": the empty line, too")
    talk.sends(b"POST /424/empty HTTP/1.1\nHost: case.test\nContent-Length: 5\n\nhello" + BEHIND)
    talk.sends(b"GET /424/cr HTTP/1.1\r\nHost: case.test\r\n\r" + b"X: y\r\n\r\n" + AFTER)
    talk.expect(
        request("POST", "/424/empty", 5, "bare_lf"),
        request("GET", "/behind"),
        request("GET", "/424/cr", flags="bare_cr bad_name"),
        request("GET", "/after"),
    )
    nul = "RFC 9112 section 2.2, RFC 9110 section 5.5: NUL ends nothing"
    framed(capture, nul, b"X: y\0\r\nContent-Length: 5\r\n", b"hello", 5, "bad_value")
    framed(capture, nul, b"X: y\0Content-Length: 50\r\n", b"", "none", "bad_value")
    framed(capture, nul, b"\0Content-Length: 50\r\n", b"", "none", "bad_name bad_value")


CHUNK = "RFC 9112 section 7.1: chunk-size is 1*HEXDIG, and CR LF ends it and the data"


def chunked(capture, rule, body, valid, behind=""):
    """Where the chunks are wrong nobody knows where the next head begins."""
    path = b"/%d" % len(capture.talks)
    talk = Talk(capture, rule)
    talk.sends(post(path, CHUNKED, body) + BEHIND, AFTER)
    talk.expect(request("POST", path.decode(), "chunked"))
    if valid:
        talk.expect(request("GET", "/behind", flags=behind), request("GET", "/after"))
    else:
        talk.expect(request("GET", "/after", flags="resync"))


@case("425-chunk-sizes")
def _(capture):
    zeros = (b"0005", b"0" * 15 + b"5", b"0" * 16 + b"5", b"0" * 300 + b"5", b"0" * 3000 + b"5")
    for size in (b"5", *zeros, b"5;x", b"5 ;x", b"5;x=y;z", b"5\t; x = y"):
        chunked(capture, CHUNK, size + b"\r\nhello\r\n" + LAST, True)
    for digits in (b"a", b"A"):
        chunked(capture, CHUNK, digits + b"\r\n0123456789\r\n000\r\n\r\n", True)
    chunked(capture, CHUNK, b"5\r\nhello\r\n" + b"0" * 40 + b"\r\n\r\n", True)
    for size in (
        b"-5",
        b"+5",
        b"0x5",
        b" 5",
        b"5x",
        b"5 5",
        b"5 x",
        b"5\x0b",
        b"5\0",
        b"5,5",
        b"",
        b";x",
        b"g",
        b"'5'",
        b"10000000000000005",
        b"0000010000000000000005",
        b"ffffffffffffffffffff5",
        b"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff5",
        b"-0",
    ):
        chunked(capture, CHUNK, size + b"\r\nhello\r\n" + LAST, False)
    for body in (
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhelloX\r\n0\r\n\r\n",
        b"5\r\nhello\r\r\n0\r\n\r\n",
        b"5\r\nhello\r\n\r\n0\r\n\r\n",
        b"5\rhello\r\n0\r\n\r\n",
    ):
        chunked(capture, CHUNK, body, False)


    for size in (b"1000000000000005", b"00000fffffffffffffff", b"f" * 16, b"0" * 20 + b"F" * 16):
        talk = Talk(capture, CHUNK + "; this one has no end")
        talk.sends(post(b"/425/huge", CHUNKED, size + b"\r\nhello\r\n" + LAST) + BEHIND, AFTER)
        talk.expect(request("POST", "/425/huge", "chunked"))


@case("426-chunk-line-ends")
def _(capture):
    """Where one recipient takes LF alone for the end of a line and another one does not, they see
    different messages behind it."""
    rule = "RFC 9112 section 7.1: the lines of chunks end in CR LF; LF alone is suspicious"
    for body in (
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r\n0\n\r\n",
        b"5;x\nhello\r\n0\r\n\r\n",
        b'5;x="\nhello\r\n0\r\n\r\n',
        b"5\nhello\n0\n\n",
        b"5\r\nhell\r\n0\r\n\r\n",
    ):
        chunked(capture, rule, body, True, "smuggling")
    chunked(
        capture,
        "RFC 9112 section 7.1.1: a CR alone in an extension ends nothing",
        b"5;x\rhello\r\nhello\r\n0\r\n\r\n",
        True,
        "smuggling",
    )


@case("427-chunk-extensions")
def _(capture):
    rule = "RFC 9112 section 7.1.1: extensions are passed over"
    for extension in (
        b';x="y"',
        b';x="\\""',
        b';x="unclosed',
        b";x=" + b"y" * 4000,
        b";",
        b";GET /spoof HTTP/1.1",
        b";\xff\xfe",
    ):
        chunked(capture, rule, b"5" + extension + b"\r\nhello\r\n" + LAST, True)
        chunked(capture, rule, b"0" + extension + b"\r\n\r\n", True)
    trailer = "RFC 9112 section 7.1.2: trailers end with an empty line"
    for fields in (
        b"X-Sum: 1\r\n",
        b"Content-Length: 50\r\nTransfer-Encoding: chunked\r\n",
        b"".join(b"X-%d: y\r\n" % number for number in range(200)),
        b"X: " + b"y" * 3000 + b"\r\n",
        b"X: y\r\n folded\r\n",
        b" \r\n",
    ):
        chunked(capture, trailer, b"5\r\nhello\r\n0\r\n" + fields + b"\r\n", True)
    for fields in (b"\r\r\n", b"X: y\n", b"X: y\r\r\n", b"X\r: y\r\n"):
        body = b"5\r\nhello\r\n0\r\n" + fields + b"\r\n"
        chunked(capture, trailer + ", and with CR LF", body, True, "smuggling")
