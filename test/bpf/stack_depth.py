#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Stack used along the deepest chain of calls in a kernel object, as Linux 6.1 adds it up: each frame rounded up to 32
bytes, 512 in all. Newer kernels round less and accept what that one rejects.

stack_depth.py OBJECT: prints the chain, and ends with 1 when it is too deep."""
import collections
import re
import subprocess
import sys

LIMIT = 512
ROUND = 32


class Object:
    """Functions of an object: bytes of their frames, and whom they call."""

    def __init__(self, path):
        self.frame = collections.defaultdict(int)
        self.calls = collections.defaultdict(set)
        self.at = {}  # (section, instruction) -> function
        self.pending = []  # (function, section, relocation's symbol, the instruction before it)
        self.read(path)
        self.resolve()

    def read(self, path):
        listing = subprocess.run(["llvm-objdump-19", "-dr", "--no-show-raw-insn", path], check=True, text=True,
                                 capture_output=True).stdout
        section = function = before = base = ""
        for line in listing.splitlines():
            if match := re.match(r"Disassembly of section (\S+):", line):
                section = match[1]
            elif match := re.match(r"([0-9a-f]+) <(\w+)>:", line):
                if not match[2].startswith("LBB"):
                    function = match[2]
                    self.at[section, int(match[1], 16) // 8] = function
                    self.frame[function] += 0
            else:
                self.read_instruction(function, line, base)
                if match := re.search(r"R_BPF_64_\S+\s+(\S+)", line):
                    self.pending.append((function, match[1], before))
                base = match[1] if (match := re.search(r"(r\d) = r10$", line)) else ""
            before = line

    def read_instruction(self, function, line, base):
        """Bytes of the frame: direct accesses, and pointers made from r10."""
        offsets = re.findall(r"\(r10 - 0x([0-9a-f]+)\)", line)
        if base:
            offsets += re.findall(base + r" \+= -0x([0-9a-f]+)$", line)
        for offset in offsets:
            self.frame[function] = max(self.frame[function], int(offset, 16))

    def resolve(self):
        for caller, symbol, before in self.pending:
            if symbol in self.frame:
                self.calls[caller].add(symbol)
            elif symbol == ".text":
                self.calls[caller].add(self.in_text(before))

    def in_text(self, instruction):
        """The static function that a call, or a callback's address, in a relocated instruction means."""
        if match := re.search(r"call (-?)0x([0-9a-f]+)", instruction):
            return self.at[".text", int(match[1] + match[2], 16) + 1]
        return self.at[".text", int(re.search(r"= 0x([0-9a-f]+) ll", instruction)[1], 16) // 8]

    def deepest(self, function):
        """(bytes, chain) of the deepest chain that begins here."""
        below = max((self.deepest(callee) for callee in self.calls[function] - {function}), default=(0, []))
        frame = max(self.frame[function], 1)
        return (frame + ROUND - 1) // ROUND * ROUND + below[0], [f"{function} {self.frame[function]}"] + below[1]


def main():
    kernel_object = Object(sys.argv[1])
    size, chain = max(kernel_object.deepest(function) for function in list(kernel_object.frame))
    print(f"{size} bytes: {' > '.join(chain)}")
    sys.exit(size > LIMIT)


main()
