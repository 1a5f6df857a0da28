# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What a head costs in the TC program, as connections and chosen headers become more: curves."""
import json
import statistics
import subprocess

from measure import REPLAY, median_row, ratio_row, traffic

NAMES = ["host", "user-agent", "accept", "accept-language", "accept-encoding", "referer", "x-request-id", "cookie", "connection", "cache-control",
         "server", "content-type", "content-length", "x-one", "x-two", "x-three"]
TABLE = 262144  # connections remembered, at every point of a curve
SHORT = 16384   # likewise, when times do not matter
CROWD = 100     # connections, of the curve of chosen headers


def head_ns(table, path, elements=()):
    """Mean time of packets with a head in the TC program, above an empty one."""
    more = [word for element in elements for word in ("-e", element)]
    command = [REPLAY, "--engine", "kernel", "--connections", str(table), "-f", "json", "-r", path, *more]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if not result["records"] == result["counters"]["heads_emitted"] == result["counters"]["heads_started"]:
        raise SystemExit(f"{path}: records were lost: {result}")
    return result["classes"]["head"]["mean_ns"]


def curve(points, rounds, table):
    """points: name -> (capture, elements). All in turn, round after round; returns the times of each."""
    times = {name: [] for name in points}
    for _ in range(rounds):
        for name, point in points.items():
            times[name].append(head_ns(table, *point))
    return times


def rows_of(what, times):
    rows = [median_row("curves", f"head, {name:,} {what}", values, "ns") for name, values in times.items()]
    highest = max(times.values(), key=statistics.median)
    return rows + [ratio_row("curves", f"head, {what}: the most over the first", highest, next(iter(times.values())), ("≤", 2))]


def chosen(number):
    return ["none"] + [f"{name}:24" for name in NAMES[:number]]


def curves(folder, short):
    rounds, requests, table = (1, 2000, SHORT) if short else (3, 20000, TABLE)
    counts, numbers = ((CROWD,), (16,)) if short else ((1, 10, CROWD, 1000, 10000, 100000), (1, 2, 4, 8, 16))
    captures = {count: traffic(folder, "crowd", max(requests, count), count) for count in counts}
    rows = rows_of("connections", curve({count: (path,) for count, path in captures.items()}, rounds, table))
    return rows + rows_of("chosen headers", curve({number: (captures[CROWD], chosen(number)) for number in numbers}, rounds, table))
