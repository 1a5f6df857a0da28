# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""picture.py serve PORT: the server of tools/picture: some answers are errors, some late.
picture.py draw COLUMNS: from `tmux capture-pane -e` on standard input to SVG.
"""
import html
import http.server
import re
import socket
import sys
import time

ANSWERS = {"/": 200, "/search": 301, "/v1/users/17": 404, "/v1/orders": 503, "/reports/slow": 200}
LATE = {"/v1/orders": 0.18, "/reports/slow": 1.3}  # seconds

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
        time.sleep(LATE.get(path, 0))
        body = b"{}\n"
        self.send_response(ANSWERS.get(path, 404))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


def restyle(style, numbers):
    """(bold, color) behind a sequence."""
    bold, color = style
    for number in [int(text or 0) for text in numbers.split(";")]:
        if number == 0:
            bold, color = False, TEXT
        elif number == 1:
            bold = True
        elif number == 39:
            color = TEXT
        elif number in COLORS:
            color = COLORS[number]
    return bold, color


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


def draw(rows, columns):
    style = False, TEXT
    width, height = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">')
    yield "<!-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only; made by tools/picture -->"
    yield "<title>hdrtap on a terminal</title>"
    yield f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>'
    for number, row in enumerate(rows):
        found, style = pieces(row, style)
        for column, text, (bold, color) in found:
            at, length = MARGIN + column * WIDTH, len(text) * WIDTH
            yield (f'<text x="{at:.1f}" y="{MARGIN + (number + 0.75) * HEIGHT:.1f}" textLength="{length:.1f}" xml:space="preserve" fill="{color}"'
                   f'{" font-weight=" + chr(34) + "bold" + chr(34) if bold else ""}>{html.escape(text)}</text>')
    yield "</svg>"


if sys.argv[1] == "serve":
    Server(("::", int(sys.argv[2])), Handler).serve_forever()
else:
    print("\n".join(draw(sys.stdin.read().rstrip("\n").split("\n"), int(sys.argv[2]))))
