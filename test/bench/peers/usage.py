# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What counting calls costs: records in memory, joined, named, counted."""
import json
import subprocess

from measure import USAGE, Row, median_row

WHAT = {"join": "requests joined with responses", "name": "these with names of APIs by rule", "count": "these counted by 10,000 APIs and 100,000 clients"}
BAR = 2000000  # records/s


def run(what, rounds):
    return json.loads(subprocess.run([USAGE, what, str(rounds)], check=True, stdout=subprocess.PIPE).stdout)


def usage(_folder, short):
    runs, rounds = (1, 2) if short else (5, 60)
    results = {what: [] for what in WHAT}
    for _ in range(runs):
        for what, of in results.items():
            of.append(run(what, rounds))
    rows = [median_row("usage", WHAT[what], [one["records"] / one["seconds"] for one in of], "records/s", ("≥", BAR) if what == "count" else None)
            for what, of in results.items()]
    return rows + [Row("usage", "memory of the tables", max(one["memory"] for one in results["count"]) / 2**20, "MiB", ("≤", 64))]
