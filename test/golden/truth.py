#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The heads that a capture's case says are in it (talks in pcaps/*_cases.py) are those that hdrtap
finds: all of them, nothing else, in order, each at its place in the stream, with these flags, this
framing and this request answered. Of wires (pcaps/wire.py) also the other half's record, the time,
the latency, and the place; and the counters where they are written down. Unlike expected rows this
truth was written before any program saw the bytes. Records are read from a record log, where all of
them is.

truth.py [NAME[:TALK]...]: only captures whose name contains one of these; of such a capture only the
talk of that number, from 0."""
import collections
import os
import re
import struct
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
from packets import SLL2, START, address
from talk import Request, Response
from wire import PLAIN, Wire

HDRTAP = os.environ.get("HDRTAP", os.path.join(ROOT, "build-test/bin/hdrtap"))
RECORD_H = os.path.join(ROOT, "include/hdrtap/record.h")
REQUEST, RESPONSE = 1, 2
NO_RECORD = 2**64 - 1  # HDRTAP_SEQUENCE_NONE
VLANS, TUNNEL_IDS = struct.Struct("<3H"), struct.Struct("<I")
VLANS_AT, TUNNEL_IDS_AT = 124, 140

# `where`: addresses and ports; `time`: UTC, ns; `fields`: all others; `seen`: VLANs, tunnel id
Found = collections.namedtuple("Found", "head place where time fields seen")


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


def found_of(record, offset, names):
    head = log_reader.fields_of(record)
    where = head.source, head.source_port, head.destination, head.destination_port
    seen = VLANS.unpack_from(record, VLANS_AT)[: head.vlan_count]
    seen = seen, TUNNEL_IDS.unpack_from(record, TUNNEL_IDS_AT)[0]
    shown = head_of(head, record, names)
    return Found(shown, head.tcp_sequence, where, head.time + offset, head, seen)


def head_of(head, record, names):
    """As a talk has it."""
    values = values_of(record, names)
    flags = frozenset(name for bit, name in enumerate(FLAGS) if head.flags >> bit & 1)
    flags -= {"late"}  # of the log's order, not of the head
    framing, client = (FRAMINGS[head.framing], head.body_size), client_of(flags, head)
    if head.kind == RESPONSE:
        answered = "" if flags & {"unsolicited", "unpaired"} else METHODS[head.paired_method]
        return Response(head.status, answered, *framing, flags, client)
    target, host = values["target"], values.get("host")
    name = values["method"]["value"] if head.method == 0 else METHODS[head.method]
    shown = target["value"], target["original"]
    return Request(name, shown, host and host["value"], *framing, flags, client)


def comparable(expected, found):
    """The expected head in the form of the one found: with the flags that it may have, and without
    the request where it may be unpaired; targets may be cut to what a record keeps."""
    client = expected.client and (mapped(expected.client[0]), expected.client[1])
    flags = expected.flags | (expected.may & (found.flags if found else set()))
    if "unpaired" in expected.may & flags and isinstance(expected, Response):
        expected = expected._replace(answers="")
    expected = expected._replace(client=client, flags=flags, may=frozenset())
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
    framing = "%s %d" % (head.framing, head.body_size)
    words = [*words, framing, "[%s]" % ",".join(sorted(head.flags)), head.client]
    return " ".join(str(word)[:100] for word in words)


def span(found, first):
    """The head's bytes in its stream, whose first byte has that number."""
    begin = (found.place - first) % 2**32
    return begin, begin + found.fields.head_length


def in_its_place(talk, from_client, found):
    """Why the bytes where the head is said to be are not its own, or None."""
    stream, first = talk.sent[from_client], talk.first[from_client]
    begin, end = span(found, first)
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
        truth = talk.heads[from_client]
        ours = [one for one in found[from_client] if not one.head.flags & talk.ignores]
        for number in range(max(len(ours), len(truth))):
            one = ours[number] if number < len(ours) else None
            wanted = truth[number] if number < len(truth) else None
            wanted = wanted and comparable(wanted, one and one.head)
            if not one or one.head != wanted:
                yield "expected %s" % said(wanted)
                yield "found    %s" % said(one and one.head)
            elif why := in_its_place(talk, from_client, one):
                yield "%s: %s" % (said(one.head), why)


class Arrivals:
    """When the bytes of a wire came, in microseconds, and where they were seen first."""

    def __init__(self, talk):
        capture = talk.capture
        self.first = {True: {}, False: {}}
        for time, note in zip(capture.times, capture.notes):
            if note and note.talk is talk:
                for byte in range(note.begin, note.end):
                    self.first[note.from_client].setdefault(byte, (time, note))

    def of(self, from_client, begin, end):
        """(time of the first byte, of the last to come, the packet if it is one)"""
        seen = [self.first[from_client].get(byte) for byte in range(begin, end)]
        times = [one[0] for one in seen if one]
        notes = {id(one[1]): one[1] for one in seen if one}
        note = next(iter(notes.values())) if len(notes) == 1 else None
        return (seen[0] or (0,))[0], max(times, default=0), note


def seconds(nanoseconds):
    return "%.6f s" % (nanoseconds / 1e9)


class Details:
    """What the records of a wire say beside the heads, when these are as written down."""

    def __init__(self, talk, found):
        self.talk, self.found, self.arrivals = talk, found, Arrivals(talk)

    def came(self, name):
        one, first = self.found[name[0]][name[1]], self.talk.first[name[0]]
        return self.arrivals.of(name[0], *span(one, first))

    def other(self, name, one):
        """None also where it may be absent, and is."""
        absent = "unpaired" if isinstance(one.head, Response) else "answered"
        may = absent in self.talk.head(name).may
        if may and (absent in one.head.flags) == isinstance(one.head, Response):
            return None
        return self.talk.other.get(name)

    def wrong(self):
        for from_client in (True, False):
            written = len(self.talk.heads[from_client])
            for number, one in enumerate(self.found[from_client][:written]):
                name = from_client, number
                for what, wanted, has in (*self.half(name, one), *self.timed(name, one)):
                    if has != wanted:
                        yield "%s: %s %s, not %s" % (said(one.head), what, has, wanted)
                yield from self.placed(name, one)

    def half(self, name, one):
        """The record of the other half, and who says so."""
        other, fields = self.other(name, one), one.fields
        has = fields.paired_sequence, fields.paired_cpu
        if other:
            mate = self.found[other[0]][other[1]]
            wanted = mate.fields.sequence, mate.fields.cpu
            yield "the other half (%s) is record" % said(mate.head), wanted, has
        elif "early" in one.head.flags:
            yield "the other half, which has no record yet, is record", NO_RECORD, has[0]
        elif isinstance(one.head, Request):
            yield "the other half, which is not known, is record", (0, 0), has
        else:
            yield "there is another half", False, has[0] not in (0, NO_RECORD)

    def timed(self, name, one):
        first, last, _ = self.came(name)
        other = self.other(name, one)
        latency = 0
        if other and isinstance(one.head, Response):
            latency = max(0, first - self.came(other)[1]) * 1000
        if "no_time" in one.head.flags:
            latency = 0
        else:
            came = one.time - START * 10**9
            yield "it came at", seconds(last * 1000), seconds(came)
        if name not in self.talk.unclear:
            yield "its latency is", seconds(latency), seconds(one.fields.latency)

    def placed(self, name, one):
        note = self.came(name)[2]
        place = note.place if note else PLAIN
        if not note:
            return
        vlans, tunnel = tuple(tag[1] & 0xFFF for tag in place.tags), (place.tunnel or ("", 0))[1]
        if one.seen != (vlans, tunnel):
            yield "%s: VLANs and tunnel id are %s, not %s" % (said(one.head), one.seen, (vlans, tunnel))
        if self.talk.capture.link == SLL2 and one.fields.ifindex != place.interface:
            yield "%s: interface %d, not %d" % (said(one.head), one.fields.ifindex, place.interface)


def run(path, directory):
    """The records, and the counters."""
    command = [HDRTAP, "-v", "-r", path, "-w", directory, "-e", "none", "-e", "host"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise log_reader.NotTheFormat(done.stderr.strip() or "exit status %d" % done.returncode)
    numbers, found = {}, []
    for segment in log_reader.segments_of(directory):
        for offset, records, _, names, _ in log_reader.segment_batches(segment, numbers):
            found += [found_of(record, offset, names) for record in records]
    counters = re.findall(r"^ *(\d+) (\w+)  ", done.stderr, re.M)
    return found, {name: int(number) for number, name in counters}


def ends(talk, from_client):
    ends_ = [(mapped(talk.client), talk.ports[0]), (mapped(talk.server), talk.ports[1])]
    source, destination = ends_[:: 1 if from_client else -1]
    return (*source, *destination)


def of_talk(talk, from_client, found):
    """The records of a talk's stream. Others may have the same addresses and ports."""
    where, size = ends(talk, from_client), len(talk.sent[from_client])
    first = talk.first[from_client]
    ours = [one for one in found if one.where == where and span(one, first)[0] <= size]
    return sorted(ours, key=lambda one: one.fields.sequence)  # a log is in the order of times


def of_capture(capture, found, counters):
    """Lines about what is not a single talk's."""
    owned = {id(one) for talk in capture.talks for way in (True, False) for one in of_talk(talk, way, found)}
    for one in found:
        if id(one) not in owned:
            yield "of no connection: %s" % said(one.head)
    for name, (least, most) in capture.counters.items():
        has = counters.get(name, 0)
        if not least <= has <= most:
            yield "%s is %d, not %s" % (name, has, least if least == most else "%d to %d" % (least, most))


def judge(name, capture, only):
    """A result line; what is wrong goes before it. `only`: numbers of talks, all if there is none."""
    path = os.path.join(ROOT, "pcaps", "%s.%s" % (name, capture.suffix))
    with tempfile.TemporaryDirectory() as directory:
        found, counters = run(path, directory)
    wrong = 0
    talks = {number: talk for number, talk in enumerate(capture.talks) if not only or number in only}
    for number, talk in talks.items():
        ours = {way: of_talk(talk, way, found) for way in (True, False)}
        lines = list(differences(talk, ours))
        if not lines and isinstance(talk, Wire):
            lines = list(Details(talk, ours).wrong())
        wrong += bool(lines)
        if lines:
            print("  %s port %d, talk %d: %s" % (name, talk.ports[0], number, talk.rule))
        for line in lines:
            print("      " + line)
    more = [] if only else list(of_capture(capture, found, counters))
    for line in more:
        print("  %s: %s" % (name, line))
    label = re.sub(r"[-.]", "_", name)
    if wrong or more:
        return "FAIL %s: %d of %d connections are not as written down%s" % (
            label,
            wrong,
            len(talks),
            ", and %d counters or heads of none" % len(more) if more else "",
        )
    heads = sum(len(talk.heads[True] + talk.heads[False]) for talk in talks.values())
    return "ok %s: %d heads on %d connections" % (label, heads, len(talks))


def main(wanted):
    failed = False
    for name, capture in generate.built():
        chosen = [one.split(":") for one in wanted or [""] if one.split(":")[0] in name]
        if not capture.talks or not chosen:
            continue
        try:
            line = judge(name, capture, {int(one[1]) for one in chosen if one[1:]})
        except log_reader.NotTheFormat as error:
            line = "FAIL %s: %s" % (re.sub(r"[-.]", "_", name), error)
        failed |= line.startswith("FAIL")
        print(line, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
