#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""hdrtap -r on every capture of the corpus's zeek-http: ends without error, and finds every request
whose head is whole in one segment, nothing else and at its place; its requests are also compared
with tshark's and Zeek's. Differences stand with their reason in zeek_http.differences:

    capture <tab> whole|tshark|zeek <tab> requests we have not <tab> they have not <tab> reason

A difference that is not there fails, and so does a row that no longer holds.
"""
import collections
import concurrent.futures
import glob
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import requests_seen as seen  # pylint: disable=wrong-import-position

HDRTAP = os.environ.get("HDRTAP", os.path.join(HERE, "../../build-test/bin/hdrtap"))
CORPUS = os.environ.get("HDRTAP_CORPUS", os.path.join(HERE, "../../../shared/corpus"))


def known_differences():
    """{capture: {oracle: (missing, extra)}}"""
    known = collections.defaultdict(dict)
    for line in open(os.path.join(HERE, "zeek_http.differences"), encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        capture, oracle, missing, extra, reason = line.rstrip("\n").split("\t")
        if not reason.strip() or oracle in known[capture]:
            sys.exit("zeek_http.differences: %s %s: no reason, or a second row" % (capture, oracle))
        known[capture][oracle] = (int(missing), int(extra))
    return known


def at_their_place(ours, whole):
    """(missing, extra) of the requests with a whole head; each has one place in the capture."""
    ours = collections.Counter((where, seen.comparable(request)) for where, request in ours)
    whole = collections.Counter((where, seen.comparable(request)) for where, request in whole)
    return list((whole - ours).elements()), list((ours - whole).elements())


def differences(path):
    """({oracle: (missing, extra)}, requests found); only oracles that differ."""
    seen.run(HDRTAP, "-r", path, "-v")  # also responses and all values
    ours = seen.by_hdrtap(path, HDRTAP)
    frames = list(seen.frames_of_tshark(path))
    complete = [(where, request) for where, request, whole in ours if whole]
    found = {"whole": at_their_place(complete, seen.segment_requests(frames))}
    requests = [request for _, request, _ in ours]
    for oracle, theirs in (
        ("tshark", seen.tshark_requests(frames)),
        ("zeek", seen.zeek_requests(path)),
    ):
        if theirs is not None:
            extra, missing = seen.difference(requests, theirs)
            found[oracle] = (missing, extra)
    for oracle, (missing, extra) in list(found.items()):
        print("%s %s - %s + %s" % (os.path.basename(path), oracle, missing, extra)[:500])
        if missing or extra:
            found[oracle] = (len(missing), len(extra))
        else:
            del found[oracle]
    return found, len(ours)


def judge(path, known):
    """The capture's result line."""
    capture = os.path.basename(path)
    name = capture.lower().replace("-", "_").replace(".", "_")
    try:
        found, count = differences(path)
    except seen.Failed as failure:
        return "FAIL %s: %s" % (name, failure)
    if found == known:
        return "ok %s: %d requests" % (name, count)
    wrong = sorted(oracle for oracle in {*found, *known} if found.get(oracle) != known.get(oracle))
    texts = ("%s: %s, expected %s" % (one, found.get(one), known.get(one)) for one in wrong)
    return "FAIL %s: (missing, extra) against %s" % (name, "; ".join(texts))


def main():
    known = known_differences()
    paths = sorted(glob.glob(os.path.join(glob.escape(CORPUS), "zeek-http", "*.pcap*")))
    if not paths:
        print("skip zeek_http: no captures in %s/zeek-http" % CORPUS)
        return 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = list(pool.map(lambda path: judge(path, known[os.path.basename(path)]), paths))
    for capture in set(known) - set(map(os.path.basename, paths)):
        lines.append("FAIL stale_row: no capture %s" % capture)
    print("\n".join(lines))
    return any(line.startswith("FAIL") for line in lines)


sys.exit(main())
