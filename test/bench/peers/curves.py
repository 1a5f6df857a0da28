# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What a head costs in the TC program, as connections and chosen headers become more: curves."""
import json
import os
import statistics
import subprocess

from measure import REPLAY, Row, TRAFFIC

NAMES = ["host", "user-agent", "accept", "accept-language", "accept-encoding", "referer", "x-request-id", "cookie", "connection", "cache-control",
         "server", "content-type", "content-length", "x-one", "x-two", "x-three"]
TABLE = 262144  # connections remembered, at every point of a curve
CROWD = 100     # connections, of the curve of chosen headers


def crowd(folder, requests, connections):
    path = os.path.join(folder, f"crowd-{connections}.pcap")
    with open(path, "wb") as out:
        subprocess.run([TRAFFIC, "crowd", str(requests), str(connections)], stdout=out, check=True)
    return path


def head_ns(path, elements=()):
    """Mean time of packets with a head in the TC program, above an empty one."""
    more = [word for element in elements for word in ("-e", element)]
    command = [REPLAY, "--engine", "kernel", "--connections", str(TABLE), "-f", "json", "-r", path, *more]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if not result["records"] == result["counters"]["heads_emitted"] == result["counters"]["heads_started"]:
        raise SystemExit(f"{path}: records were lost: {result}")
    return result["classes"]["head"]["mean_ns"]


def curve(points, rounds):
    """points: name -> (capture, elements). All in turn, round after round; returns the medians."""
    times = {name: [] for name in points}
    for _ in range(rounds):
        for name, point in points.items():
            times[name].append(head_ns(*point))
    return {name: statistics.median(values) for name, values in times.items()}


def rows_of(what, medians):
    first = next(iter(medians.values()))
    rows = [Row("curves", f"head, {name} {what}", value, "ns") for name, value in medians.items()]
    return rows + [Row("curves", f"head, {what}: the most over the first", max(medians.values()) / first, "×", ("≤", 2))]


def chosen(number):
    return ["none"] + [f"{name}:24" for name in NAMES[:number]]


def curves(folder, short):
    rounds, requests, counts = (1, 2000, (1, CROWD)) if short else (3, 20000, (1, 10, CROWD, 1000, 10000, 100000))
    captures = {count: crowd(folder, max(requests, count), count) for count in counts}
    rows = rows_of("connections", curve({count: (path,) for count, path in captures.items()}, rounds))
    return rows + rows_of("chosen headers", curve({number: (captures[CROWD], chosen(number)) for number in (1, 2, 4, 8, 16)}, rounds))
