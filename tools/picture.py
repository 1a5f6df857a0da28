# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""picture.py serve PORT: the server of tools/picture: some answers are errors, some late.
picture.py calls ADDRESS SECONDS: clients of it, each with a rhythm of its own.
picture.py draw COLUMNS TITLE: from `tmux capture-pane -e` on standard input to SVG.
"""
import html
import http.client
import http.server
import math
import random
import re
import socket
import sys
import threading
import time

ANSWERS = {"/": 200, "/search": 301, "/v1/users/17": 404, "/v1/orders": 503, "/reports/slow": 200}
LATE = {"/v1/orders": 0.18, "/reports/slow": 1.3}  # seconds

CALLS = [  # method, host, path, calls per second, share of errors, milliseconds
    ("GET", "shop.example", "/products/{}", 40, 0.0, 2), ("GET", "shop.example", "/", 25, 0.0, 1), ("GET", "api.shop.example", "/v1/orders/{}", 16, 0.02, 9),
    ("POST", "api.shop.example", "/v1/orders", 6, 0.05, 45), ("GET", "api.shop.example", "/v1/users/{}", 12, 0.0, 4),
    ("POST", "shop.example", "/login", 3, 0.0, 30), ("GET", "shop.example", "/search", 9, 0.0, 110), ("DELETE", "api.shop.example", "/v1/carts/{}", 2, 0.15, 12),
    ("GET", "reports.example", "/daily/{}", 0.7, 0.0, 900)]

WIDTH, HEIGHT, MARGIN = 7.8, 18, 14  # of a character, of a row, around all
TEXT, BACKGROUND = "#d4d4d4", "#1e1e1e"
COLORS = {31: "#f14c4c", 32: "#4ec96a", 33: "#e5c453", 35: "#d670d6", 36: "#29b8db"}
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Example/1.0", ""

    def answer(self):
        path = self.path.split("?")[0]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(float(self.headers.get("X-Late", LATE.get(path, 0))))
        body = b"{}\n"
        self.send_response(int(self.headers.get("X-Answer", ANSWERS.get(path, 404))))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


def calls(address, seconds, method, host, path, rate, errors, ms):
    """Calls of one kind; their rate rises and falls."""
    server = http.client.HTTPConnection(address, timeout=20)
    begin, phase = time.time(), random.random() * 6
    while (now := time.time() - begin) < seconds:
        bad = random.random() < errors
        missing = random.random() < 0.03 and "{" in path
        headers = {"Host": host, "X-Late": str(random.lognormvariate(0, 0.6) * ms / 1000), "X-Answer": "503" if bad else "404" if missing else "200"}
        server.request(method, path.format(random.randrange(100, 9999)), b"{}" if method == "POST" else None, headers)
        server.getresponse().read()
        time.sleep(max(0, random.expovariate(rate * (1 + 0.8 * math.sin(phase + now / 7))) - ms / 1000))


def call_all(address, seconds):
    random.seed(7)
    threads = [threading.Thread(target=calls, args=(address, seconds, *kind)) for kind in CALLS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def restyle(style, numbers):
    """(bold, color, reverse) behind a sequence."""
    bold, color, reverse = style
    for number in [int(text or 0) for text in numbers.split(";")]:
        if number == 0:
            bold, color, reverse = False, TEXT, False
        elif number == 1:
            bold = True
        elif number in (7, 27):
            reverse = number == 7
        elif number == 39:
            color = TEXT
        elif number in COLORS:
            color = COLORS[number]
    return bold, color, reverse


def pieces(row, style):
    """What stands in a row: [(column, text, style)], and the style behind it."""
    found, column = [], 0
    for number, part in enumerate(SEQUENCE.split(row)):
        if number % 2:
            style = restyle(style, part)
        elif part:
            found.append((column, part, style))
            column += len(part)
    return found, style


def draw(rows, columns, title):
    style = False, TEXT, False
    width, height = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">')
    yield "<!-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only; made by tools/picture -->"
    yield f"<title>{html.escape(title)}</title>"
    yield f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>'
    for number, row in enumerate(rows):
        found, style = pieces(row, style)
        for column, text, (bold, color, reverse) in found:
            at, length = MARGIN + column * WIDTH, len(text) * WIDTH
            if reverse:
                yield f'<rect x="{at:.1f}" y="{MARGIN + number * HEIGHT}" width="{length:.1f}" height="{HEIGHT}" fill="{color}"/>'
                color = BACKGROUND
            yield (f'<text x="{at:.1f}" y="{MARGIN + (number + 0.75) * HEIGHT:.1f}" textLength="{length:.1f}" xml:space="preserve" fill="{color}"'
                   f'{" font-weight=" + chr(34) + "bold" + chr(34) if bold else ""}>{html.escape(text)}</text>')
    yield "</svg>"


if sys.argv[1] == "serve":
    Server(("::", int(sys.argv[2])), Handler).serve_forever()
elif sys.argv[1] == "calls":
    call_all(sys.argv[2], int(sys.argv[3]))
else:
    print("\n".join(draw(sys.stdin.read().rstrip("\n").split("\n"), int(sys.argv[2]), sys.argv[3])))
