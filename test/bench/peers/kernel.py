# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What test/bench/kernel_cost and test/bench/worst_case measure, as rows beside their bars: kernel, worst."""
import json
import os
import subprocess

from measure import ROOT, Row, median_row, ratio_row

BARS = {"no payload": 15, "not HTTP, unknown connection": 60, "not HTTP, known connection": 60}  # ns over the empty program, hot
OF_PICO = {"request head, no ring": 1, "request head, perf ring": 2}  # times picohttpparser, hot
BASE = "request head, nothing to redact"
RING = "request head, perf ring"
OVER_RING = {"request head, excluded by path": 0.8, "request head, excluded by host": 0.8, "request head, excluded by presence": 0.8}  # times, hot
OVER_BASE = ["request head, no ring", "request head, secret query value", "request head, names of cookies", "request head, hashed cookie"]


def lines_of(program, *more):
    command = [os.path.join(ROOT, "test/bench", program), *more]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()


def costs_of(program, *more):
    """hook -> packet -> its line."""
    costs = {}
    for line in lines_of(program, "--json", *more):
        cost = json.loads(line)
        costs.setdefault(cost["hook"], {})[cost["packet"]] = cost
    return costs


def cost_rows(hook, costs):
    """costs: packet -> its line. Heads, too, over picohttpparser, and over a head where nothing is redacted."""
    rows = []
    for packet, cost in costs.items():
        parser = packet.startswith("(")
        bar = ("≤", BARS[packet]) if packet in BARS else None
        rows.append(median_row("kernel", f"{hook}, {packet}" + ("" if parser else ", hot"), cost["hot"], "ns", bar))
        if not parser:
            rows.append(median_row("kernel", f"{hook}, {packet}, cold", cost["cold"], "ns"))
        if packet in OF_PICO:
            rows.append(ratio_row("kernel", f"{hook}, {packet}: over picohttpparser", cost["hot"], costs["(picohttpparser)"]["hot"], ("≤", OF_PICO[packet])))
    for packet in OVER_BASE if BASE in costs else []:
        rows.append(ratio_row("kernel", f"{hook}, {packet}: over one with nothing to redact", costs[packet]["hot"], costs[BASE]["hot"]))
    for packet, bar in OVER_RING.items():
        if packet in costs:
            rows.append(ratio_row("kernel", f"{hook}, {packet}: over one that is not", costs[packet]["hot"], costs[RING]["hot"], ("≤", bar)))
    return rows


def kernel(_folder, _short):
    return [row for hook, of in costs_of("kernel_cost").items() for row in cost_rows(hook, of)]


def worst(_folder, _short):
    """The packets of worst_case; the last line is a whole head of segments of one byte."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines_of("worst_case")[2:]]
    rows = [Row("worst", f"{name}, {size} bytes: median", int(median), "ns") for name, size, _, median, *_ in cells]
    tails = [(int(high), name) for name, _, _, _, high, *_ in cells if high]
    return rows + [Row("worst", f"the highest 99th percentile: {max(tails)[1]}", max(tails)[0], "ns")]
