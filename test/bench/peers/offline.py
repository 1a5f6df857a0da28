# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures read from files, and what comes out: offline, view."""
import glob
import os
import statistics
import subprocess

from measure import HDRTAP, PICO, Row, TRAFFIC, alternate, ratio_row, timed


def traffic(folder, kind, requests):
    path = os.path.join(folder, f"{kind}.pcap")
    with open(path, "wb") as out:
        subprocess.run([TRAFFIC, kind, str(requests)], stdout=out, check=True)
    timed(["cat", path])  # into the page cache
    return path


def own(path, *more):
    return [HDRTAP, "-q", "-r", path, *more]


def offline(folder, short):
    rounds, scale = (1, 2000) if short else (11, 200000)
    mixed, dense = traffic(folder, "mixed", scale // 20), traffic(folder, "dense", scale)
    fast = alternate({"hdrtap": own(dense, "--heads", "request"), "both": own(dense), "pico": [PICO, "-r", dense], "reading": [PICO, "-0", dense]}, rounds)
    slow = traffic(folder, "dense", scale // 20)
    peers = alternate({
        "hdrtap": own(slow, "--heads", "request"),
        "httpry": ["httpry", "-q", "-r", slow, "-o", "/dev/null"],
        "tshark": ["tshark", "-r", slow, "-Y", "http.request", "-T", "fields", "-e", "http.host", "-e", "http.request.uri", "-e", "http.user_agent"],
        "ngrep": ["ngrep", "-q", "-I", slow, "-W", "byline", "^GET"],
        "tcpflow": ["tcpflow", "-X", "/dev/null", "-r", slow, "-c"],
    }, 1 if short else 3)
    apart = alternate({"hdrtap": own(mixed), "reading": [PICO, "-0", mixed], "pico": [PICO, "-r", mixed]}, rounds)
    rows = [
        ratio_row("offline", "dense, requests: time over libpcap + picohttpparser", fast["hdrtap"], fast["pico"], ("≤", 2)),
        ratio_row("offline", "dense, requests and responses: the same", fast["both"], fast["pico"]),
        ratio_row("offline", "dense: time over reading alone", fast["hdrtap"], fast["reading"]),
        ratio_row("offline", "mixed: time over reading alone", apart["hdrtap"], apart["reading"], ("≤", 1.5)),
        ratio_row("offline", "mixed: libpcap + picohttpparser over reading alone", apart["pico"], apart["reading"]),
    ]
    bars = {"httpry": 8, "tshark": 80}
    for peer in ("httpry", "tshark", "ngrep", "tcpflow"):
        bar = ("≥", bars[peer]) if peer in bars else None
        rows.append(ratio_row("offline", f"dense: {peer}'s time over hdrtap's", peers[peer], peers["hdrtap"], bar))
    return rows


def per_second(records, command, rounds):
    """Median of records per second; what comes out goes through a pipe to a reader that throws it away."""
    piped = ["sh", "-c", '"$@" | cat >/dev/null', "sh", *command]
    return records / statistics.median(timed(piped)[0] for _ in range(rounds))


def view(folder, short):
    rounds, requests = (1, 2000) if short else (7, 200000)
    dense, log = traffic(folder, "dense", requests), os.path.join(folder, "log")
    subprocess.run(own(dense, "-w", log), check=True)
    size = sum(os.path.getsize(name) for name in glob.glob(os.path.join(log, "*.hdl")))
    records = 2 * requests
    rows = [Row("log", "bytes per record on disk, dense", size / records, "bytes", ("≤", 130))]
    for name, bar in (("text", 500000), ("json", 300000), ("csv", None), ("clf", None)):
        rate = per_second(records, own(log, "-f", name), rounds)
        rows.append(Row("view", f"log to {name} lines in a pipe", rate, "lines/s", ("≥", bar) if bar else None))
    rate = per_second(records, own(log, "-w", "-"), rounds)
    rows.append(Row("log", "log to a record stream in a pipe, decoded and compressed again", rate, "records/s"))
    return rows
