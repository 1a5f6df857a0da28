# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""test/bench/compare: two builds measured in turns, row by row, and the first one against itself.

compare.py [--short] BEFORE BUILD AFTER BUILD RECORD_SIZE [RUNS] [PART...]: BEFORE and AFTER are what the builds are called in the output. --short: with so
little traffic that numbers mean nothing; test/bench/short shows with it that this works.
"""
import glob
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from functools import partial

from kernel import costs_of
from measure import machine, markdown, number, timed, traffic
from offline import own
from reader import FORMATS, NAMES, log_bytes, piped, read_out

RUNS = 20
ROUNDS = 3     # of kernel_cost, in a run
FILLINGS = 2   # of the rings, in a run of the reader
REQUESTS = 100000
SMALL = 200    # ns: rows below it have a bar in ns
SMALL_MOST = 5
RATIO_MOST = 1.02
SIZE_MOST = 1.05
HEAD = ["part", "what", "before", "after", "after / before", "95 %", "before / before", "95 %", "difference", ""]
NOTES = f"""
Each turn is before, after, before again, or the other way round; a value is the median of its runs, a ratio the median of those of the turns. 95 %: the
interval of the median that belongs to the sign test, which asks nothing of the distribution (between the 6th and the 15th of 20 sorted ratios: 95.9 %; J.-Y.
Le Boudec, Performance Evaluation of Computer and Communication Systems, 2010, chapter 2). Met: the interval's lower end is at most {RATIO_MOST}; where before
is under {SMALL} ns, that of the difference at most +{SMALL_MOST} ns; in part size the ratio itself at most {SIZE_MOST}. Noise is wider than the bar where the upper end of before over itself exceeds it: what the bar forbids may
not show there.
"""


class Side:
    """A build, and what its kernel_cost is to be called with."""

    def __init__(self, build, *options):
        self.hdrtap = os.path.join(build, "bin/hdrtap")
        self.traffic, self.reader, self.kernel_cost = (program(build, name) for name in ("hdrtap-bench-traffic", "hdrtap-bench-reader", "hdrtap-kernel-cost"))
        self.build, self.options = build, options


def program(build, name):
    """Found by its name: where it is built changes between versions."""
    found = [path for path in glob.glob(os.path.join(build, "**", name), recursive=True) if os.path.isfile(path) and os.access(path, os.X_OK)]
    if not found:
        raise SystemExit(f"there is no {name} in {build}; is it built?")
    return found[0]


def interval(values):
    """95 % of the median by the sign test, or None where there are too few for that."""
    count, below, rank = len(values), 0, 0
    while True:
        below += math.comb(count, rank) / 2**count
        if 2 * below > 0.05:
            break
        rank += 1
    return (sorted(values)[rank - 1], sorted(values)[count - rank]) if rank else None


class Change:
    """What became of a row from `before` to `after`, run beside run."""

    def __init__(self, before, after, unit):
        self.small = unit == "ns" and statistics.median(before) < SMALL
        self.differences = [b - a for a, b in zip(before, after)]
        self.ratios = [b / a for a, b in zip(before, after)] if min(before + after) > 0 else []

    def at_most(self, end, size=False):
        """Whether that end (0, 1) of the interval keeps the bar; in part size, the median. None where the runs are too few to say."""
        values, most = (self.differences, SMALL_MOST) if self.small else (self.ratios, RATIO_MOST)
        if size:
            return statistics.median(self.ratios) <= SIZE_MOST
        return interval(values) and interval(values)[end] <= most

    def cells(self):
        if not self.ratios:
            return ["", ""]
        return [f"{statistics.median(self.ratios):.3f}", between(self.ratios, ".3f")]

    def difference(self):
        return f"{statistics.median(self.differences):+.0f} ns ({between(self.differences, '+.0f')})" if self.small else ""


def between(values, form):
    bounds = interval(values)
    return f"{bounds[0]:{form}} – {bounds[1]:{form}}" if bounds else "too few runs"


def verdict(change, noise, size):
    met = change.at_most(0, size)
    if met is None:
        return ""
    if not met:
        return "missed" if noise.at_most(0, size) else "missed, and so did before itself"
    return "met" if noise.at_most(1) is not False else "met, noise is wider than the bar"


def row(part, key, values):
    """values: those of before, after, and before again."""
    (what, unit), (before, after, again) = key, values
    change, noise = Change(before, after, unit), Change(before, again, unit)
    medians = [f"{number(statistics.median(of))} {unit}" for of in (before, after)]
    return [part, what, *medians, *change.cells(), *noise.cells(), change.difference(), verdict(change, noise, part == "size")]


# --- what is measured: functions of a side that return (what, unit) -> value, smaller ones are better ---


def takes(side, option):
    return option in subprocess.run([side.kernel_cost, "--help"], stdout=subprocess.PIPE, text=True, check=False).stdout


def kernel_run(rounds, only, side):
    """Medians of all rounds, of packets whose name begins with `only`."""
    values = {}
    for hook, costs in costs_of(side.kernel_cost, *rounds, *side.options).items():
        for packet, cost in costs.items():
            if packet.startswith("(") or not packet.startswith(only):
                continue
            for kind in ("hot", "cold"):
                values[f"{hook}, {packet}, {kind}", "ns"] = statistics.median(cost[kind])
    return values


def kernel(sides, _folder, _short, only=""):
    rounds = ["--rounds", str(ROUNDS)] if all(takes(side, "--rounds") for side in sides) else []
    return [partial(kernel_run, rounds, only)]


def reader_run(capture, kind, folder, side):
    run, name = read_out(capture, kind, FILLINGS, folder, side.reader), NAMES[kind]
    return {(name, "ns"): 1e9 * run["seconds"] / run["records"], (f"{name}: CPU of all threads", "ns"): 1e9 * run["all_cpu"] / run["records"]}


def requests_of(short):
    return 2000 if short else REQUESTS


def reader(sides, folder, short):
    capture = traffic(folder, "dense", requests_of(short) // 2, program=sides[0].traffic)
    return [partial(reader_run, capture, kind, folder) for kind in NAMES]


def time_of(what, command_of, side):
    seconds, cpu = timed(piped(command_of(side)))
    return {(what, "ms"): 1000 * seconds, (f"{what}: CPU", "ms"): 1000 * cpu}


def log(sides, folder, short):
    """Each reads the log that it wrote itself."""
    requests, logs = requests_of(short), {}
    dense = traffic(folder, "dense", requests, program=sides[0].traffic)
    for side in sides:
        logs[side] = os.path.join(folder, f"log-{len(logs)}")
        shutil.rmtree(logs[side], ignore_errors=True)
        subprocess.run(own(dense, "-w", logs[side], hdrtap=side.hdrtap), check=True)
    outputs = {f"read and written as {name} into a pipe": ["-f", name] for name in FORMATS}
    outputs["read, decoded, compressed again, written as a stream into a pipe"] = ["-w", "-"]
    return [lambda side: {("bytes per record on disk, dense", "bytes"): log_bytes(logs[side]) / (2 * requests)}] + [
        partial(time_of, what, lambda side, more=more: own(logs[side], *more, hdrtap=side.hdrtap)) for what, more in outputs.items()]


def offline(sides, folder, short):
    requests, program = requests_of(short), sides[0].traffic
    dense, mixed = traffic(folder, "dense", requests, program=program), traffic(folder, "mixed", requests // 20, program=program)
    captures = {"dense, requests": (dense, "--heads", "request"), "dense, requests and responses": (dense,), "mixed": (mixed,)}
    return [partial(time_of, what, lambda side, of=of: own(*of, hdrtap=side.hdrtap)) for what, of in captures.items()]


def size(sides, folder, short):
    return kernel(sides, folder, short, "request head")


PARTS = {"kernel": kernel, "reader": reader, "log": log, "offline": offline, "size": size}


# --- turns ---


def run_turns(part, sides, runs, folder, short):
    """(what, unit) -> values of before, of after, and of before again."""
    measures, values = PARTS[part](sides, folder, short), {}
    for turn in range(runs):
        print(f"measuring: {part}, turn {turn + 1} of {runs}", file=sys.stderr, flush=True)
        for measure in measures:
            order = (0, 1, 2) if turn % 2 == 0 else (2, 1, 0)
            for place in order:
                for key, value in measure(sides[place % 2]).items():
                    values.setdefault(key, ([], [], []))[place].append(value)
    return values


def rows_of(part, sides, runs, folder, short):
    values, rows = run_turns(part, sides, runs, folder, short), []
    for key, of in values.items():
        if [len(side) for side in of] == [runs] * 3:
            rows.append(row(part, key, of))
        else:
            print(f"{part}, {key[0]}: only one of the two measures it", file=sys.stderr)
    return rows


def all_rows(parts, before, after, sized, runs, short):
    """Returns the rows, and the parts that failed."""
    rows, failed = [], []
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            if part == "size" and not takes(after, sized.options[0]):
                print(f"size: not supported: kernel_cost of after has no option {sized.options[0]}", file=sys.stderr)
                continue
            try:
                rows += rows_of(part, (after, sized) if part == "size" else (before, after), runs, folder, short)
            except (Exception, SystemExit):  # the other parts know nothing of this one
                traceback.print_exc()
                failed.append(part)
    return rows, failed


def main():
    short = "--short" in sys.argv
    before_name, before_build, after_name, after_build, record_size, *words = [word for word in sys.argv[1:] if word != "--short"]
    runs = int(words.pop(0)) if words and words[0].isdigit() else RUNS
    parts = words or [part for part in PARTS if part != "size"]
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not runs:
        sys.exit(f"test/bench/compare: no part {unknown[0]}; there are: {', '.join(PARTS)}" if unknown else "test/bench/compare: RUNS must not be 0")
    where, begun = machine(), time.monotonic()
    rows, failed = all_rows(parts, Side(before_build), Side(after_build), Side(after_build, "--record-size", record_size), runs, short)
    minutes = (time.monotonic() - begun) / 60
    print(f"{time.strftime('%Y-%m-%d %H:%M')} UTC, {runs} turns, {minutes:.0f} minutes ({where}). Before: {before_name}. After: {after_name}.\n")
    print(markdown(HEAD, rows) + NOTES, end="")
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
