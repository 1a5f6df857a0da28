# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""reordering.py NAME CAPTURE...: how often heads need segments that came too early; one row for all captures together.
reordering.py --header: the row above.

Every capture is written anew with each stream's segments in order and without what came twice: the heads that hdrtap finds there
are the truth (`heads`). Then the packets are gone through as they came. An early segment is one behind a hole; the need
of a head is the number of segments that waited in its stream, each counted, when the last early one with bytes of the head came: so many must be held at
one time for the head to be read. `hole`: heads behind bytes that never came; holding does not help. The last columns are what hdrtap
makes of the captures as they are: records, and those flagged.
"""
import collections
import ipaddress
import json
import os
import struct
import subprocess
import sys
import tempfile

HDRTAP = os.environ.get("HDRTAP", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/bin/hdrtap"))
LINK_HEADER = {0: 4, 1: 12, 12: 0, 101: 0, 113: 14, 276: 0, 228: 0, 229: 0}  # bytes before the type, or before IP
NEEDS = ((0, "0"), (1, "1"), (2, "2"), (4, "3-4"), (8, "5-8"), (1 << 32, "9+"))

Segment = collections.namedtuple("Segment", "stream syn sequence size packet")


def packets(file):
    """(link type, header, bytes) of every packet of a pcap file, and the file's own header."""
    with open(file, "rb") as source:
        data = source.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack(order + "I", data[20:24])[0] & 0xffff
    result, at = [], 24
    while at + 16 <= len(data):
        captured = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        result.append((data[at:at + 16], data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return data[:24], link, result


def network_layer(link, frame):
    """Where the IP header begins, or None."""
    if link not in LINK_HEADER:
        return None
    at = LINK_HEADER[link]
    if link == 276:
        return 20 if frame[:2] in (b"\x08\x00", b"\x86\xdd") else None
    if link in (1, 113):
        while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
            at += 4
        if frame[at:at + 2] not in (b"\x08\x00", b"\x86\xdd"):
            return None
        at += 2
    return at


def read_segment(link, packet):
    """The TCP segment in a packet, or None."""
    frame = packet[1]
    ip = network_layer(link, frame)
    if ip is None or len(frame) < ip + 40:
        return None
    if frame[ip] >> 4 == 4:
        tcp, protocol = ip + (frame[ip] & 15) * 4, frame[ip + 9]
        end = ip + (int.from_bytes(frame[ip + 2:ip + 4], "big") or len(frame) - ip)
        addresses = frame[ip + 12:ip + 20]
        if int.from_bytes(frame[ip + 6:ip + 8], "big") & 0x3fff:
            return None
    else:
        tcp, protocol, end = ip + 40, frame[ip + 6], ip + 40 + int.from_bytes(frame[ip + 4:ip + 6], "big")
        addresses = frame[ip + 8:ip + 40]
    if protocol != 6 or len(frame) < tcp + 20:
        return None
    source, destination, sequence = struct.unpack(">HHI", frame[tcp:tcp + 8])
    payload = tcp + (frame[tcp + 12] >> 4) * 4
    half = len(addresses) // 2
    stream = (addresses[:half], source, addresses[half:], destination)
    return Segment(stream, bool(frame[tcp + 13] & 2), sequence, max(0, end - payload), packet)


def distance(a, b):
    """b - a of sequence numbers, signed."""
    return ((b - a + (1 << 31)) & 0xffffffff) - (1 << 31)


class Stream:
    """One direction of a connection: what is next, and the segments behind a hole."""

    def __init__(self, expected):
        self.expected, self.waiting = expected, []

    def waits(self, new):
        """Whether the segment is early; those already waiting whole do not wait twice."""
        return distance(self.expected, new.sequence) > 0

    def put(self, new):
        if all((new.sequence, new.size) != (old.sequence, old.size) for old in self.waiting):
            self.waiting.append(new)

    def take(self):
        """The waiting segments whose turn has come, in order."""
        self.waiting.sort(key=lambda early: distance(self.expected, early.sequence))
        while self.waiting and distance(self.expected, self.waiting[0].sequence) <= 0:
            yield self.waiting.pop(0)

    def passed(self, new):
        """The segment is next; whether it has anything new."""
        end = distance(self.expected, new.sequence) + new.size
        if end <= 0:
            return False
        self.expected = (self.expected + end) & 0xffffffff
        return True


class Arrivals:
    """The packets of one capture, gone through once."""

    def __init__(self, file):
        self.header, self.link, self.packets = packets(file)
        self.streams = {}
        self.ordered = []   # packets, each stream's in order
        self.early = collections.defaultdict(list)  # stream: [(early segment, those already waiting)...]
        for packet in self.packets:
            self.arrive(packet, read_segment(self.link, packet))
        for stream in self.streams.values():
            self.ordered += [early.packet for early in sorted(
                stream.waiting, key=lambda early, next=stream.expected: distance(next, early.sequence))]

    def arrive(self, packet, new):
        if new is None or (not new.size and not new.syn):
            self.ordered.append(packet)
            return
        if new.syn:
            self.streams[new.stream] = Stream((new.sequence + 1) & 0xffffffff)
            self.ordered.append(packet)
            return
        stream = self.streams.setdefault(new.stream, Stream(new.sequence))
        if stream.waits(new):
            self.early[new.stream].append((new, list(stream.waiting)))
            stream.put(new)
        elif stream.passed(new):
            self.ordered.append(packet)
            for early in stream.take():
                if stream.passed(early):
                    self.ordered.append(early.packet)

    def write_ordered(self, file):
        with open(file, "wb") as out:
            out.write(self.header + b"".join(head + data for head, data in self.ordered))


def hdrtap(file):
    answer = subprocess.run([HDRTAP, "-r", file, "-f", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def address_bytes(text):
    return ipaddress.ip_address(text).packed


def stream_of(record):
    return (address_bytes(record["source.address"]), record["source.port"],
            address_bytes(record["destination.address"]), record["destination.port"])


def touches(segment, head):
    """Whether the segment has bytes of the head (sequence, length)."""
    offset = distance(head[0], segment.sequence)
    return offset < head[1] and offset + segment.size > 0


def needs(early, behind_hole, heads):
    """For every head how many segments must be held for it, or None: nothing helps."""
    for head in heads:
        if any(touches(new, head) for new in behind_hole):
            yield None
        else:
            yield max((1 + len(waiting) for new, waiting in early if touches(new, head)), default=0)


def need_class(count):
    if count is None:
        return "hole"
    return "need " + next(name for limit, name in NEEDS if count <= limit)


def analyse(capture, directory, total):
    plain, ordered = os.path.join(directory, "plain.pcap"), os.path.join(directory, "ordered.pcap")
    subprocess.run(["editcap", "-F", "pcap", capture, plain], check=True, stderr=subprocess.DEVNULL)
    arrivals = Arrivals(plain)
    arrivals.write_ordered(ordered)
    heads = collections.defaultdict(list)
    for record in hdrtap(ordered):
        heads[stream_of(record)].append((record["hdrtap.tcp_seq"], record["hdrtap.head_length"]))
    for stream, list_of_heads in heads.items():
        behind_hole = arrivals.streams[stream].waiting
        for need in needs(arrivals.early.get(stream, []), behind_hole, list_of_heads):
            total[need_class(need)] += 1
    total["heads"] += sum(map(len, heads.values()))
    total["streams"] += len(arrivals.streams)
    total["early segments"] += sum(map(len, arrivals.early.values()))
    records = hdrtap(plain)
    total["records"] += len(records)
    for flag in ("gap", "resync", "incomplete"):
        total[flag] += sum(flag in record.get("hdrtap.flags", []) for record in records)


COLUMNS = (["streams", "early segments", "heads"] + ["need " + name for _, name in NEEDS]
           + ["hole", "records", "gap", "resync", "incomplete"])


def main(name, *captures):
    if name == "--header":
        print("| captures | " + " | ".join(COLUMNS) + " |")
        print("|---" * (len(COLUMNS) + 1) + "|")
        return
    total = collections.Counter()
    with tempfile.TemporaryDirectory() as directory:
        for capture in captures:
            analyse(capture, directory, total)
    print(f"| {name} | " + " | ".join(str(total[column]) for column in COLUMNS) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:])
