# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""510: a quarter of an hour on the wire in front of a small shop, of which docs/COOKBOOK.md asks its
questions: browsers behind a proxy, an API with its clients, a monitor of long ago, one client that
tries passwords, a tenant in a VXLAN, and a request that nobody answered."""
from case import case
from packets import MILLISECOND, SECOND, VXLAN_PORT, Connection, ethernet, vxlan
from tunnel_cases import outer_udp

PROXY, MONITOR, GUESSER = "192.0.2.10", "192.0.2.20", "203.0.113.66"
SHOP, API, TENANT = "198.51.100.80", "198.51.100.81", "198.51.100.90"
APPS = ("192.0.2.31", "192.0.2.32", "192.0.2.33")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NINE = 9 * 3600 + 53 * 60  # seconds of the day when it begins: 09:53


class Client(Connection):
    """A connection whose exchanges begin at a second of the capture and last so many milliseconds."""

    count = 0

    def __init__(self, capture, client, server, host, **parts):
        Client.count += 1
        super().__init__(capture, port=49152 + Client.count, **parts)
        self.client, self.server, self.host = client, server, host

    def at(self, second):
        """The capture's clock only goes forward."""
        self.capture.clock = max(self.capture.clock, int((NINE + second) * SECOND))

    def ask(self, second, line, *fields, body=b"", version="1.1"):
        self.at(second)
        lines = ["%s HTTP/%s" % (line, version), "Host: " + self.host, *fields]
        if body:
            lines += ["Content-Type: application/json", "Content-Length: %d" % len(body)]
        self.request("\r\n".join(lines + ["", ""]).encode() + body)

    def answer(self, milliseconds, status, *fields, size=2):
        self.capture.wait(int(milliseconds * MILLISECOND) - self.capture.step)
        lines = ["HTTP/1.1 " + status, "Server: nginx/1.22.1", *fields, "Content-Length: %d" % size]
        self.response("\r\n".join(lines + ["", ""]).encode() + b"x" * size)


def orders(capture):
    """Three programs that ask an API, before and after ten; at ten it becomes slow."""
    for number, address in enumerate(APPS):
        client = Client(capture, address, API, "api.shop.example")
        client.at(number)
        client.open()
        yield client


def order(client, second, number, milliseconds, status="200 OK", request_id=True):
    fields = ["User-Agent: python-requests/2.28.1", "Authorization: Bearer c2VjcmV0LXRva2Vu"]
    fields += ["X-Request-Id: %08x-order" % (number * 2654435761 % 2**32)] if request_id else []
    client.ask(second, "GET /api/orders/%d" % (1000 + number), *fields)
    client.answer(milliseconds, status, "Content-Type: application/json", size=120 + number)


def page(client, second, path, status="200 OK", referer=None, milliseconds=3, visitor="2001:db8:5::7"):
    fields = ["User-Agent: " + BROWSER, "X-Forwarded-For: " + visitor]
    fields += ["Cookie: session=7f3a9c; basket=%s" % ("sku," * 30), "X-Request-Id: p-%d" % second]
    fields += ["Referer: http://shop.example" + referer] if referer else []
    client.ask(second, "GET " + path, *fields)
    client.answer(milliseconds, status, "Content-Type: text/html", size=900)


def login(client, second, status="401 Unauthorized"):
    client.ask(second, "POST /login?user=admin&password=guess%d" % second, "User-Agent: curl/7.88.1", body=b'{"otp":"000000"}')
    client.answer(41, status, size=24)


def before_ten(capture, proxy, apps):
    page(proxy, 5, "/")
    page(proxy, 9, "/basket", referer="/")
    order(apps[0], 20, 1, 12)
    order(apps[1], 31, 2, 14)
    page(proxy, 44, "/old-offers", "404 Not Found", referer="/basket")
    order(apps[2], 52, 3, 11, request_id=False)
    monitor = Client(capture, MONITOR, SHOP, "shop.example")
    monitor.at(60)
    monitor.open()
    monitor.ask(60, "GET /status", "User-Agent: check_http/v2.2", version="1.0")
    monitor.answer(2, "200 OK")
    old = Client(capture, "192.0.2.40", SHOP, "shop.example")
    old.at(75)
    old.open()
    old.ask(75, "GET /export?api_key=k-4711", "User-Agent: Wget/1.21.3", "Authorization: Basic bWU6c2VjcmV0")
    old.answer(640, "200 OK", size=2048)


def guesses(capture):
    guesser = Client(capture, GUESSER, SHOP, "shop.example")
    guesser.at(120)
    guesser.open()
    for number in range(12):
        login(guesser, 120 + 4 * number)
    page_of_a_person = Client(capture, "192.0.2.50", SHOP, "shop.example")
    page_of_a_person.at(170)
    page_of_a_person.open()
    login(page_of_a_person, 171, "200 OK")


def tenant(capture):
    """In a VXLAN, between hosts of another network."""

    def framing(network, ethertype, from_client):
        return outer_udp(vxlan(5001, ethernet(network, ethertype, from_client)), VXLAN_PORT, from_client)

    client = Client(capture, "192.0.2.31", TENANT, "db-admin.tenant.example", framing=framing)
    client.at(200)
    client.open()
    for number, path in enumerate(("/v1/tables", "/v1/tables/users", "/v1/export")):
        client.ask(200 + number, "GET " + path, "User-Agent: Go-http-client/1.1")
        client.answer(5, "200 OK", "Content-Type: application/json", size=300)


def after_ten(capture, proxy, apps):
    for number, (second, milliseconds, status) in enumerate(
        ((425, 15, "200 OK"), (431, 480, "200 OK"), (440, 1250, "502 Bad Gateway"), (452, 13, "200 OK"), (470, 760, "200 OK"))
    ):
        order(apps[number % 3], second, 10 + number, milliseconds, status, request_id=number != 4)
    page(proxy, 480, "/", visitor="192.0.2.201")
    page(proxy, 485, "/basket/pay", "500 Internal Server Error", referer="/basket", milliseconds=210)
    six = Client(capture, "2001:db8::77", "2001:db8::80", "shop.example", v6=True)
    six.at(500)
    six.open()
    six.ask(501, 'GET /search?q="quoted"', "User-Agent: curl/8.5.0")
    six.answer(7, "200 OK")
    apps[0].ask(520, "DELETE /api/orders/1001", "User-Agent: python-requests/2.28.1", "X-Request-Id: never-answered")


@case("510-morning")
def _(capture):
    Client.count = 0
    apps = list(orders(capture))
    proxy = Client(capture, PROXY, SHOP, "shop.example")
    proxy.at(4)
    proxy.open()
    before_ten(capture, proxy, apps)
    guesses(capture)
    tenant(capture)
    after_ten(capture, proxy, apps)
