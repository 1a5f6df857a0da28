# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What the parts of test/bench/run share: timed commands, medians, intervals, rows."""
import os
import random
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

    def cells(self):
        bar = f"{self.bar[0]} {number(self.bar[1])}" if self.bar else ""
        interval = "" if self.low is None else f"{number(self.low)} – {number(self.high)}"
        return [self.part, self.what, f"{number(self.value)} {self.unit}".strip(), interval, bar, self.verdict()]


def number(value):
    if value >= 10000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


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


def interval(ratios, draws=2000):
    """Bootstrap: 95 % of the medians of `ratios` drawn again."""
    generator = random.Random(1)
    medians = sorted(statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(draws))
    return medians[draws * 25 // 1000], medians[draws * 975 // 1000]


def ratio_row(part, what, above, below, bar=None, unit="×"):
    """The median of above[i] / below[i], runs that stood next to each other."""
    ratios = [a / b for a, b in zip(above, below)]
    low, high = interval(ratios)
    return Row(part, what, statistics.median(ratios), unit, bar, low, high)
