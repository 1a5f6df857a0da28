# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What the log of the soak holds, read as it grows by test/log_reader.py: which numbers, which are missing, which are said to
be lost, and which heads of the control connection are there."""
import collections
import os

from common import now

import log_reader


class Segment:
    """What one file holds, as far as it is whole."""

    def __init__(self, path, numbers):
        self.run = int(os.path.basename(path).split("-")[0].split("_")[1], 16)
        self.numbers = dict(numbers)  # of log_reader.py
        self.records = []  # CPU, number, time
        self.control = []  # kind and number of a request
        self.losses = collections.Counter()  # by CPU
        self.cut = False
        try:
            for _offset, records, losses, names, *_ in log_reader.segment_batches(path, self.numbers):
                self.take(records, losses, names)
        except log_reader.NotTheFormat as error:
            if not str(error).endswith("is cut"):
                raise
            self.cut = True

    def take(self, records, losses, names):
        for record in records:
            fields = log_reader.fields_of(record)
            self.records.append((fields.cpu, fields.sequence, fields.time))
            for entry, value in log_reader.stored_values(record):
                if names[entry[0]] == "x-request-id" and value.startswith(b"control-"):
                    self.control.append((fields.kind, int(value[8:])))
        for cpu, _cause, count in losses:
            self.losses[cpu] += count


class Run:
    """What all segments of a capture hold."""

    def __init__(self, segments):
        self.records = collections.defaultdict(list)  # by CPU: number, time
        self.losses, self.count = collections.Counter(), 0
        for segment in segments:
            self.losses.update(segment.losses)
            self.count += len(segment.records)
            for cpu, sequence, time in segment.records:
                self.records[cpu].append((sequence, time))
        for numbers in self.records.values():
            numbers.sort()

    def holes(self):
        """By CPU: when a hole began and ended, how many numbers it has. The last record before the first number is nobody's."""
        for cpu, records in self.records.items():
            before = (-1, 0)
            for record in records:
                if record[0] > before[0] + 1:
                    yield cpu, before[1], record[1], record[0] - before[0] - 1
                before = record

    def twice(self):
        """How many records are there more than once."""
        return sum(len(records) - len({sequence for sequence, _time in records}) for records in self.records.values())

    def unsaid(self):
        """How many numbers are missing and not said to be lost."""
        missing = collections.Counter()
        for cpu, _begin, _end, count in self.holes():
            missing[cpu] += count
        return sum((missing - self.losses).values())


class Log:
    def __init__(self, path):
        self.path = path
        self.segments = {}  # by name
        self.complete = []  # names of those that do not change any more
        self.control = set()

    def names(self):
        return sorted(name for name in os.listdir(self.path) if name.endswith(".hdl"))

    def read(self):
        """What is new since it was read last. Raises log_reader.NotTheFormat."""
        names = self.names()
        numbers = self.segments[self.complete[-1]].numbers if self.complete else {}
        for name in names[len(self.complete):]:
            segment = self.segments[name] = Segment(f"{self.path}/{name}", numbers)
            numbers = segment.numbers
            self.control.update(segment.control)
        self.complete = names[:-1]
        self.read_at = now()

    def run(self, number):
        return Run([segment for segment in self.segments.values() if segment.run == number])

    def keys(self):
        return {(segment.run, cpu, sequence) for segment in self.segments.values() for cpu, sequence, _time in segment.records}
