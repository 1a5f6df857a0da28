#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""hdrtap -r on every capture of the corpus's zeek-http: ends without error, and its requests and
the statuses that answer them are compared with what others say:

    whole    a plain search for heads in single segments, each at its place
    tshark   method and target of every request
    zeek     method, Host and target of every request in Zeek's log
    answers  each of these with its final status, and responses that answer none

Differences stand with their reason in zeek_http.differences:

    capture <tab> whole|tshark|zeek|answers <tab> we have not <tab> they have not <tab> reason

A difference that is not there fails, and so does a row that no longer holds. A reason that begins
with `no request` says that what we have not is none by RFC 9112; of all others that Zeek has,
RECALL are found. A request that none of the others has must be flagged.
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
RECALL = 0.995
Row = collections.namedtuple("Row", "missing extra reason")
Outcome = collections.namedtuple("Outcome", "line zeek missing excused unknown")


def known_differences():
    """{capture: {oracle: Row}}"""
    known = collections.defaultdict(dict)
    for line in open(os.path.join(HERE, "zeek_http.differences"), encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        capture, oracle, missing, extra, reason = line.rstrip("\n").split("\t")
        if not reason.strip() or oracle in known[capture]:
            sys.exit("zeek_http.differences: %s %s: no reason, or a second row" % (capture, oracle))
        known[capture][oracle] = Row(int(missing), int(extra), reason)
    return known


def at_their_place(ours, frames):
    """only() of the requests whose head is whole in a segment."""
    whole = seen.segment_requests(frames)
    complete = [one for one in ours if "incomplete" not in one.flags]
    places = {(one.where, seen.hostless(one.request)) for one in complete}
    theirs = {(where, seen.hostless(request)) for where, request in whole.items()}
    here = {
        (one.where, seen.hostless(one.request)) for one in seen.in_one_segment(complete, frames)
    }
    return seen.only(here - theirs, theirs - places)


def answers(ours, alone):
    """As seen.zeek_answers()."""
    return [(seen.comparable(one.request), one.status) for one in ours] + [
        (None, status) for status in alone
    ]


def against_zeek(path, ours, alone):
    """{oracle: only()}, and how many requests Zeek has."""
    rows = seen.zeek_rows(path)
    if rows is None:
        return {}, 0
    requests, answered = seen.zeek_requests(rows), seen.zeek_answers(rows)
    found = {"zeek": seen.difference([one.request for one in ours], requests)}
    if answered is not None:
        theirs = [(request and seen.comparable(request), status) for request, status in answered]
        found["answers"] = seen.only(answers(ours, alone), theirs)
    return found, len(requests)


def unknown_to_all(ours, found):
    """Requests without a flag that every other tool lacks."""
    plain = collections.Counter(seen.hostless(one.request) for one in ours if not one.flags)
    for oracle in {"whole", "tshark", "zeek"} & set(found):
        extra = found[oracle][0]
        if oracle == "whole":
            extra = [request for _, request in extra]
        plain &= collections.Counter(map(seen.hostless, extra))
    return list(plain.elements())


def differences(path):
    """({oracle: only()}, requests found, requests of Zeek, false ones)"""
    seen.run(HDRTAP, "-r", path, "-v")  # also all values as text
    ours, alone = seen.by_hdrtap(path, HDRTAP)
    frames = list(seen.frames_of_tshark(path))
    found, zeek = against_zeek(path, ours, alone)
    found["whole"] = at_their_place(ours, frames)
    found["tshark"] = seen.difference([one.request for one in ours], seen.tshark_requests(frames))
    for oracle, (extra, missing) in sorted(found.items()):
        if extra or missing:
            print("%s %s - %s + %s" % (os.path.basename(path), oracle, missing, extra))
    return found, len(ours), zeek, unknown_to_all(ours, found)


def judge(path, known):
    """The capture's Outcome."""
    capture = os.path.basename(path)
    name = capture.lower().replace("-", "_").replace(".", "_")
    try:
        found, count, zeek, unknown = differences(path)
    except seen.Failed as failure:
        return Outcome("FAIL %s: %s" % (name, failure), 0, 0, 0, [])
    counts = {one: (len(missing), len(extra)) for one, (extra, missing) in found.items()}
    wrong = [
        "%s: %s, expected %s" % (one, counts.get(one), known[one][:2] if one in known else (0, 0))
        for one in sorted({*counts, *known})
        if counts.get(one) != (known[one][:2] if one in known else (0, 0))
    ]
    line = "ok %s: %d requests" % (name, count)
    if wrong:
        line = "FAIL %s: (missing, extra) against %s" % (name, "; ".join(wrong))
    missing = counts.get("zeek", (0, 0))[0]
    excused = missing if "zeek" in known and known["zeek"].reason.startswith("no request") else 0
    unknown = ["%s %s" % (name, one) for one in unknown]
    return Outcome(line, zeek, missing - excused, excused, unknown)


def totals(outcomes):
    """Result lines about all captures together."""
    zeek, missing, excused = (
        sum(getattr(one, what) for one in outcomes) for what in ("zeek", "missing", "excused")
    )
    requests = zeek - excused
    good = requests and requests - missing >= RECALL * requests
    detail = "recall: %d of Zeek's %d requests, beside %d that are none" % (
        requests - missing,
        requests,
        excused,
    )
    yield "ok " + detail if good else "FAIL " + detail
    unknown = [one for outcome in outcomes for one in outcome.unknown]
    detail = "false_requests: %d without a flag" % len(unknown)
    yield "FAIL %s: %s" % (detail, unknown) if unknown else "ok " + detail


def main():
    known = known_differences()
    paths = sorted(glob.glob(os.path.join(glob.escape(CORPUS), "zeek-http", "*.pcap*")))
    if not paths:
        print("skip zeek_http: no captures in %s/zeek-http" % CORPUS)
        return 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda path: judge(path, known[os.path.basename(path)]), paths))
    lines = [one.line for one in outcomes] + list(totals(outcomes))
    for capture in set(known) - set(map(os.path.basename, paths)):
        lines.append("FAIL stale_row: no capture %s" % capture)
    print("\n".join(lines))
    return any(line.startswith("FAIL") for line in lines)


sys.exit(main())
