# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""test/bench/run: measures part by part, prints the table, keeps it in RESULTS.md."""
import os
import platform
import re
import sys
import tempfile
import time

import curves
import kernel
import live
import offline
from measure import ROOT

PARTS = {"offline": offline.offline, "view": offline.view, "live": live.dense, "bulk": live.bulk, "open": live.open_loop,
         "kernel": kernel.kernel, "curves": curves.curves}
HEAD = ["part", "what", "median", "95 % of medians", "bar", ""]
TITLE = "## Beside its peers"


def markdown(cells):
    lines = [HEAD, ["---"] * len(HEAD)] + cells
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


SECTION = re.compile(re.escape(TITLE) + r"\n.*?\n\n((?:\|[^\n]*\n)+)\n", flags=re.S)


def earlier(text, rows):
    """Rows of the table there is, of what was not measured now."""
    found, now = SECTION.search(text), {row.part for row in rows}
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in found.group(1).splitlines()[2:]] if found else []
    return [line for line in lines if line[0] not in now]


def keep(parts, rows):
    """Puts the rows into the table of RESULTS.md in place of those there."""
    path = os.path.join(ROOT, "test/bench/RESULTS.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    machine = f"{os.cpu_count()} shared cores, Linux {'.'.join(platform.release().split('.')[:2])}"
    table = markdown(earlier(text, rows) + [row.cells() for row in rows])
    section = (f"{TITLE}\n`sudo test/bench/run`, last `{' '.join(parts)}`, {time.strftime('%Y-%m-%d')} ({machine}); rows of other parts are from\n"
               f"earlier runs. What is compared ran in turns.\n\n{table}\n")
    if SECTION.search(text):
        text = SECTION.sub(lambda _: section, text)
    else:
        text = text.replace("\n", "\n\n" + section.rstrip("\n") + "\n", 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    words = sys.argv[1:]
    short = "--short" in words
    parts = [word for word in words if word != "--short"] or [part for part in PARTS if not short or part != "kernel"]
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"test/bench/run: no part {unknown[0]}; there are: {', '.join(PARTS)}")
    rows = []
    for part in parts:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows += PARTS[part](folder, short)
    print(markdown([row.cells() for row in rows]), end="")
    if not short:
        keep(parts, rows)


main()
