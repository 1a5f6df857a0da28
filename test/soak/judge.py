# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What has to hold at every look, whatever happens."""
import collections
import json
import os
import re
import signal
import struct
import subprocess

from capture import utc
from common import CPUS, HDRTAP, fdinfos, wait_for

import log_reader

REQUEST, RESPONSE = 1, 2
WORKER_MAX = 48 << 10  # KiB of its own: 32 MiB (README), and 16 MiB for standard output's reader
GUARD_GROWTH = 4 << 10  # KiB of its own since the first look at a capture
CONTROL_MIN = 50  # heads that have to be in the log, whatever was lost
WORKER_FDS = 6  # segments and directories that are being synced to disk


def memory(pid):
    """KiB that a process alone uses."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))


def descriptors(pid):
    """How many there are of each kind."""
    kinds = collections.Counter()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            kinds[re.sub(r"[:/]\[?\d+\]?$|\d+", "", os.readlink(f"/proc/{pid}/fd/{fd}"))] += 1
        except FileNotFoundError:
            continue  # it was closed meanwhile
    return kinds


def objects_of(pid):
    """The ids of maps, programs and links that a process holds."""
    found = collections.defaultdict(set)
    for kind, number in re.findall(r"^(map|prog|link)_id:\s+(\d+)", "\n".join(fdinfos(pid)), re.M):
        found[kind].add(int(number))
    return found


def objects_there(kind):
    """The ids of all that the kernel has. bpftool ends with EAGAIN at a link that somebody is just attaching."""
    def show():
        done = subprocess.run(["bpftool", "-j", kind, "show"], stdout=subprocess.PIPE, check=False)
        return done.returncode == 0 and done.stdout
    return {one["id"] for one in json.loads(wait_for(30, show))}


def close(equations):
    return len(equations) >= 2 and not any("IS NOT" in equation for equation in equations)


def overlaps(gap, sent, answered):
    begin, end, _why = gap
    return begin <= answered and (end is None or sent <= end)


class Judge:
    def __init__(self, world, results):
        self.world, self.results, self.log = world, results, world.record_log
        self.due = []  # of the control connection: what was asked and answered, and is not yet judged
        self.logged = self.covered = 0
        self.forgiven = 0  # heads that nothing explains but packets that were not parsed

    def look(self):
        capture = self.world.capture
        if not capture.wait_up():
            self.results.check("captures_stay", False, capture.words()[-2000:])
            self.world.restart_after_failure()
            return
        self.results.check("captures_stay", True)
        answered = self.accounts(capture)
        self.processes(capture)
        if not self.world.full_since:
            self.read_log(capture)
            self.control(self.due)
            self.due = []
        self.due += answered

    def accounts(self, capture):
        """Returns what was answered on the control connection until now."""
        self.world.hold(signal.SIGSTOP)
        answered = self.world.take_answers()
        since = utc()
        self.results.check("accounts_close", wait_for(30, lambda: capture.closes(since)), lambda: json.dumps(capture.stat()))
        self.results.check("printed_accounts_close", wait_for(20, lambda: close(capture.asked_equations())),
                           capture.equations()[-3:])
        self.world.hold(signal.SIGCONT)
        return answered

    # Processes --------------------------------------------------------------------------------------------------------------

    def processes(self, capture):
        """Nothing leaks."""
        check = self.results.check
        guard, worker = capture.guard.pid, capture.worker
        if not capture.usual:
            capture.usual = descriptors(guard), descriptors(worker), memory(guard)
        for kind, ids in objects_of(guard).items():
            capture.objects[kind] |= ids
        check("guard_descriptors", wait_for(20, lambda: self.guard_is_usual(capture)), lambda: self.guard_words(capture))
        check("worker_descriptors", wait_for(20, lambda: self.worker_is_usual(capture)),
              lambda: f"{descriptors(worker)}, at first {capture.usual[1]}")
        check("guard_memory", memory(guard) - capture.usual[2] < GUARD_GROWTH,
              lambda: f"{memory(guard)} KiB, at first {capture.usual[2]}")
        check("worker_memory", memory(worker) < WORKER_MAX, lambda: f"{memory(worker)} KiB")

    @staticmethod
    def links(fds):
        return sum(count for kind, count in fds.items() if "bpf" in kind and "link" in kind)

    def guard_is_usual(self, capture):
        """As many links as interfaces have programs, and of the rest what there was at the first look. CPUs have a
        descriptor each."""
        fds, usual = descriptors(capture.guard.pid), capture.usual[0]
        hooks = sum(("receive" in i) + ("transmit" in i) for i in capture.stat().get("interfaces", []))
        rest = {kind: count for kind, count in fds.items() if "link" not in kind and "perf" not in kind}
        usual = {kind: count for kind, count in usual.items() if "link" not in kind and "perf" not in kind}
        return self.links(fds) in (0, hooks) and rest == usual and fds["anon_inode:[perf_event]"] <= CPUS

    def guard_words(self, capture):
        return (f"{dict(descriptors(capture.guard.pid))}, at first {dict(capture.usual[0])}; "
                f"{len(capture.stat().get('interfaces', []))} interfaces")

    def worker_is_usual(self, capture):
        return sum(descriptors(capture.worker).values()) <= sum(capture.usual[1].values()) + WORKER_FDS

    def after(self, capture, how, full):
        """Nothing is left of a capture, however it ended; and if it did so in order, all that it wrote is there. `full`: the
        disk was."""
        def left():
            return {kind: ids for kind in capture.objects if (ids := capture.objects[kind] & objects_there(kind))}
        if how in ("guard", "both") and not capture.objects["link"]:  # no TCX: filters stay until they are asked to go
            subprocess.run(self.world.host.inside(HDRTAP, "--detach", "any"), check=False)
        self.results.check("nothing_left", capture.ended() and wait_for(30, lambda: not left()), left)
        status = capture.end_reader()
        if how != "end":
            return
        lost = capture.lost_at_end() if full else 0
        self.results.check("ends_well", capture.guard.returncode == (1 if lost else 0) and status == 0,
                           lambda: f"status {capture.guard.returncode}, of the reader {status}: {capture.words()[-1000:]}")
        self.results.check("last_accounts_close", close(capture.equations()[-3:]), capture.equations()[-3:])
        self.results.check("stream_is_whole", capture.lines.count == capture.counted("records_stdout_written"),
                           lambda: f"{capture.lines.count} of {capture.counted('records_stdout_written')} records were read")
        self.log.read()
        count, written = self.log.run(capture.run).count, capture.counted("records_written")
        self.results.check("log_has_all_that_was_written", count == written, f"{count} of {written} records, {lost} lost")

    def finish(self):
        """At the end: the reader beside saw what is in the log, and the control connection was worth something."""
        keys, lines = self.log.keys(), self.world.follower.lines
        wait_for(60, lambda: len(lines.keys) >= len(keys))
        self.results.check("follower_saw_all", lines.keys == keys and lines.count == len(keys),
                           lambda: f"{len(keys - lines.keys)} of {len(keys)} are missing, {len(lines.keys - keys)} are not in the "
                           f"log, {lines.count - len(lines.keys)} came twice")
        print(f"control connection: {self.logged} heads logged, {self.covered} said to be lost; {len(keys)} records in "
              f"{len(self.log.segments)} segments of {len({s.run for s in self.log.segments.values()})} runs")
        self.results.check("control_heads_are_logged", self.logged >= CONTROL_MIN, f"{self.logged} of {self.logged + self.covered}")

    # The log ----------------------------------------------------------------------------------------------------------------

    def read_log(self, capture):
        """It is sound: every byte can be explained, nothing is there twice, no number is missing unsaid."""
        try:
            self.log.read()
            self.results.check("log_is_sound", True)
        except (log_reader.NotTheFormat, struct.error) as error:
            self.results.check("log_is_sound", False, error)
            return
        opens = subprocess.run([HDRTAP, "-q", "-r", f"{self.log.path}/{self.log.names()[-1]}", "-f", "json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        self.results.check("log_opens", opens.returncode == 0, opens.stderr)
        self.results.check("log_has_no_record_twice", self.log.run(capture.run).twice() == 0)
        self.results.check("losses_are_said", wait_for(20, lambda: self.unsaid(capture.run) == 0),
                           lambda: f"{self.unsaid(capture.run)} numbers of run {capture.run:08x} are missing")

    def unsaid(self, run):
        unsaid = self.log.run(run).unsaid()
        if unsaid:  # the loss may come with the next batch
            self.log.read()
        return unsaid

    # The control connection -------------------------------------------------------------------------------------------------

    def missing(self, due):
        """Heads that are neither in the log nor at a time when there was no capture."""
        return [(kind, *one) for one in due for kind in (REQUEST, RESPONSE) if (kind, one[0]) not in self.log.control and
                not any(overlaps(gap, one[1], one[2]) for gap in self.world.gaps)]

    def unexplained(self, due):
        """Of those the ones that no hole explains."""
        missing = self.missing(due)
        if not missing:
            return []
        holes = [[begin, end, count] for run in {s.run for s in self.log.segments.values()}
                 for _cpu, begin, end, count in self.log.run(run).holes()]
        left = []
        for head in missing:
            hole = next((h for h in holes if h[0] <= head[3] and head[2] <= h[1] and h[2]), None)
            if hole:
                hole[2] -= 1
            else:
                left.append(head)
        if left:
            self.log.read()
        return left

    def control(self, due):
        """Every head is in the log, or said to be lost."""
        if not due:
            return
        wait_for(20, lambda: not self.unexplained(due))
        unexplained = self.unexplained(due)
        forgivable = self.world.unnumbered() - self.forgiven
        self.forgiven += min(len(unexplained), forgivable)
        self.results.check("control_heads_are_accounted_for", len(unexplained) <= forgivable,
                           lambda: f"{unexplained[:4]} of {len(due)} requests; gaps: {self.world.gaps[-4:]}")
        here = sum((kind, one[0]) in self.log.control for one in due for kind in (REQUEST, RESPONSE))
        self.logged += here
        self.covered += 2 * len(due) - here
