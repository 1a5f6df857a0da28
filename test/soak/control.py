#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The control connection: numbered requests, a few a second, that nothing disturbs but what disturbs all.

control.py serve PORT        answers every request with its X-Request-Id
control.py ask HOST PORT     asks for ever; a line for each request: its number, when it was sent and when it was answered, in ns
                             of CLOCK_BOOTTIME, which is the records' clock
"""
import socket
import sys
import threading
import time

PAUSE = 0.2
PER_CONNECTION = 50
PATIENCE = 60  # seconds for an answer


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        more = connection.recv(65536)
        if not more:
            return None
        head += more
    return head.decode()


def request_id(head):
    return next(line.split()[1] for line in head.splitlines() if line.startswith("X-Request-Id:"))


def answer(connection):
    with connection:
        while head := read_head(connection):
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Request-Id: {request_id(head)}\r\n\r\n".encode())


def serve(port):
    listener = socket.create_server(("", port))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def ask_some(host, port, first):
    with socket.create_connection((host, port), PATIENCE) as connection:
        for number in range(first, first + PER_CONNECTION):
            sent = now()
            connection.sendall(f"GET /control/{number} HTTP/1.1\r\nHost: control.example\r\n"
                               f"X-Request-Id: control-{number}\r\n\r\n".encode())
            if request_id(read_head(connection)) != f"control-{number}":
                sys.exit(f"the answer to {number} is another one's")
            print(number, sent, now(), flush=True)
            time.sleep(PAUSE)


def ask(host, port):
    first = 0
    while True:
        ask_some(host, port, first)
        first += PER_CONNECTION


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    ask(sys.argv[2], int(sys.argv[3]))
