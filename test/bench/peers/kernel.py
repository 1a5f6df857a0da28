# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What test/bench/kernel_cost and test/bench/worst_case measure, as rows beside their bars: kernel."""
import json
import os
import subprocess

from measure import ROOT, Row

BARS = {"no payload": 15, "not HTTP, unknown connection": 60, "not HTTP, known connection": 60}  # ns over the empty program, hot
OF_PICO = {"request head, no ring": 1, "request head, perf ring": 2}  # times picohttpparser, hot


def lines_of(program, *more):
    command = [os.path.join(ROOT, "test/bench", program), *more]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()


def cost_rows(cost):
    name = f"{cost['hook']}, {cost['packet']}"
    bar = BARS.get(cost["packet"])
    rows = [Row("kernel", f"{name}: hot (cold {cost['cold_ns']} ns)", cost["hot_ns"], "ns", ("≤", bar) if bar else None)]
    bar = OF_PICO.get(cost["packet"])
    return rows + ([Row("kernel", f"{name}: over picohttpparser", cost["of_picohttpparser"], "×", ("≤", bar))] if bar else [])


def worst_row():
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines_of("worst_case")[2:]]
    packets = [cell for cell in cells if cell[3].isdigit() and not cell[0].startswith("all ")]
    worst = max(packets, key=lambda cell: int(cell[3]))
    return Row("kernel", f"worst packet, {worst[0]}: median", int(worst[3]), "ns")


def kernel(_folder, _short):
    rows = [row for line in lines_of("kernel_cost", "--json") for row in cost_rows(json.loads(line))]
    return rows + [worst_row()]
