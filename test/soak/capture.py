# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""A capture of the soak: guard, worker, and who reads its standard output."""
import collections
import json
import os
import re
import signal
import subprocess
import threading
import time

from common import BUILD, HDRTAP, STAT, end, gone, now, wait_for

CLOCK_STEP = f"{BUILD}/test/bad/clock_step.so"
UNSEALED = 2 * 10**9  # ns: a second's records are not in the log yet (FORMAT.md); twice that, as the machine is busy
LISTENING = re.compile(r"^hdrtap: listening on .* header elements$", re.M)
EQUATION = re.compile(r"^\d+ (?:heads started|heads emitted|records for standard output) (=|IS NOT) .*$", re.M)


def environment(world):
    """Of hdrtap alone: a clock that can be set, and little that the sanitizer keeps of what was freed."""
    asan = "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:verify_asan_link_order=0"
    preload = {"LD_PRELOAD": CLOCK_STEP, "CLOCK_STEP": world.clock_file} if os.path.exists(CLOCK_STEP) else {}
    return ["env", *(f"{name}={value}" for name, value in ({"ASAN_OPTIONS": asan} | preload).items())]


def utc():
    """As hdrtap-stat writes it."""
    seconds, ns = divmod(time.time_ns(), 10**9)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ns:09d}Z"


class Lines(threading.Thread):
    """Takes what hdrtap prints as JSON: which records there are, by run, CPU and number."""

    KEY = re.compile(rb'"hdrtap\.run":"(\w{8})\w*".*"hdrtap\.cpu":(\d+).*"hdrtap\.sequence":(\d+)')

    def __init__(self, source):
        super().__init__(daemon=True)
        self.source, self.keys, self.count = source, set(), 0
        self.start()

    def run(self):
        for line in self.source:
            key = self.KEY.search(line)
            if key:
                self.keys.add((int(key[1], 16), int(key[2]), int(key[3])))
                self.count += 1


class Capture:
    def __init__(self, world, number):
        self.world = world
        self.said = f"{world.tmp}/capture{number}.err"
        self.up, self.usual = False, None
        self.objects = collections.defaultdict(set)
        with open(self.said, "w") as file:
            self.guard = world.host.start(
                *environment(world), HDRTAP, "-i", "any", "-w", world.log, "-w", "-", "-v", "--config", world.config,
                "--segment-age", "10s", stdout=subprocess.PIPE, stderr=file)
        with open(f"{world.tmp}/pipe{number}.err", "w") as file:
            self.reader = subprocess.Popen([HDRTAP, "-r", "-", "-f", "json", "-l"], stdin=self.guard.stdout,
                                           stdout=subprocess.PIPE, stderr=file)
        self.guard.stdout.close()
        self.lines = Lines(self.reader.stdout)

    def words(self):
        with open(self.said, errors="replace") as file:
            return file.read()

    def look(self):
        """Notes whether it listens, where the control connection is, too: interfaces are attached to one by one."""
        stat = self.stat() if not self.up and LISTENING.search(self.words()) else {}
        if any(i["name"] == "control" and {"receive", "transmit"} <= i.keys() for i in stat.get("interfaces", [])):
            self.up = True
            self.world.gap_ends()
            self.worker, self.run = stat["worker_pid"], int(stat["run"][:8], 16)

    def ended(self):
        return self.guard.poll() is not None

    def wait_up(self):
        wait_for(60, lambda: self.look() or self.up or self.ended())
        return self.up and not self.ended()

    def stat(self):
        """What hdrtap-stat says of it; {} when it says nothing."""
        done = subprocess.run([STAT, "-f", "json"], capture_output=True, text=True, check=False)
        captures = json.loads(done.stdout)["captures"] if done.returncode == 0 and done.stdout else []
        return next((c for c in captures if c["guard_pid"] == self.guard.pid), {})

    def closes(self, since):
        """Whether the accounts do in what hdrtap-stat says, when nobody has sent anything `since`."""
        stat = self.stat()
        if not stat or stat["guard_updated"] < since:
            return False
        kernel, user = stat["kernel"], stat["user"]
        fates = sum(count for name, count in kernel.items()
                    if re.match("heads_(emitted|filtered|limited|lost|abandoned|in_progress)", name))
        return (kernel["heads_started"] == fates and
                kernel["heads_emitted"] == user["records_written"] + user["records_dropped"] and
                user["records_stdout"] >= sum(user[f"records_stdout_{how}"] for how in ("written", "slow", "failed")))

    def equations(self):
        return [found[0] for found in EQUATION.finditer(self.words())]

    def asked_equations(self):
        """Those of the accounts it prints when it is asked."""
        before = len(self.equations())
        self.guard.send_signal(signal.SIGUSR1)
        wait_for(20, lambda: len(self.equations()) >= before + 2)
        return self.equations()[before:]

    def counted(self, name):
        """What the last accounts it printed say."""
        found = re.findall(rf"^ *(\d+) {name} ", self.words(), re.M)
        return int(found[-1]) if found else 0

    def lost_at_end(self):
        """The last records, for which there was no room."""
        found = re.search(r"cannot write the last (\d+) records", self.words())
        return int(found[1]) if found else 0

    def taken_away(self):
        """How many of its programs others took away."""
        return self.stat().get("user", {}).get("programs_taken_away", 0)

    def unnumbered(self):
        """How many packets were not parsed: heads in them have no number."""
        kernel = self.stat().get("kernel", {})
        return sum(kernel.get(f"packets_{why}", 0) for why in ("contended", "nested", "load_failed"))

    def stop(self, how):
        """`how`: guard, worker, both, or end: in order. With a worker that is killed goes what is not sealed yet; with any,
        what waits for room on the disk."""
        self.missed = self.unnumbered()
        begin = now() - (UNSEALED if how in ("worker", "both") else 0)
        self.world.gap_begins(min(begin, (self.world.full_since or begin + UNSEALED) - UNSEALED), how)
        if how in ("worker", "both"):
            os.kill(self.worker, signal.SIGKILL)
        if how in ("guard", "both"):
            self.guard.kill()
        if how == "end":
            self.guard.terminate()
        self.reader.send_signal(signal.SIGCONT)
        wait_for(60, self.ended)
        wait_for(60, lambda: gone(self.worker))

    def end_reader(self):
        wait_for(60, lambda: self.reader.poll() is not None)
        status = self.reader.poll()
        end(self.reader)
        self.lines.join()
        return status


class Follower:
    """Reads the log of all captures as it grows."""

    def __init__(self, world):
        self.process = subprocess.Popen([HDRTAP, "-q", "-r", world.log, "--follow", "-f", "json", "-l"],
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.lines = Lines(self.process.stdout)
