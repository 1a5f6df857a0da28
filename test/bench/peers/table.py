# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""test/bench/run: measures part by part, prints the table, keeps it in RESULTS.md."""
import os
import re
import sys
import tempfile
import time
import traceback

import alerts
import curves
import kernel
import live
import memory
import offline
import reader
import scrape
import usage
from measure import ROOT, machine, markdown

PARTS = {"kernel": kernel.kernel, "worst": kernel.worst, "curves": curves.curves, "reader": reader.reader, "log": reader.log, "offline": offline.offline,
         "usage": usage.usage, "alerts": alerts.alerts, "scrape": scrape.scrape, "memory": memory.memory, "open": live.open_loop, "bulk": live.bulk, "live": live.dense,
         "filter": live.filtered, "peers": live.peers}
NOT_SHORT = ("kernel", "worst")
HEAD = ["part", "what", "median", "95 % of medians", "bar", "margin", ""]
RESULTS = os.path.join(ROOT, "test/bench/RESULTS.md")
MISSES = os.path.join(ROOT, "test/bench/MISSES.md")
NOTES = """
* kernel: time above that of an empty program, from the kernel's statistics; 10,240 connections per class, in 10 alternations of all classes. Cold: the first
  packet of a connection after all other connections had one; hot: the packets right after it. Heads have six chosen fields. The other parsers run in user space.
* curves: mean of all packets with a head, above an empty program.
* reader: ring buffers of real size, filled by the TC program, then read, sorted and written as by the worker; the time is that of reading alone.
* usage: CPU time of one thread; every client is as frequent as the others, which is the worst for tables that do not have room for all.
* alerts: CPU time of one thread; 13 rules tell calls apart by client, of which there are far more than rows, 4 by host, 33 not at all.
* live: nginx with one worker, wrk with 32 connections and GETs of 607 bytes, the observer at the server's end of the veth pair, all on the same CPUs. The kernel
  measures the programs meanwhile, which takes most of the time of an empty one, so the programs' time is given above that of an empty program, and also with
  it. What the kernel does for libpcap appears in no process; it shows in the CPU time of the whole machine.
* filter: as live; every hundredth request asks for the path that --where wants.
* scrape: hdrtap-metrics, from the request's start to the page's last byte, over the loopback.
* open: the packets are in memory before they are sent; the program runs within the sender.
"""
TITLE = "## Beside its peers"
RUN = re.compile(r"^\* (\d{4}-\d\d-\d\d .+): ([a-z ]+)$", flags=re.M)
SECTION = re.compile(re.escape(TITLE) + r"\n.*?(?=\n## |\Z)", flags=re.S)


def earlier(text, parts):
    """Rows of the table there is, of what was not measured now."""
    found = SECTION.search(text)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in found.group(0).splitlines() if line.startswith("| ")] if found else []
    return [line for line in lines if len(line) == len(HEAD) and line[0] in PARTS and line[0] not in parts]


def runs(text, parts, now):
    """A line for each run that rows are from: which one, and the parts that no later one measured."""
    found, lines = SECTION.search(text), []
    for run, of in RUN.findall(found.group(0)) if found else []:
        left = [part for part in of.split() if part not in parts]
        lines += [f"* {run}: {' '.join(left)}\n"] if left else []
    return "".join(lines + [f"* {now}: {' '.join(parts)}\n"])


def explanations():
    """What MISSES.md has on rows: `## PART: WHAT` -> the paragraphs under it."""
    with open(MISSES, encoding="utf-8") as file:
        pieces = re.split(r"^## (.*)\n", file.read(), flags=re.M)[1:]
    return {title.strip(): " ".join(text.split()) for title, text in zip(pieces[::2], pieces[1::2])}


def missed(cells):
    """A line for each row that missed its bar."""
    known, lines = explanations(), []
    for part, what, value, _, bar, _, verdict in cells:
        if verdict == "missed":
            lines.append(f"* **{part}, {what}** ({value}, bar {bar}): {known.get(f'{part}: {what}', 'not explained yet (MISSES.md).')}\n")
    return "".join(lines) or "* None.\n"


def say_strays(done, rows):
    """Explanations of rows that are called otherwise now."""
    names = {f"{row.part}: {row.what}" for row in rows}
    for title in explanations():
        if title.split(":")[0] in done and title not in names:
            print(f"MISSES.md: there is no row '{title}'", file=sys.stderr)


def keep(parts, rows, where, minutes):
    """Puts the rows into the table of RESULTS.md in place of those there."""
    with open(RESULTS, encoding="utf-8") as file:
        text = file.read()
    order = list(PARTS)
    cells = sorted(earlier(text, parts) + [row.cells() for row in rows], key=lambda line: order.index(line[0]))
    now = f"{time.strftime('%Y-%m-%d %H:%M')} UTC, {minutes:.0f} minutes ({where})"
    section = (f"{TITLE}\nFrom `sudo test/bench/run`, with all parts or with some of them repeated:\n\n{runs(text, parts, now)}\n"
               "Programs that are compared ran in alternation, and each ratio is that of two neighbouring runs. 95 % of medians: bootstrap over rounds. Margin: the distance\n"
               f"from the bar, positive on the good side.\n\n{markdown(HEAD, cells)}{NOTES}\nMissed, and why (from MISSES.md):\n\n{missed(cells)}")
    text = SECTION.sub(lambda _: section, text) if SECTION.search(text) else text.replace("\n", "\n\n" + section, 1)
    with open(RESULTS, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    words = sys.argv[1:]
    short = "--short" in words
    parts = [word for word in words if word != "--short"] or [part for part in PARTS if not short or part not in NOT_SHORT]
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"test/bench/run: no part {unknown[0]}; there are: {', '.join(PARTS)}")
    rows, done, where, begun = [], [], machine(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            start = time.monotonic()
            print(f"measuring: {part}", file=sys.stderr, flush=True)
            try:
                rows += PARTS[part](folder, short)
            except (Exception, SystemExit):  # the other parts know nothing of this one
                traceback.print_exc()
                print(f"FAILED: {part}", file=sys.stderr, flush=True)
                continue
            done.append(part)
            print(f"measured: {part}, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            if not short:
                keep(done, rows, where, (time.monotonic() - begun) / 60)
    say_strays(done, rows)
    print(markdown(HEAD, [row.cells() for row in rows]), end="")
    return len(done) < len(parts)


sys.exit(main())
