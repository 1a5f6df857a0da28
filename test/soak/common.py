# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What the parts of the soak share: result lines, network namespaces, waiting."""
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("HDRTAP_BUILD", f"{ROOT}/build-test")
HDRTAP = os.environ.get("HDRTAP", f"{BUILD}/bin/hdrtap")
STAT = f"{BUILD}/bin/hdrtap-stat"
CPUS = len([name for name in os.listdir("/sys/devices/system/cpu") if re.fullmatch(r"cpu\d+", name)])  # also those that are offline
SLOWNESS = int(os.environ.get("HDRTAP_SLOWNESS", 1))

sys.path.insert(0, f"{ROOT}/test")


def now():
    """By the records' clock, in ns."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def wait_for(seconds, condition):
    """Until the condition holds; returns it, or what it is not when the time is over."""
    end = time.monotonic() + seconds * SLOWNESS
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


class Results:
    """One line for each check at the end; what failed is said at once."""

    def __init__(self):
        self.passed, self.failures, self.skipped = {}, {}, {}

    def check(self, name, holds, why=""):
        """`why` may be a function."""
        if holds:
            self.passed[name] = self.passed.get(name, 0) + 1
            return
        why = why() if callable(why) else why
        print(f"failed: {name}: {why}", flush=True)
        self.failures.setdefault(name, str(why).splitlines()[0] if why else "")

    def report(self):
        for name, why in self.skipped.items():
            print(f"skip {name}: {why}")
        for name, times in self.passed.items():
            if name not in self.failures:
                print(f"ok {name}: {times} times")
        for name, why in self.failures.items():
            print(f"FAIL {name}: {why}")
        return not self.failures


class Space:
    """A network namespace, which lives as long as its processes do."""

    def __init__(self):
        self.processes = []
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        ours = os.readlink("/proc/self/ns/net")
        wait_for(20, lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != ours)
        self.ip("link set lo up")

    @property
    def pid(self):
        return self.holder.pid

    def inside(self, *command):
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command]

    def ip(self, *lines):
        """All of them, whatever one comes to."""
        done = subprocess.run(self.inside("ip", "-force", "-batch", "-"), input="\n".join(lines), text=True,
                              capture_output=True, check=False)
        if done.stderr:
            print(f"  ip {' ; '.join(lines)}: {done.stderr.strip()}")

    def index_of(self, name):
        done = subprocess.run(self.inside("ip", "-json", "link", "show", name), capture_output=True, check=False)
        return json.loads(done.stdout)[0]["ifindex"] if done.returncode == 0 else None

    def start(self, *command, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
        process = subprocess.Popen(self.inside(*command), **options)
        self.processes = [p for p in self.processes if p.poll() is None] + [process]
        return process

    def end(self):
        for process in (*self.processes, self.holder):
            end(process)


def fdinfos(pid):
    """What the kernel says of each descriptor of a process."""
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/fdinfo/{fd}") as file:
            yield file.read()


def links_at(pid, ifindex):
    """The ids of the links to an interface that a process holds."""
    return [re.search(r"^link_id:\s+(\d+)", info, re.M)[1] for info in fdinfos(pid)
            if re.search(rf"^ifindex:\s+{ifindex}\b", info, re.M)]


def end(process, how=signal.SIGKILL):
    process.send_signal(how)
    process.send_signal(signal.SIGCONT)
    return process.wait()


def gone(pid):
    """Whether it ended; its parent may not know yet."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
