#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Checks a Grafana dashboard and prints its queries, one a line: dashboard.py DASHBOARD PAGE

What Grafana needs is there and of the right type, panels do not overlap, variables that are used exist, and so do all metrics in
the page that was scraped.
"""
import json
import re
import sys

NUMBERS = {"$__rate_interval": "1m", "$__range": "1h", "$instance": ".*", "$host": ".*"}


def metrics_of(page):
    return {re.match(r"[a-zA-Z_:][a-zA-Z0-9_:]*", line).group() for line in page if not line.startswith("#")}


def check_panel(panel, ids, taken):
    for key, kind in (("id", int), ("type", str), ("title", str), ("gridPos", dict), ("targets", list), ("fieldConfig", dict),
                      ("options", dict)):
        assert isinstance(panel[key], kind), "%s: %s" % (panel.get("title"), key)
    assert panel["id"] not in ids, panel["title"]
    ids.add(panel["id"])
    place = panel["gridPos"]
    assert place["x"] + place["w"] <= 24, panel["title"]
    cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
    assert not cells & taken, "%s overlaps" % panel["title"]
    taken |= cells
    references = [target["refId"] for target in panel["targets"]]
    assert len(references) == len(set(references)), panel["title"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        dashboard = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        there = metrics_of(file)
    for key, kind in (("title", str), ("uid", str), ("schemaVersion", int), ("panels", list), ("templating", dict), ("time", dict)):
        assert isinstance(dashboard[key], kind), key
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    ids, taken = set(), set()
    for panel in dashboard["panels"]:
        check_panel(panel, ids, taken)
        for target in panel["targets"]:
            query = target["expr"]
            used = set(re.findall(r"\$([a-z]+)", query))
            assert used <= variables, "no such variable: %s" % (used - variables)
            asked = set(re.findall(r"\b(?:hdrtap|process)_[a-z0-9_]+", query))
            assert asked and asked <= there, "%s: no such metric: %s" % (panel["title"], asked - there)
            for name, value in NUMBERS.items():
                query = query.replace(name, value)
            print(query)


main()
