# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""hdrtap-metrics: how long a scrape takes, and what reading and counting cost."""
import os
import re
import subprocess
import sys
import time
import urllib.request

from measure import HDRTAP, ROOT, Row, median_row, timed

sys.path.insert(0, os.path.join(ROOT, "test/cli"))
from captures import capture  # pylint: disable=wrong-import-position

METRICS = os.path.join(os.path.dirname(HDRTAP), "hdrtap-metrics")
SERIES = 10000
PER_SET = 26  # series of a set of labels
FORMATS = {"text": "text/plain", "OpenMetrics": "application/openmetrics-text; version=1.0.0"}


def log_of(folder, sets):
    """A log of requests to so many APIs."""
    path, log = os.path.join(folder, f"{sets}-apis.pcap"), os.path.join(folder, f"{sets}-apis")
    heads = [b"GET /api/v1/things HTTP/1.1\r\nHost: service-%d.example.com\r\n\r\n" % number for number in range(sets)]
    with open(path, "wb") as file:
        file.write(capture(len(heads), heads=heads))
    timed([HDRTAP, "-q", "-r", path, "-w", log])
    return log


def start(log):
    """The program and its page's address, when all of the log is counted."""
    program = subprocess.Popen([METRICS, "-r", log, "--listen", "0", "--series", str(SERIES + PER_SET)], stderr=subprocess.PIPE, text=True)
    url = re.search(r"http://\S+", program.stderr.readline()).group()
    while b"hdrtap_metrics_log_ended 1" not in fetch(url, "text/plain"):
        time.sleep(0.05)
    return program, url


def fetch(url, accept):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept})) as answer:
        return answer.read()


def scrape(folder, short):
    """With one set of labels more than are needed for that many series: `other` is there, too."""
    program, url = start(log_of(folder, SERIES // PER_SET))
    times = {name: [] for name in FORMATS}
    try:
        page = fetch(url, FORMATS["text"])
        series = sum(line.startswith(b"hdrtap_http_") for line in page.splitlines())
        if series < SERIES:
            raise SystemExit(f"scrape: only {series} series")
        for _ in range(3 if short else 50):
            for name, accept in FORMATS.items():
                begin = time.monotonic()
                fetch(url, accept)
                times[name].append(1000 * (time.monotonic() - begin))
    finally:
        program.terminate()
        program.wait()
    rows = [median_row("scrape", f"page of {SERIES} time series, {name}", values, "ms", ("≤", 100)) for name, values in times.items()]
    rows.append(Row("scrape", "size of that page, text", len(page) / 2**20, "MiB"))
    rows.append(Row("scrape", "the slowest of those scrapes", max(max(values) for values in times.values()), "ms"))
    return rows
