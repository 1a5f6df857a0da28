# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""client.py BASE_URL...: what Python programs send to every server: kept connections (http.client, requests), chunked uploads
whose chunks look like requests, heads that come byte by byte or in two pieces, HTTP/1.0."""
import http.client
import socket
import sys
import threading
import urllib.parse

import requests

SPOOFED = b"GET /spoofed HTTP/1.1\r\nHost: spoofed.test\r\n\r\n"


def kept(host, port):
    connection = http.client.HTTPConnection(host, port)
    for number in range(20):
        method = "HEAD" if number % 6 == 5 else "GET"
        connection.request(method, f"/data.json?python={number}", headers={"User-Agent": f"python kept {number}"})
        connection.getresponse().read()
    connection.close()


def chunked(host, port):
    connection = http.client.HTTPConnection(host, port)
    for number in range(6):
        connection.request("POST", f"/upload?chunked={number}", body=iter([SPOOFED * (1 + 20 * number)] * 4),
                           headers={"User-Agent": "python chunked"}, encode_chunked=True)
        connection.getresponse().read()
    connection.close()


def session(base):
    with requests.Session() as kept_session:
        kept_session.cookies.set("large", "r" * 5000)
        for number in range(6):
            kept_session.get(f"{base}/text.txt", params={"number": number}).raise_for_status()
            kept_session.post(f"{base}/upload/form", data={"text": "a" * 3000 * number}).raise_for_status()
            kept_session.get(f"{base}/moved", allow_redirects=False).raise_for_status()


def raw(host, port, pieces):
    """Sends the pieces, each in a segment of its own, and reads until the server closes."""
    with socket.create_connection((host, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        while connection.recv(65536):
            pass


def in_pieces(host, port):
    head = (f"GET /data.json?pieces HTTP/1.1\r\nHost: pieces.test\r\nUser-Agent: python {'p' * 90}\r\n"
            "X-One: 1\r\nConnection: close\r\n\r\n").encode()
    raw(host, port, [head[i:i + 1] for i in range(len(head))])
    for cut in range(1, len(head), 9):
        raw(host, port, [head[:cut], head[cut:]])
    raw(host, port, [b"GET /data.json?old HTTP/1.0\r\nUser-Agent: python old\r\n\r\n"])


def all_of(base):
    url = urllib.parse.urlsplit(base)
    kept(url.hostname, url.port)
    chunked(url.hostname, url.port)
    in_pieces(url.hostname, url.port)
    session(base)


def main(*bases):
    failed = []
    threading.excepthook = lambda problem: failed.append(sys.excepthook(*problem[:3]))
    threads = [threading.Thread(target=all_of, args=[base]) for base in bases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
