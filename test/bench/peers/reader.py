# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What becomes of records in user space: reader (from rings), log (what is on the disk, and read from there)."""
import glob
import json
import os
import shutil
import subprocess

from measure import READER, Row, median_row, timed, traffic
from offline import own

RECORD = 768  # bytes
DISK = 512    # MiB
NAMES = {"copy": "each record copied, no more (memcpy's limit)", "log": "log, compressed", "plain": "log, not compressed",
         "text": "live view, text", "json": "live view, JSON"}
FORMATS = ("text", "json", "csv", "clf")


def piped(command):
    """It, and what comes out goes through a pipe to a reader that throws it away. Fails when it fails."""
    return ["bash", "-o", "pipefail", "-c", '"$@" | cat >/dev/null', "bash", *command]


def read_out(capture, kind, fillings, folder, program=READER):
    """Records out of rings by the reader's code."""
    directory = os.path.join(folder, kind)
    more = [directory] if kind in ("log", "plain") else []
    said = subprocess.run(piped([program, capture, kind, str(fillings), *more]), check=False, stderr=subprocess.PIPE, text=True).stderr
    shutil.rmtree(directory, ignore_errors=True)
    if not said.startswith("{"):
        raise SystemExit(f"reader, {kind}: {said}")
    result = json.loads(said)
    if result["refused"] or not result["records"]:
        raise SystemExit(f"reader, {kind}: records were lost: {said}")
    return result


def reader(folder, short):
    rounds, fillings = (1, 2) if short else (5, 20)
    capture = traffic(folder, "dense", 2000 if short else 50000)
    bars = {"log": 1500000, "text": 500000, "json": 300000}
    results = {kind: [] for kind in (("log", "text") if short else NAMES)}
    for _ in range(rounds):
        for kind, of in results.items():
            of.append(read_out(capture, kind, fillings, folder))
    rows = []
    for kind, of in results.items():
        name, unit = NAMES[kind], "lines/s" if kind in ("text", "json") else "records/s"
        rows.append(median_row("reader", name, [run["records"] / run["seconds"] for run in of], unit, ("≥", bars[kind]) if kind in bars else None))
        rows.append(median_row("reader", f"{name}: CPU of all threads", [1e9 * run["all_cpu"] / run["records"] for run in of], "ns per record"))
    return rows + [disk(folder, short)]


def disk(folder, short):
    """What the disk takes, with nothing to do but write."""
    path = os.path.join(folder, "disk")
    blocks = 4 if short else DISK
    times = [timed(["dd", "if=/dev/zero", f"of={path}", "bs=1M", f"count={blocks}", "conv=fdatasync"])[0] for _ in range(1 if short else 3)]
    os.remove(path)
    rates = [blocks * 2**20 / RECORD / seconds for seconds in times]
    return median_row("reader", "the disk's limit: zeros of that size written and synchronised", rates, "records/s")


def per_second(records, command, rounds):
    """Records per second of each round."""
    return [records / timed(piped(command))[0] for _ in range(rounds)]


def log_bytes(directory):
    return sum(os.path.getsize(name) for name in glob.glob(os.path.join(directory, "*.hdl")))


def log(folder, short):
    rounds, requests = (1, 2000) if short else (5, 200000)
    dense, directory = traffic(folder, "dense", requests), os.path.join(folder, "log")
    subprocess.run(own(dense, "-w", directory), check=True)
    records = 2 * requests
    rows = [Row("log", "bytes per record on disk, dense", log_bytes(directory) / records, "bytes", ("≤", 130))]
    for name in FORMATS:
        rows.append(median_row("log", f"read and written as {name} into a pipe", per_second(records, own(directory, "-f", name), rounds), "lines/s"))
    rate = per_second(records, own(directory, "-w", "-"), rounds)
    return rows + [median_row("log", "read, decoded, compressed again, written as a stream into a pipe", rate, "records/s")]
