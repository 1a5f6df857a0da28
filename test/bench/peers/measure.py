# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What the parts of test/bench/run share: timed commands, medians, intervals, rows."""
import json
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import time

ROOT = os.environ["HDRTAP_ROOT"]
BUILD = os.environ["HDRTAP_BUILD"]
HDRTAP = os.environ["HDRTAP"]
REPLAY = os.path.join(os.path.dirname(HDRTAP), "hdrtap-replay")
PEERS = os.path.join(ROOT, "test/bench/peers")
PICO = os.path.join(BUILD, "test/bench/peers/hdrtap-bench-pico")
TRAFFIC = os.path.join(BUILD, "test/bench/peers/hdrtap-bench-traffic")
READER = os.path.join(BUILD, "test/bench/reader/hdrtap-bench-reader")
USAGE = os.path.join(BUILD, "test/bench/usage/hdrtap-bench-usage")


class Row:
    """One line of the table. `bar`: (comparison, number), None where nothing is asked; `low`, `high`: 95 % of the medians."""

    def __init__(self, part, what, value, unit="", bar=None, low=None, high=None):
        self.part, self.what, self.value, self.unit = part, what, value, unit
        self.bar, self.low, self.high = bar, low, high

    def verdict(self):
        if not self.bar:
            return ""
        met = self.value <= self.bar[1] if self.bar[0] == "≤" else self.value >= self.bar[1]
        return "met" if met else "missed"

    def margin(self):
        """How far on the good side of the bar, in parts of it."""
        if not self.bar or not self.bar[1]:
            return ""
        over = self.value / self.bar[1] - 1
        return f"{100 * (over if self.bar[0] == '≥' else -over):+.0f} %"

    def cells(self):
        bar = f"{self.bar[0]} {number(self.bar[1])}" if self.bar else ""
        interval_text = "" if self.low is None else f"{number(self.low)} – {number(self.high)}"
        return [self.part, self.what, f"{number(self.value)} {self.unit}".strip(), interval_text, bar, self.margin(), self.verdict()]


def number(value):
    if value >= 10000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def markdown(head, cells):
    lines = [head, ["---"] * len(head)] + cells
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)", file.read(), flags=re.M)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory_kib = int(re.search(r"\d+", file.read()).group())
    name, load = model.group(1) if model else platform.machine(), os.getloadavg()[0]
    return f"{name}, {os.cpu_count()} CPUs, {memory_kib / 2**20:.0f} GiB, Linux {platform.release()}; load before {load:.1f}"


def timed(command, **options):
    """Runs it; returns (seconds, CPU seconds of it and its children)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def alternate(commands, rounds):
    """commands: name -> command. Each once per round, in turn. Returns name -> seconds of each round."""
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command)[0])
    return times


def script(name, *arguments):
    """The JSON objects that a script of this directory prints, a line each."""
    command = [os.path.join(PEERS, name), *map(str, arguments)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if not lines or "FAIL" in said:
        raise SystemExit(f"{' '.join(command)}: {said}")
    return lines


def traffic(folder, kind, requests, *more, program=TRAFFIC):
    """A capture of hdrtap-bench-traffic, in the page cache."""
    path = os.path.join(folder, "-".join([kind, str(requests), *map(str, more)]) + ".pcap")
    if not os.path.exists(path):
        with open(path, "wb") as out:
            subprocess.run([program, kind, str(requests), *map(str, more)], stdout=out, check=True)
    timed(["cat", path])
    return path


def interval(values, draws=2000):
    """Bootstrap: 95 % of the medians of `values` drawn again."""
    generator = random.Random(1)
    medians = sorted(statistics.median(generator.choices(values, k=len(values))) for _ in range(draws))
    return medians[draws * 25 // 1000], medians[draws * 975 // 1000]


def median_row(part, what, values, unit="", bar=None):
    """The median of `values`, with its interval where there are several."""
    low, high = interval(values) if len(values) > 1 else (None, None)
    return Row(part, what, statistics.median(values), unit, bar, low, high)


def ratio_row(part, what, above, below, bar=None, unit="×"):
    """The median of above[i] / below[i], runs that stood next to each other."""
    return median_row(part, what, [a / b for a, b in zip(above, below)], unit, bar)
