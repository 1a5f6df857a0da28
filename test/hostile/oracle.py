#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The variants that are said to miss nothing do not: tshark reassembles the flow's own bytes from them."""
import os
import subprocess
import sys

FLOW = "made/false-requests#0"
KINDS = ("split", "bytes", "pieces", "duplicate", "overlap", "probe", "swap", "swap_duplicate", "wrap", "half_close")
RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")


def reassembled(path):
    """What tshark makes of both directions of the first connection."""
    output = subprocess.run(["tshark", "-n", "-r", path, "-q", "-z", "follow,tcp,raw,0"],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    streams = {False: b"", True: b""}
    for line in output.split("Node 1:")[1].split("\n")[1:]:
        if line.startswith("="):
            break
        streams[line.startswith("\t")] += bytes.fromhex(line.strip())
    return streams


def content(path):
    with open(path, "rb") as file:
        return file.read()


def check(kind, path):
    subprocess.run([RUN, "--capture", FLOW, "--kind", kind, "--number", "3" if kind != "bytes" else "0",
                    "--write", path], stdout=subprocess.DEVNULL, check=False)
    streams = reassembled(path)
    for tabbed, side in ((False, "client"), (True, "server")):
        expected = content(path + "." + side)
        if streams[tabbed] != expected:
            return "tshark has %d bytes of the %s, not these %d" % (len(streams[tabbed]), side, len(expected))
    return None


def main():
    failed = 0
    for kind in KINDS:
        path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "hostile-%d-%s.pcap" % (os.getpid(), kind))
        why = check(kind, path)
        print("FAIL %s: %s" % (kind, why) if why else "ok %s" % kind)
        failed |= why is not None
        for suffix in ("", ".client", ".server"):
            os.unlink(path + suffix)
    sys.exit(failed)


main()
