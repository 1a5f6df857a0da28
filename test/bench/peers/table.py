# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""test/bench/run: measures part by part, prints the table, keeps it in RESULTS.md."""
import os
import platform
import re
import sys
import tempfile
import time

import live
import offline
from measure import ROOT

PARTS = {"offline": offline.offline, "view": offline.view, "live": live.dense, "bulk": live.bulk, "open": live.open_loop}
HEAD = ["part", "what", "median", "95 % of medians", "bar", ""]
TITLE = "## Beside its peers"


def markdown(rows):
    lines = [HEAD, ["---"] * len(HEAD)] + [row.cells() for row in rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def keep(parts, table):
    """Puts the table into RESULTS.md in place of the one there."""
    path = os.path.join(ROOT, "test/bench/RESULTS.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    machine = f"{os.cpu_count()} shared cores, Linux {'.'.join(platform.release().split('.')[:2])}"
    section = f"{TITLE}\n`sudo test/bench/run {' '.join(parts)}`, {time.strftime('%Y-%m-%d')} ({machine}). What is compared ran in turns.\n\n{table}\n"
    if TITLE in text:
        text = re.sub(re.escape(TITLE) + r"\n.*?\n\n\|.*?\n\n", lambda _: section, text, flags=re.S)
    else:
        text = text.replace("\n", "\n\n" + section.rstrip("\n") + "\n", 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    words = sys.argv[1:]
    short = "--short" in words
    parts = [word for word in words if word != "--short"] or list(PARTS)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"test/bench/run: no part {unknown[0]}; there are: {', '.join(PARTS)}")
    rows = []
    for part in parts:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows += PARTS[part](folder, short)
    table = markdown(rows)
    print(table, end="")
    if not short:
        keep(parts, table)


main()
