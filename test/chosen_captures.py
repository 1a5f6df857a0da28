#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Prints the names of a few captures of pcaps/ whose records have, together, all that records of any of them have: every field,
flag, kind, version, family and tunnel. For tests of what is done with records, however they were found; taken from the expected
rows in test/golden/. Last is the one with the most heads. Captures that take options to be read are left out."""
import json
import os
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EXPECTED = os.path.join(ROOT, "test", "golden", "expected")
FEW = ("hdrtap.kind", "hdrtap.inner_tunnel", "hdrtap.tunnel", "network.io.direction", "network.protocol.version", "network.type")


def features(row):
    """Of one head."""
    yield from row
    yield from (("flag", flag) for flag in row.get("hdrtap.flags", ()))
    yield from ((name, row[name]) for name in FEW if name in row)


def captures():
    """{path: its rows}"""
    found = {}
    for name in sorted(os.listdir(EXPECTED)):
        stem, suffix = os.path.splitext(name)
        path = os.path.join(ROOT, "pcaps", stem + ".pcap")
        if suffix == ".json" and os.path.exists(path) and not os.path.exists(os.path.join(EXPECTED, stem + ".options")):
            with open(os.path.join(EXPECTED, name), encoding="utf-8") as lines:
                found[path] = [json.loads(line) for line in lines]
    return found


def chosen(rows_of):
    """Always the one that adds most."""
    has = {path: {feature for row in rows for feature in features(row)} for path, rows in rows_of.items()}
    missing = set().union(*has.values())
    while missing:
        best = max(has, key=lambda path: len(has[path] & missing))
        missing -= has[best]
        yield best
    yield max(rows_of, key=lambda path: len(rows_of[path]))


print("\n".join(dict.fromkeys(chosen(captures()))))
