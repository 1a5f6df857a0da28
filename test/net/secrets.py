# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""secrets.py send ADDRESS           requests with tokens in every protected place, whole and cut
secrets.py count PREFIX FILE...     how often tokens of that prefix stand in files (also as hexadecimal), a sum
secrets.py memory PREFIX PID        ... in the memory of a process
secrets.py maps PREFIX PID NAME...  ... in the maps of these names that the process holds

Tokens are `kept` or `secret`, and something behind; who searches finds kept ones too, or does not search."""
import json
import re
import socket
import subprocess
import sys
import time

HEAD = (
    "GET /kept-path/{n}?page=1&token=secret-{n}a&Access_Token=secret-{n}b HTTP/1.1\r\n"
    "Host: site.example\r\n"
    "X-Plan: kept-header-{n}\r\n"
    "Authorization: Bearer secret-{n}c\r\n"
    "Cookie: session=secret-{n}d; other=secret-{n}e\r\n"
    "X-Api-Key: secret-{n}f\r\n"
    "X-Hashed: secret-{n}g\r\n"
    "Referer: http://user:secret-{n}h@site.example/?password=secret-{n}i\r\n"
    "X-Not-Chosen: secret-{n}j\r\n"
    "\r\n"
)


def talk(address, number, cuts):
    """One request on a connection of its own, in segments that end at `cuts`; the answer is read."""
    head = HEAD.format(n=number).encode()
    with socket.create_connection((address, 80)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin, end in zip([0, *cuts], [*cuts, len(head)]):
            connection.sendall(head[begin:end])
            time.sleep(0.002)
        connection.settimeout(10)
        if not connection.recv(4096).startswith(b"HTTP/1.1 302"):
            raise SystemExit(f"request {number} is not answered")


def send(address):
    places = [found.start() for found in re.finditer("secret-", HEAD.format(n=99))]
    talk(address, 10, [])
    for number, place in enumerate(places, 11):
        talk(address, number, [place + 3])
        talk(address, number + 20, [place + 8, place + 9])
    talk(address, 60, range(1, len(HEAD.format(n=60))))


def occurrences(prefix, data):
    return len(re.findall(re.escape(prefix), data)) + len(re.findall(prefix.hex().encode(), data))


def memory(prefix, pid):
    found = 0
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for line in maps:
            span, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in span.split("-"))
            if "r" not in rights or end - begin > 1 << 32:  # beyond: the sanitizer's shadow, which holds no bytes of ours
                continue
            for at in range(begin, end, 1 << 20):
                try:
                    mem.seek(at)
                    found += occurrences(prefix, mem.read(min(1 << 20, end - at)))
                except OSError:
                    break
    return found


def held(pid):
    """Ids of the maps the process has open."""
    said = subprocess.run(f"grep -h ^map_id: /proc/{pid}/fdinfo/*", shell=True, stdout=subprocess.PIPE, text=True, check=True).stdout
    return sorted({int(line.split()[1]) for line in said.splitlines()})


def maps(prefix, pid, names):
    found = 0
    for number in held(pid):
        shown = json.loads(subprocess.run(["bpftool", "-j", "map", "show", "id", str(number)], stdout=subprocess.PIPE, check=True).stdout)
        if shown.get("name") not in names:
            continue
        names = [name for name in names if name != shown["name"]]
        dump = subprocess.run(["bpftool", "-j", "map", "dump", "id", str(number)], stdout=subprocess.PIPE, check=True).stdout
        for element in json.loads(dump):
            found += occurrences(prefix, bytes(int(byte, 16) for byte in element["value"]))
    if names:
        raise SystemExit(f"no map {names}")
    return found


def main(what, *words):
    if what == "send":
        return send(words[0])
    prefix = words[0].encode()
    if what == "count":
        found = sum(occurrences(prefix, open(path, "rb").read()) for path in words[1:])
    elif what == "memory":
        found = memory(prefix, words[1])
    else:
        found = maps(prefix, words[1], list(words[2:]))
    print(found)
    return None


main(*sys.argv[1:])
