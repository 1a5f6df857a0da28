# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures about what may not leave a head: wherever PLANTED stands it has to be gone, what is KEPT is to be seen."""
from case import case, connected, requests

HEAD = b" HTTP/1.1\r\nHost: case.test\r\n"


@case("222-secrets")
def _(capture):
    """Query keys, userinfo, header values: in requests, in the answer to one, and cut in the middle by segments."""
    targets = (
        b"/222?token=PLANTED&page=KEPT",
        b"/222?page=KEPT&Access_Token=PLANTED",
        b"/222?clientSecret=PLANTED&user[password]=PLANTED&X-Amz-Signature=PLANTED&end=KEPT",
        b"/222?a=KEPT;token=PLANTED",
        b"/222?token=&sid&key=PLANTED=PLANTED",
        b"http://user:PLANTED@case.test/222/KEPT",
        b"/222#access_token=PLANTED",
        b"/222?tokenizer=KEPT&monkey=KEPT&signal=KEPT",
    )
    fields = (
        b"Authorization: Bearer PLANTED\r\nProxy-Authorization: Basic PLANTED\r\nX-Api-Key: PLANTED\r\n",
        b"Authorization: PLANTED\r\n",
        b"Cookie: session=PLANTED; theme=PLANTED\r\nReferer: https://user:PLANTED@case.test/KEPT?pwd=PLANTED&page=KEPT\r\n",
    )
    answer = (
        b"HTTP/1.1 302 Found\r\nSet-Cookie: session=PLANTED; Path=/\r\n"
        b"Location: https://case.test/KEPT?code=PLANTED#id_token=PLANTED\r\n"
        b"Content-Location: /KEPT?sig=PLANTED\r\nContent-Length: 0\r\n\r\n"
    )
    requests(capture, *(b"GET " + target + HEAD + b"\r\n" for target in targets))
    for number, field in enumerate(fields):
        connected(capture, 40100 + number).request(b"GET /222" + HEAD + field + b"\r\n")
    connection = connected(capture, 40200)
    connection.request(b"GET " + targets[0] + HEAD + fields[0] + fields[2] + b"\r\n")
    connection.response(answer)
    connection = connected(capture, 40201)
    for piece in (b"GET /222?tok", b"en=PLAN", b"TED" + HEAD + b"Authorization: Bea", b"rer PLAN", b"TED\r\n\r\n"):
        connection.request(piece)


@case("223-secrets-encoded")
def _(capture):
    """Not recognised: keys with percent-encoded letters, and URLs that are percent-encoded as a whole."""
    targets = (
        b"/223?%74oken=KEPT",
        b"/223?next=%2Flogin%3Ftoken%3DKEPT",
        b"/223?user%5Bpassword%5D=PLANTED",
    )
    requests(capture, *(b"GET " + target + HEAD + b"\r\n" for target in targets))
