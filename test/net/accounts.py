# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""accounts.py FILE [NAME=COUNT...]: the accounts that hdrtap -v printed to FILE close, are complete, and nothing was lost.

Every counter is counted together here again, rather than believing the equations that hdrtap prints. NAME=COUNT: that
counter has exactly this value.
"""
import re
import sys


def read(file):
    """The table of counters, and how many heads were in progress."""
    counters, in_progress = {}, None
    with open(file, encoding="utf-8") as source:
        for line in source:
            if row := re.match(r" +(\d+) ([a-z0-9_]+) +\S", line):
                counters[row[2]] = int(row[1])
            if equation := re.match(r"\d+ heads started .* (\d+) in progress$", line):
                in_progress = int(equation[1])
    return counters, in_progress


def total(counters, prefix):
    return sum(count for name, count in counters.items() if name.startswith(prefix))


def complaints(counters, in_progress, expected):
    get = counters.get
    if in_progress is None:
        yield "no accounts were printed"
        return
    ended = (get("heads_emitted", 0) + get("heads_filtered", 0) + get("heads_excluded", 0) + get("heads_limited", 0)
             + total(counters, "heads_lost_") + total(counters, "heads_abandoned_") + in_progress)
    if get("heads_started", 0) != ended:
        yield f"{get('heads_started', 0)} heads started, but {ended} accounted for"
    if in_progress:
        yield f"{in_progress} heads still in progress"
    if get("heads_emitted", 0) != get("records_written", 0) + get("records_dropped", 0):
        yield f"{get('heads_emitted', 0)} emitted is not {get('records_written', 0)} written and dropped"
    for name in counters:
        if name.startswith(("heads_lost_", "records_dropped", "records_lost_")):
            yield f"{counters[name]} {name}"
    for name, count in expected.items():
        if get(name, 0) != count:
            yield f"{name} is {get(name, 0)}, not {count}"


def main(file, *arguments):
    expected = {name: int(count) for name, count in (item.split("=") for item in arguments)}
    counters, in_progress = read(file)
    wrong = list(complaints(counters, in_progress, expected))
    print("; ".join(wrong) or f"{counters.get('heads_started', 0)} heads accounted for")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
