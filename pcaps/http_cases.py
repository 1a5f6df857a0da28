# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about heads, each in a packet of its own."""
from case import GET, OK, case, connected, padded, requests, responses


@case("200-methods")
def _(capture):
    known = (
        b"GET",
        b"HEAD",
        b"POST",
        b"PUT",
        b"DELETE",
        b"CONNECT",
        b"OPTIONS",
        b"TRACE",
        b"PATCH",
        b"QUERY",
    )
    requests(capture, *(method + b" /200 HTTP/1.1\r\nHost: case.test\r\n\r\n" for method in known))


@case("201-unknown-methods")
def _(capture):
    """Tokens of up to 32 bytes; then one of 33, one with a byte no token has, one in lower case."""
    methods = (b"PROPFIND", b"M-SEARCH", b"A", b"X" * 32, b"X" * 33, b"GE(T", b"get")
    requests(
        capture, *(method + b" /201 HTTP/1.1\r\nHost: case.test\r\n\r\n" for method in methods)
    )


@case("202-target-forms")
def _(capture):
    targets = (
        b"OPTIONS *",
        b"CONNECT case.test:443",
        b"GET http://case.test:8080/202?a=b",
        b"GET /202?q=a+b&c=%20%C3%A9#fragment",
        b"GET //202//",
        b"GET ?only-query",
        b"GET http://user:secret@case.test/202",
    )
    requests(capture, *(target + b" HTTP/1.1\r\nHost: case.test\r\n\r\n" for target in targets))


@case("224-server-addresses")
def _(capture):
    """Host, and targets with an authority of their own."""
    hosts = (b"2001:db8::2", b"::1", b"[2001:db8::2]:8080", b"case.test:8080", b"case.test:80:80")
    requests(
        capture,
        *(b"GET /%d HTTP/1.1\r\nHost: %s\r\n\r\n" % pair for pair in enumerate(hosts)),
        b"GET http://target.test:8080/224 HTTP/1.1\r\nHost: case.test\r\n\r\n",
        b"GET http://[2001:db8::3]/224 HTTP/1.1\r\nHost: case.test\r\n\r\n",
        b"GET http://target.test HTTP/1.0\r\n\r\n",
        b"CONNECT target.test:443 HTTP/1.1\r\nHost: case.test\r\n\r\n",
    )


@case("203-http-1.0")
def _(capture):
    connection = connected(capture)
    connection.request(b"GET /203 HTTP/1.0\r\n\r\n")
    connection.response(b"HTTP/1.0 200 OK\r\nServer: generate\r\n\r\nuntil the end\n")


@case("204-http-0.9")
def _(capture):
    """Only GET, and only without a version."""
    requests(
        capture,
        b"GET /204\r\n",
        b"GET /204/lf\n",
        b"POST /204/post\r\n",
        b"GET /204/more\r\nHost: case.test\r\n\r\n",
    )


@case("205-long-target")
def _(capture):
    """Longer than what is kept of it, than a window, than two windows."""
    tail = b" HTTP/1.1\r\nHost: case.test\r\n\r\n"
    requests(
        capture,
        *(
            b"GET /205/" + b"0123456789" * (size // 10) + tail
            for size in (200, 300, 1000, 1400, 2500)
        )
    )


@case("206-hundred-headers")
def _(capture):
    fields = b"".join(b"X-Number-%d: %d\r\n" % (number, number) for number in range(98))
    requests(
        capture, b"GET /206 HTTP/1.1\r\nHost: case.test\r\n" + fields + b"User-Agent: last\r\n\r\n"
    )


@case("207-repeated-headers")
def _(capture):
    forwarded = b"".join(b"X-Forwarded-For: 198.51.100.%d\r\n" % number for number in range(1, 4))
    many = b"".join(b"X-Forwarded-For: 198.51.100.%d\r\n" % number for number in range(1, 31))
    requests(
        capture,
        b"GET /207 HTTP/1.1\r\nHost: one.test\r\n" + forwarded + b"Host: two.test\r\n\r\n",
        b"GET /207/more-than-fit HTTP/1.1\r\nHost: case.test\r\n"
        + many
        + b"User-Agent: left out\r\n\r\n",
    )


@case("208-empty-values")
def _(capture):
    requests(
        capture,
        b"GET /208 HTTP/1.1\r\nHost:\r\nUser-Agent: \r\nReferer:  \t \r\nX-Request-Id:x\r\n\r\n",
        b"GET /208/no-fields HTTP/1.1\r\n\r\n",
    )


@case("209-obs-text")
def _(capture):
    """Bytes above 127: UTF-8, and what is not UTF-8."""
    requests(
        capture,
        b"GET /209 HTTP/1.1\r\nHost: case.test\r\nUser-Agent: caf\xc3\xa9\r\n"
        b"Referer: caf\xe9\r\n\r\n",
        b"GET /209/\xe9 HTTP/1.1\r\nHost: case.test\r\nUser-Agent: \xff\xfe\x80\r\n\r\n",
        b'GET /209/quotes"\\ HTTP/1.1\r\nHost: case.test\r\nUser-Agent: "\\\x7f"\r\n\r\n',
    )


@case("210-name-case")
def _(capture):
    requests(
        capture,
        b"GET /210 HTTP/1.1\r\nhOST: case.test\r\nUSER-AGENT: upper\r\nreferer: lower\r\n"
        b"Content-lENGTH: 0\r\n\r\n",
    )


@case("211-white-space")
def _(capture):
    """Around values, and inside them; a value of nothing else."""
    requests(
        capture,
        b"GET /211 HTTP/1.1\r\nHost:case.test\r\nUser-Agent: \t a  b\tc \t \r\n"
        b"Referer:\t\tr\r\nX-Request-Id: " + b" " * 100 + b"id" + b" " * 100 + b"\r\n\r\n",
    )


@case("212-obs-fold")
def _(capture):
    requests(
        capture,
        b"GET /212 HTTP/1.1\r\nHost: case.test\r\nUser-Agent: one\r\n two\r\n\t three\r\n\r\n",
        b"GET /212/empty HTTP/1.1\r\nUser-Agent:\r\n after nothing\r\nHost: case.test\r\n \r\n\r\n",
        b"GET /212/other HTTP/1.1\r\nX-Other: one\r\n Host: folded.test\r\nHost: case.test\r\n\r\n",
        b"GET /212/first HTTP/1.1\r\n Host: folded.test\r\nHost: case.test\r\n\r\n",
    )


@case("213-bare-lf")
def _(capture):
    requests(
        capture,
        b"GET /213 HTTP/1.1\nHost: case.test\nUser-Agent: lf\n\n",
        b"GET /213/mixed HTTP/1.1\r\nHost: case.test\nUser-Agent: mixed\r\n\r\n",
        b"GET /213/last HTTP/1.1\r\nHost: case.test\r\n\n",
    )


@case("214-bad-names")
def _(capture):
    """None may be taken for Host."""
    lines = (
        b"Ho st: a",
        b"Host\x00: a",
        b"(Host): a",
        b": a",
        b"Host",
        b"H\xc3\xb6st: a",
        b"X-Host: a",
        b"Hos: a",
        b"Hostt: a",
        b'"Host": a',
    )
    requests(
        capture,
        *(b"GET /214 HTTP/1.1\r\n" + line + b"\r\nUser-Agent: case\r\n\r\n" for line in lines)
    )


@case("215-name-space")
def _(capture):
    requests(
        capture,
        b"GET /215 HTTP/1.1\r\nHost : case.test\r\nUser-Agent: case\r\n\r\n",
        b"GET /215/tab HTTP/1.1\r\nHost\t: case.test\r\nUser-Agent: case\r\n\r\n",
    )


FIELDS = b"Host: case.test\r\nUser-Agent: behind\r\n"


@case("216-head-of-windows")
def _(capture):
    """Heads that end right at, before and behind the end of the 1024-byte windows."""
    requests(
        capture,
        *(
            padded(b"GET /216/%d HTTP/1.1\r\n" % size, FIELDS, size)
            for size in (1022, 1023, 1024, 1025, 1026, 1400, 2047, 2048, 2049)
        )
    )


@case("217-head-of-3500")
def _(capture):
    """A segment as the receiver's merging makes them: the head in it takes four windows."""
    requests(
        capture,
        padded(b"GET /217 HTTP/1.1\r\nCookie: " + b"c" * 2000 + b"\r\n", FIELDS, 3500),
        padded(
            b"GET /217/referer HTTP/1.1\r\nReferer: http://case.test/" + b"r" * 1500 + b"\r\n",
            FIELDS,
            3500,
        ),
    )


@case("218-bad-targets")
def _(capture):
    requests(
        capture,
        *(
            b"GET " + target + b" HTTP/1.1\r\nHost: case.test\r\n\r\n"
            for target in (
                b"/218 with spaces",
                b"/218\ttab",
                b"/218\x01control",
                b" /218",
                b"",
                b"/218 ",
            )
        )
    )


@case("219-bad-versions")
def _(capture):
    versions = (
        b"HTTP/1.2",
        b"HTTP/2.0",
        b"HTTP/0.9",
        b"HTTP/1.10",
        b"HTTP/1",
        b"http/1.1",
        b"HTTP/1.1 ",
        b"HTTP/a.b",
        b"RTSP/1.0",
        b"HTTP1.1",
    )
    requests(
        capture, *(b"GET /219 " + version + b"\r\nHost: case.test\r\n\r\n" for version in versions)
    )


@case("220-bad-values")
def _(capture):
    """Control characters, and a CR that no LF follows."""
    requests(
        capture,
        b"GET /220 HTTP/1.1\r\nHost: case\x00test\r\nUser-Agent: case\r\n\r\n",
        b"GET /220/cr HTTP/1.1\r\nHost: case\rtest\r\nUser-Agent: case\r\n\r\n",
        b"GET /220/cr-cr HTTP/1.1\r\nHost: case.test\r\r\nUser-Agent: case\r\n\r\n",
        b"GET /220/escape HTTP/1.1\r\nHost: case.test\r\nX-Other: \x1b[31m\r\n\r\n",
    )


@case("221-empty-lines-first")
def _(capture):
    requests(
        capture,
        b"\r\n" + GET % b"221",
        b"\r\n\n\r\n\n" + GET % b"221/four",
        b"\r\n" * 5 + GET % b"221/five",
    )


@case("300-statuses")
def _(capture):
    responses(
        capture,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n"
        + GET % b"tunnel",
        b"HTTP/1.1 301 Moved Permanently\r\n"
        b"Location: http://case.test/300\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 599 Unknown\r\n\r\n",
        b"HTTP/1.1 999 Beyond\r\n\r\n",
        name=b"300",
    )
    connection = connected(capture, 41000)
    connection.request((GET % b"300/bodiless") * 3)
    connection.response(
        b"HTTP/1.1 204 No Content\r\nServer: generate\r\n\r\n"
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n" + OK
    )


@case("301-chunked")
def _(capture):
    """The body holds what looks like a head."""
    body = GET % b"chunk"
    responses(
        capture,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        name=b"301",
    )


@case("302-reason-phrase")
def _(capture):
    """Left out with its space, left out, with bytes above 127, long."""
    responses(
        capture,
        *(
            b"HTTP/1.1 200" + reason + b"\r\nServer: generate\r\nContent-Length: 0\r\n\r\n"
            for reason in (b"", b" ", b" \xc3\xa9t\xe9", b" " + b"reason " * 200)
        ),
        name=b"302"
    )


@case("303-bad-status-lines")
def _(capture):
    responses(
        capture,
        *(
            line + b"\r\nServer: generate\r\n\r\n"
            for line in (
                b"HTTP/1.1 20 OK",
                b"HTTP/1.1 2000 OK",
                b"HTTP/1.1 abc OK",
                b"HTTP/1.1  200 OK",
                b"HTTP/1.1\t200 OK",
                b"HTTP/1.1 200\tOK",
                b"HTTP/2 200 OK",
                b"ICY 200 OK",
            )
        ),
        name=b"303"
    )
