# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Traffic on an interface: live, filter, peers, bulk, open."""
import os
import re
import statistics

from measure import Row, median_row, ratio_row, script, traffic

MAIN = ["empty", "hdrtap", "requests", "tcpdump", "pico", "empty2"]
OTHERS = ["empty", "httpry", "ngrep", "tcpdump-A", "tshark"]
NAMES = {"tcpdump": "tcpdump -w /dev/null", "pico": "libpcap + picohttpparser", "tcpdump-A": "tcpdump -A"}


def runs(kind, rounds, seconds, observers):
    """observer -> its runs, in the order of the rounds."""
    lines = script("live.sh", kind, rounds, seconds, *observers)
    if len(lines) != rounds * len(observers):
        raise SystemExit(f"live.sh {kind}: only {len(lines)} runs")
    return {name: [line for line in lines if line["observer"] == name] for name in observers}


def rates(of, what="requests"):
    return [run[what] / run["seconds"] for run in of]


def said(run, pattern):
    """Sum of the numbers that an observer said."""
    return sum(map(int, re.search(pattern, run["said"]).groups()))


def run_of_empty(of):
    """Seconds that the kernel says a run of the empty program takes: most of it is reading clocks, which is done for these numbers only."""
    return sum(run["programs"] for run in of["empty"]) / sum(run["runs"] for run in of["empty"])


def programs(run, empty=0.0):
    """CPU us of its programs, over the empty one."""
    return 1e6 * (run["programs"] - run["runs"] * empty)


def spent(run, empty=0.0):
    """CPU us of its processes and programs."""
    return 1e6 * run["cpu"] + programs(run, empty)


def per_request(of, empty=0.0):
    return [spent(run, empty) / run["requests"] for run in of]


def records(run):
    return said(run, r"(\d+) requests and (\d+) responses logged")


def added(of, base):
    """CPU us that a request takes more: all CPUs are busy, with the observer and without."""
    return [1e6 * os.cpu_count() * (run["seconds"] / run["requests"] - without["seconds"] / without["requests"]) for run, without in zip(of, base)]


def throughput_rows(of):
    base, mine = rates(of["empty"]), rates(of["hdrtap"])
    row = ratio_row("live", "dense, -w: throughput over the empty program", mine, base, ("≥", 0.95))
    return [
        ratio_row("live", "A/A: the empty program over itself", rates(of["empty2"]), base),
        row,
        Row("live", "dense, -w: throughput over the empty program, lower bound", row.value if row.low is None else row.low, "×", ("≥", 0.90)),
        ratio_row("live", "dense, -w: throughput over tcpdump -w /dev/null", mine, rates(of["tcpdump"]), ("≥", 1)),
        ratio_row("live", "dense, -w: throughput over libpcap + picohttpparser", mine, rates(of["pico"]), ("≥", 1)),
        ratio_row("live", "dense, -w --heads request: throughput over the empty program", rates(of["requests"]), base),
        ratio_row("live", "dense, tcpdump -w /dev/null: throughput over the empty program", rates(of["tcpdump"]), base),
        ratio_row("live", "dense, libpcap + picohttpparser: throughput over the empty program", rates(of["pico"]), base),
    ]


def cost_rows(of):
    mine, requests, pico, empty = of["hdrtap"], of["requests"], of["pico"], run_of_empty(of)
    of_record = [spent(run, empty) / records(run) for run in mine]
    rows = [
        median_row("live", "dense, -w: observer CPU per record (programs, both processes)", of_record, "µs", ("≤", 1.2)),
        median_row("live", "dense, -w: of that, programs", [programs(run, empty) / records(run) for run in mine], "µs"),
        median_row("live", "dense, -w: observer CPU per record, with what an empty program takes", [spent(run) / records(run) for run in mine], "µs"),
        ratio_row("live", "dense, --heads request: observer CPU per request over libpcap + picohttpparser", per_request(requests, empty), per_request(pico),
                  ("≤", 1)),
        median_row("live", "dense, --heads request: observer CPU per request (programs, both processes)", per_request(requests, empty), "µs"),
        median_row("live", "dense, --heads request: of that, programs", [programs(run, empty) / run["requests"] for run in requests], "µs"),
        median_row("live", "dense, libpcap + picohttpparser: observer CPU per request (process alone)", per_request(pico), "µs"),
    ]
    for name in ("hdrtap", "requests", "tcpdump", "pico"):
        title = {"hdrtap": "-w", "requests": "-w --heads request"}.get(name) or NAMES[name]
        rows.append(median_row("live", f"dense, {title}: CPU per request of the whole machine, over the empty program", added(of[name], of["empty"]), "µs"))
    return rows + [
        Row("live", "dense, -w: heads lost in all runs", sum(said(run, r"(\d+) lost") for run in mine), "heads", ("≤", 0)),
        Row("live", "dense, libpcap + picohttpparser: packets lost in all runs", sum(said(run, r"(\d+) lost") for run in of["pico"]), "packets"),
    ]


def dense(_, short):
    of = runs("dense", *((1, 1) if short else (30, 2)), MAIN)
    return throughput_rows(of) + cost_rows(of)


def filtered(_, short):
    """--where is decided in the programs; responses are written for their requests' sake."""
    of = runs("mixed", *((1, 1) if short else (10, 2)), ["empty", "hdrtap", "where"])
    empty = run_of_empty(of)
    names = ("where", "hdrtap")
    readers = [[run["cpu"] / run["requests"] for run in of[name]] for name in names]
    kernels = [[programs(run, empty) / run["requests"] for run in of[name]] for name in names]
    kept = [records(run) / 2 / run["requests"] for run in of["where"]]
    return [
        median_row("filter", "requests that --where keeps, of all", [100 * share for share in kept], "%"),
        ratio_row("filter", "--where, -w: CPU of both processes per request over that without --where", *readers, ("≤", 0.2)),
        ratio_row("filter", "--where, -w: time of the programs per request over that without --where", *kernels, ("≤", 0.8)),
        ratio_row("filter", "--where, -w: throughput over that without --where", rates(of["where"]), rates(of["hdrtap"])),
        Row("filter", "heads lost in all runs", sum(said(run, r"(\d+) lost") for run in of["where"]), "heads", ("≤", 0)),
    ]


def peers(_, short):
    """Those without a bar: few rounds are enough."""
    names = OTHERS[:2] if short else OTHERS
    of, rows = runs("dense", *((1, 1) if short else (5, 2)), names), []
    for name in names[1:]:
        title = NAMES.get(name, name)
        rows.append(ratio_row("peers", f"dense, {title}: throughput over the empty program", rates(of[name]), rates(of["empty"])))
        rows.append(median_row("peers", f"dense, {title}: observer CPU meanwhile, per request of wrk", per_request(of[name]), "µs"))
    return rows


def bulk(_, short):
    of = runs("bulk", *((1, 1) if short else (15, 2)), ["empty", "hdrtap", "pico", "empty2"])
    mine, pico, base = of["hdrtap"], [spent(run) / run["bytes"] for run in of["pico"]], rates(of["empty"], "bytes")
    empty = run_of_empty(of)
    return [
        median_row("bulk", "throughput with the empty program", [8e-9 * rate for rate in base], "Gbit/s"),
        ratio_row("bulk", "A/A: the empty program over itself", rates(of["empty2"], "bytes"), base),
        ratio_row("bulk", "-w: throughput over the empty program", rates(mine, "bytes"), base, ("≥", 0.97)),
        ratio_row("bulk", "libpcap + picohttpparser: throughput over the empty program", rates(of["pico"], "bytes"), base),
        ratio_row("bulk", "-w: observer CPU per byte over libpcap + picohttpparser", [spent(run, empty) / run["bytes"] for run in mine], pico, ("≤", 0.25)),
        ratio_row("bulk", "-w: the same, with what an empty program takes", [spent(run) / run["bytes"] for run in mine], pico),
    ]


def open_loop(folder, short):
    """Two senders, so that both of two CPUs are busy with it."""
    requests = 2000 if short else 200000
    captures = [traffic(folder, "dense", requests, first) for first in (0, requests)]
    lines = script("open_loop.sh", 2 if short else 8, *captures)
    rows = []
    for name, of, bar in (("", lines[0::2], ("≤", 0)), ("rings small on purpose: ", lines[1::2], None)):
        total = {key: sum(line[key] for line in of) for key in ("sent", "seen", "logged", "lost")}
        rows += [
            Row("open", f"{name}a CPU's ring", statistics.median(line["ring"] for line in of), "KiB"),
            median_row("open", f"{name}sent at top speed by two tcpreplay", [line["rate"] for line in of], "packets/s"),
            Row("open", f"{name}heads sent", total["sent"], "heads"),
            Row("open", f"{name}heads sent that never reached the program", total["sent"] - total["seen"], "heads"),
            Row("open", f"{name}heads lost, counted", total["lost"], "heads", bar),
            Row("open", f"{name}heads neither logged nor counted as lost", total["seen"] - total["logged"] - total["lost"], "heads", ("≤", 0)),
        ]
    return rows + [Row("open", "the worker's private memory, the most", max(line["private"] for line in lines) / 1024, "MiB", ("≤", 32))]
