# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Traffic on an interface: live, bulk, open."""
import json
import os
import re
import statistics
import subprocess

from measure import PEERS, Row, interval, ratio_row
from offline import traffic


def runs(kind, rounds, seconds, observers):
    """observer -> its runs, in the order of the rounds."""
    command = [os.path.join(PEERS, "live.sh"), kind, str(rounds), str(seconds), *observers]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if len(lines) != rounds * len(observers):
        raise SystemExit(f"test/bench/peers/live.sh {kind}: {said}")
    return {name: [line for line in lines if line["observer"] == name] for name in observers}


def rates(of, what="requests"):
    return [run[what] / run["seconds"] for run in of]


def lost(run):
    return int(re.search(r"(\d+) lost", run["said"]).group(1))


def cost(of):
    """us of CPU per request: of the process and of the programs."""
    return [1e6 * (run["cpu"] + run["programs"]) / run["requests"] for run in of]


def dense(_, short):
    rounds, seconds = (1, 1) if short else (30, 2)
    observers = ["empty", "hdrtap", "requests", "tcpdump", "pico", "empty2", "httpry"]
    of = runs("dense", rounds, seconds, observers)
    base = rates(of["empty"])
    rows = [
        ratio_row("live", "A/A: the empty program over itself", rates(of["empty2"]), base),
        ratio_row("live", "dense, -w: throughput over the empty program", rates(of["hdrtap"]), base, ("≥", 0.95)),
        ratio_row("live", "dense, -w --heads request: the same", rates(of["requests"]), base),
        ratio_row("live", "dense: tcpdump -w /dev/null over the empty program", rates(of["tcpdump"]), base),
        ratio_row("live", "dense: libpcap + picohttpparser over the empty program", rates(of["pico"]), base),
        ratio_row("live", "dense: httpry over the empty program", rates(of["httpry"]), base),
    ]
    low = rows[1].low
    rows.insert(2, Row("live", "dense, -w: lower bound of that", low, "×", ("≥", 0.90)))
    records = [1e6 * (run["cpu"] + run["programs"]) / run["requests"] / 2 for run in of["hdrtap"]]
    rows += [
        Row("live", "dense, -w: CPU per record (programs and both processes)", statistics.median(records), "µs", ("≤", 1.2), *interval(records)),
        ratio_row("live", "dense, --heads request: CPU per request over libpcap + picohttpparser's", cost(of["requests"]), cost(of["pico"]), ("≤", 1)),
        Row("live", "dense: libpcap + picohttpparser, CPU per request (its process alone)", statistics.median(cost(of["pico"])), "µs"),
        Row("live", "dense, -w: heads lost in all runs", sum(map(lost, of["hdrtap"])), "heads", ("≤", 0)),
    ]
    return rows


def bulk(_, short):
    rounds, seconds = (1, 1) if short else (15, 2)
    of = runs("bulk", rounds, seconds, ["empty", "hdrtap", "pico"])
    spent = {name: [(run["cpu"] + run["programs"]) / run["bytes"] for run in of[name]] for name in ("hdrtap", "pico")}
    return [
        Row("bulk", "throughput with the empty program", 8e-9 * statistics.median(rates(of["empty"], "bytes")), "Gbit/s"),
        ratio_row("bulk", "throughput over the empty program", rates(of["hdrtap"], "bytes"), rates(of["empty"], "bytes"), ("≥", 0.97)),
        ratio_row("bulk", "CPU per byte over libpcap + picohttpparser's", spent["hdrtap"], [max(x, 1e-12) for x in spent["pico"]], ("≤", 0.25)),
    ]


def open_loop(folder, short):
    path = traffic(folder, "dense", 2000 if short else 200000)
    said = subprocess.run([os.path.join(PEERS, "open_loop.sh"), path, "1" if short else "5"], stdout=subprocess.PIPE, text=True, check=False).stdout
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"test/bench/peers/open_loop.sh: {said}")
    return [
        Row("open", "tcpreplay at top speed", statistics.median(line["rate"] for line in lines), "packets/s"),
        Row("open", "heads sent and neither logged nor counted as lost", sum(line["sent"] - line["logged"] - line["lost"] for line in lines), "heads", ("≤", 0)),
        Row("open", "heads lost, counted", sum(line["lost"] for line in lines), "heads", ("≤", 0)),
    ]
