#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""transactions.py HDRTAP CAPTURE...: each head of a capture is in one transaction, and joined as the records say.

The heads alone, one an object, say which response answers which request; here they are joined once more, without any bound.
"""
import collections
import json
import subprocess
import sys


def objects(program, capture, *options):
    lines = subprocess.run([program, "-q", "-f", "json", "-r", capture, *options], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in lines.splitlines()]


def expected_pairs(heads):
    """{request: response} of the final responses, by sequence."""
    pairs = {}
    for head in heads:
        status = head.get("http.response.status_code", 200)
        if head["hdrtap.kind"] == "response" and "hdrtap.request.sequence" in head and (status // 100 != 1 or status == 101):
            pairs[head["hdrtap.request.sequence"]] = head["hdrtap.sequence"]
        if head["hdrtap.kind"] == "request" and "hdrtap.response.sequence" in head:
            pairs[head["hdrtap.sequence"]] = head["hdrtap.response.sequence"]
    return pairs


def check_capture(program, capture):
    """Returns the number of transactions that have both halves."""
    heads = objects(program, capture)
    shown = objects(program, capture, "--transactions", "--timeout", "24h")
    kinds = collections.Counter(head["hdrtap.kind"] for head in heads)
    answered = {one["hdrtap.sequence"]: one["hdrtap.response.sequence"] for one in shown if one["hdrtap.end"] == "answered"}
    requests = sum("http.request.method" in one for one in shown)
    responses = sum("http.response.status_code" in one for one in shown) + sum(len(one.get("hdrtap.interim", ())) for one in shown)
    if (requests, responses) != (kinds["request"], kinds["response"]):
        raise ValueError("%d requests and %d responses in transactions, %r heads" % (requests, responses, kinds))
    if answered != expected_pairs(heads):
        raise ValueError("joined %r, expected %r" % (answered, expected_pairs(heads)))
    for one in shown:
        if one["hdrtap.kind"] != "transaction" or ("http.request.method" in one) == (one["hdrtap.end"] == "no_request"):
            raise ValueError("contradicts itself: %r" % one)
    return len(answered)


def main(program, captures):
    answered = 0
    for capture in captures:
        try:
            answered += check_capture(program, capture)
        except ValueError as error:
            sys.exit("%s: %s" % (capture, error))
    print("%d captures, %d requests with their responses" % (len(captures), answered))
    if not answered:
        sys.exit("none was joined")


main(sys.argv[1], sys.argv[2:])
