#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The heads that a capture's case says are in it (talks in pcaps/*_cases.py) are those that hdrtap
finds: all of them, nothing else, in order, each at its place in the stream, with these flags, this
framing and this request answered. Unlike expected rows this truth was written before any program
saw the bytes. Records are read from a record log, where all of them is.

truth.py [NAME...]: only captures whose name contains one of these."""
import collections
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(ROOT, "pcaps")]

# pylint: disable=wrong-import-position
import generate
import log_reader
from packets import address
from talk import Request, Response

HDRTAP = os.environ.get("HDRTAP", os.path.join(ROOT, "build-test/bin/hdrtap"))
RECORD_H = os.path.join(ROOT, "include/hdrtap/record.h")
REQUEST, RESPONSE = 1, 2

Found = collections.namedtuple("Found", "head place text_end")


def table(name):
    """The texts of one of record.h's tables, in order."""
    source = open(RECORD_H, encoding="utf-8").read()
    body = re.search(r"#define HDRTAP_%s\(X\)(.*?)\n\n" % name, source, re.S)[1]
    return re.findall(r'X\(\w+, "([^"]+)"', body)


FLAGS, FRAMINGS, METHODS = table("FLAGS"), table("FRAMINGS"), table("METHODS")


def mapped(text):
    packed = address(text)
    return packed if len(packed) == 16 else bytes(10) + b"\xff\xff" + packed


def client_of(flags, head):
    """What the record has of a PROXY protocol header; as in the truth if it is the same."""
    packed, port = head.client, head.client_port
    if "proxied" not in flags:
        return None if (packed, port) == (bytes(16), 0) else ("stale", packed.hex(), port)
    return packed, port


def values_of(record, names):
    found = {}
    for value in log_reader.values(record, names):
        found.setdefault(value["element"], value)
    return found


def head_of(record, names):
    """((source port, destination port), Found)"""
    head = log_reader.fields_of(record)
    ports = head.source_port, head.destination_port
    values = values_of(record, names)
    flags = frozenset(name for bit, name in enumerate(FLAGS) if head.flags >> bit & 1)
    sequence, length, method = head.tcp_sequence, head.head_length, head.method
    framing, client = (FRAMINGS[head.framing], head.body_size), client_of(flags, head)
    if head.kind == RESPONSE:
        answered = "" if flags & {"unsolicited", "unpaired"} else METHODS[head.paired_method]
        found = Response(head.status, answered, *framing, flags, client)
        return ports, Found(found, sequence, sequence + length)
    target, host = values["target"], values.get("host")
    name = values["method"]["value"] if method == 0 else METHODS[method]
    shown = target["value"], target["original"]
    found = Request(name, shown, host and host["value"], *framing, flags, client)
    return ports, Found(found, sequence, sequence + length)


def comparable(expected, found):
    """The expected head in the form of the one found: targets may be cut to what a record keeps."""
    client = expected.client and (mapped(expected.client[0]), expected.client[1])
    expected = expected._replace(client=client)
    if isinstance(expected, Request):
        whole = expected.target
        kept = whole
        if "truncated" in expected.flags and isinstance(found, Request):
            kept = whole[: max(200, len(found.target[0]))]
        original = min(len(whole), 65535)
        expected = expected._replace(target=(kept, original))
    return expected


def said(head):
    """A head on one line."""
    if not head:
        return "nothing"
    words = [head.status, "to", head.answers] if isinstance(head, Response) else head[:3]
    words = [*words, "%s %d" % head[-4:-2], "[%s]" % ",".join(sorted(head.flags)), head.client]
    return " ".join(str(word)[:100] for word in words)


def in_its_place(talk, from_client, found):
    """Why the bytes where the head is said to be are not its own, or None."""
    stream, first = talk.sent[from_client], talk.first[from_client]
    begin, end = found.place - first, found.text_end - first
    start = b"(?i:HTTP/)[0-9]"
    if isinstance(found.head, Request):
        start = re.escape(found.head.method.encode()) + b" "
    if not re.match(start, stream[begin:]):
        return "no start line at byte %d" % begin
    if "incomplete" in found.head.flags:
        return None
    last = rb"\n$" if "http09" in found.head.flags else rb"\n\r?\n$"
    if end > len(stream) or not re.search(last, stream[begin:end]):
        return "no empty line before byte %d" % end
    return None


def differences(talk, found):
    """Lines that say how the heads found in a talk differ from those written down."""
    for from_client in (True, False):
        ours, truth = found[from_client], talk.heads[from_client]
        for number in range(max(len(ours), len(truth))):
            one = ours[number] if number < len(ours) else None
            wanted = truth[number] if number < len(truth) else None
            wanted = wanted and comparable(wanted, one and one.head)
            if not one or one.head != wanted:
                yield "expected %s" % said(wanted)
                yield "found    %s" % said(one and one.head)
            elif why := in_its_place(talk, from_client, one):
                yield "%s: %s" % (said(one.head), why)


def records_of(path, directory):
    command = [HDRTAP, "-q", "-r", path, "-w", directory, "-e", "none", "-e", "host"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise log_reader.NotTheFormat(done.stderr.strip() or "exit status %d" % done.returncode)
    numbers = {}
    for segment in log_reader.segments_of(directory):
        for _, records, _, names, _ in log_reader.segment_batches(segment, numbers):
            for record in records:
                yield head_of(record, names)


def judge(name, talks):
    """A result line; what is wrong goes before it."""
    path = os.path.join(ROOT, "pcaps", name + ".pcap")
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as directory:
        for ports, one in records_of(path, directory):
            found[ports].append(one)
    wrong = 0
    for talk in talks:
        lines = list(differences(talk, {True: found[talk.ports], False: found[talk.ports[::-1]]}))
        wrong += bool(lines)
        if lines:
            print("  %s port %d: %s" % (name, talk.ports[0], talk.rule))
        for line in lines:
            print("      " + line)
    label = re.sub(r"[-.]", "_", name)
    if wrong:
        return "FAIL %s: %d of %d connections are not as written down" % (label, wrong, len(talks))
    heads = sum(len(talk.heads[True] + talk.heads[False]) for talk in talks)
    return "ok %s: %d heads on %d connections" % (label, heads, len(talks))


def main(wanted):
    failed = False
    for name, capture in generate.built():
        if not capture.talks or not any(one in name for one in wanted or [""]):
            continue
        try:
            line = judge(name, capture.talks)
        except log_reader.NotTheFormat as error:
            line = "FAIL %s: %s" % (re.sub(r"[-.]", "_", name), error)
        failed |= line.startswith("FAIL")
        print(line, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
