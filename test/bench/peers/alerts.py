# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What the rules of hdrtap-alert cost: records in memory, joined, and looked at by 50 rules of all kinds."""
import json
import os
import subprocess

from measure import BUILD, ROOT, median_row

ALERT = os.path.join(BUILD, "test/bench/alert/hdrtap-bench-alert")
RULES = os.path.join(ROOT, "test/bench/alert/rules.yaml")
BAR = 1000000  # records/s


def run(what, rounds):
    result = json.loads(subprocess.run([ALERT, what, str(rounds)], check=True, stdout=subprocess.PIPE).stdout)
    return result["records"] / result["seconds"]


def alerts(_folder, short):
    runs, rounds = (1, 2) if short else (5, 40)
    joined, ruled = [], []
    for _ in range(runs):
        joined.append(run("join", rounds))
        ruled.append(run(RULES, rounds))
    return [median_row("alerts", "requests joined with responses", joined, "records/s", None),
            median_row("alerts", "these looked at by 50 rules, 100,000 clients", ruled, "records/s", ("≥", BAR))]
