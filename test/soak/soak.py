#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""soak.py SECONDS SEED DIRECTORY: what test/soak/run runs, as the first process of a PID namespace with mounts of its own.

A capture of `any` in a namespace writes a log and a stream. actors.py acts, judge.py looks every few seconds: accounts close,
nothing leaks, the log is sound, and every head of a control connection is in it or lost at a time and in a way that was said.
"""
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time

from actors import absent, plan
from capture import UNSEALED, Capture, Follower
from common import BUILD, SLOWNESS, Results, Space, end, now, wait_for
from judge import Judge
from record_log import Log

LOOKS = 5  # seconds between two looks
SLACK = 1.25  # how much longer all may take than was asked for, as looks take time
DISK_MIB = 96  # what is logged takes a part of it
CONTROL_PORT, CONTROL_HOST, CONTROL_CLIENT = 7000, "10.79.0.1", "10.79.0.2"
CONTROL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "control.py")


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


class World:
    def __init__(self, tmp, results):
        self.tmp, self.results = tmp, results
        self.disk, self.config, self.clock_file = f"{tmp}/disk", f"{tmp}/hdrtap.yaml", f"{tmp}/clock"
        self.log, self.control_port = f"{self.disk}/log", CONTROL_PORT
        self.interfaces, self.spaces, self.servers, self.made = [], [], {}, 0
        self.gaps = []  # [begin, end, why]: when there was no capture, or what it had seen went with it
        self.full_since, self.captures, self.missed = None, 0, 0
        self.record_log = Log(self.log)
        self.judge = Judge(self, results)
        self.make_places()
        self.make_control()
        self.gap_begins(0, "the start")
        self.start_capture()
        self.capture.wait_up()
        self.start_control()

    def make_places(self):
        for path in (self.disk, f"{self.tmp}/www", "/run/hdrtap"):
            os.makedirs(path, exist_ok=True)
        mount("-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", self.disk)
        mount("-t", "tmpfs", "tmpfs", "/run/hdrtap")  # other captures on this machine are not ours to see
        self.good = ["elements: [none, x-request-id]"]
        self.configure(self.good)
        self.set_clock(0)
        self.host = Space()

    def new_space(self):
        return Space()

    def configure(self, lines):
        with open(f"{self.config}.new", "w") as file:
            file.write("\n".join(lines) + "\n")
        os.replace(f"{self.config}.new", self.config)

    def set_clock(self, seconds):
        with open(self.clock_file, "r+b" if os.path.exists(self.clock_file) else "wb") as file:
            file.write(struct.pack("<q", seconds * 10**9))

    # The control connection -------------------------------------------------------------------------------------------------

    def make_control(self):
        self.quiet = Space()
        self.host.ip(f"link add control type veth peer name control netns {self.quiet.pid}",
                     f"address add {CONTROL_HOST}/24 dev control", "link set control up")
        self.quiet.ip(f"address add {CONTROL_CLIENT}/24 dev control", "link set control up")
        self.host.start(CONTROL, "serve", str(CONTROL_PORT))
        wait_for(20, lambda: str(CONTROL_PORT) in subprocess.run(self.host.inside("ss", "-ltn"), capture_output=True, text=True,
                                                                check=True).stdout)

    def start_control(self):
        self.asking = self.quiet.start(CONTROL, "ask", CONTROL_HOST, str(CONTROL_PORT), stdout=subprocess.PIPE)
        self.answers = []
        threading.Thread(target=self.take_lines, daemon=True).start()

    def take_lines(self):
        for line in self.asking.stdout:
            self.answers.append(tuple(map(int, line.split())))

    def take_answers(self):
        answers, self.answers = self.answers, []
        return answers

    def hold(self, how):
        """Nobody sends anything, or all go on."""
        for client in (self.asking, *(process for space in self.spaces for process in space.processes)):
            if client.poll() is None:
                client.send_signal(how)

    # What is not captured -----------------------------------------------------------------------------------------------------

    def gap_begins(self, begin, why):
        self.gaps.append([begin, None, why])

    def gap_ends(self):
        self.gaps[-1][1] = now()

    def disk_fills(self):
        self.full_since = now()

    def disk_empties(self):
        self.full_since = None

    # The capture --------------------------------------------------------------------------------------------------------------

    def start_capture(self):
        self.captures += 1
        self.configure(self.good)
        self.capture = Capture(self, self.captures)

    def unnumbered(self):
        """Packets that were not parsed, in all captures."""
        return self.missed + self.capture.unnumbered()

    def start_follower(self):
        wait_for(60, lambda: os.path.isdir(self.log) and self.record_log.names())
        self.follower = Follower(self)

    def restart(self, how):
        if not self.capture.wait_up():
            return  # the next look says so
        full = self.full_since
        self.capture.stop(how)
        self.missed += self.capture.missed
        self.judge.after(self.capture, how, full)
        self.start_capture()

    def restart_after_failure(self):
        end(self.capture.guard)
        if self.gaps[-1][1]:
            self.gap_begins(now() - UNSEALED - LOOKS * 2 * 10**9, "a failure")
        self.start_capture()


class Pace:
    """The plan's time. It stands still while something is done or looked at, so that a slow machine does not do all at once."""

    def __init__(self, world, seconds):
        self.world, self.at, self.looked = world, 0, 0
        self.end = time.monotonic() + SLACK * SLOWNESS * seconds

    def over(self):
        return time.monotonic() > self.end

    def until(self, at):
        while self.at < at and not self.over():
            step = min(0.1, at - self.at)
            time.sleep(step)
            self.at += step
            self.world.capture.look()
            if self.at - self.looked > LOOKS:
                self.world.judge.look()
                self.looked = self.at


def act(world, seconds, seed, results):
    missing = absent()
    results.skipped = {f"actor_{actor.__name__}": why for actor, why in missing.items()}
    pace = Pace(world, seconds)
    for at, actor, number in plan(seed, seconds):
        pace.until(at)
        if pace.over():
            return
        if actor not in missing:
            print(f"{time.strftime('%H:%M:%S')} {actor.__name__}: {actor(world, number)}", flush=True)


def settle(world):
    """Everything is as it should be again, and the capture ends in order."""
    for process in (world.follower.process, world.capture.reader):
        process.send_signal(signal.SIGCONT)
    if world.full_since:
        os.remove(f"{world.disk}/filler")
        world.disk_empties()
    for _ in range(2):
        world.judge.look()
        time.sleep(2)
    world.judge.look()
    if world.capture.wait_up():
        world.capture.stop("end")
        world.judge.after(world.capture, "end", None)
    world.judge.finish()


def main(seconds, seed, tmp):
    print(f"seed {seed}, {seconds} seconds; the same again: test/soak/run {seconds} {seed}", flush=True)
    results = Results()
    world = World(tmp, results)
    world.start_follower()
    for _ in range(2):
        world.spaces.append(world.new_space())
    act(world, seconds, seed, results)
    settle(world)
    if results.failures:
        kept = f"{BUILD}/soak-{seed}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(tmp, kept, ignore=shutil.ignore_patterns("filler", "www"))
        print(f"its log and what it said is kept in {kept}")
    return results.report()


if __name__ == "__main__":
    sys.exit(not main(float(sys.argv[1]), sys.argv[2], sys.argv[3]))
