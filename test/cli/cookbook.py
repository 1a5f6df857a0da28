#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The commands of docs/COOKBOOK.md print what stands below them. `cookbook.py --update` writes there what they print.

A block of lines set in by four spaces belongs to a command that begins with `$ `, and ends with a backslash where it goes on in
the next line; `...` stands for any number of lines. All of them run in one folder, one after the other.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.environ.get("HDRTAP_ROOT") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
BUILD = os.environ.get("HDRTAP_BUILD") or os.path.join(ROOT, "build-test")
BOOK = os.path.join(ROOT, "docs/COOKBOOK.md")
SET_IN, PROMPT = "    ", "    $ "


class Block:
    """A command and what it prints."""

    def __init__(self, question):
        self.question, self.command, self.lines = question, [], []

    def run(self, folder):
        environment = {**os.environ, "PATH": os.path.join(BUILD, "bin") + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        text = "\n".join(self.command).replace("\\\n", "")
        done = subprocess.run(["bash", "-c", text], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        return done.returncode, done.stdout.decode("utf-8", "backslashreplace").splitlines()

    def matches(self, printed):
        pattern = "".join("(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in self.lines)
        return re.fullmatch(pattern, "".join(line + "\n" for line in printed))


def read():
    """The lines outside of blocks, and the blocks, in order."""
    parts, question, block = [], "", None
    with open(BOOK, encoding="utf-8") as book:
        for line in book.read().splitlines():
            if line.startswith("### "):
                question = line[4:]
            if line.startswith(PROMPT):
                block = Block(question)
                block.command.append(line[len(PROMPT):])
                parts.append(block)
            elif block and line.startswith(SET_IN):
                more = block.command[-1].endswith("\\") and not block.lines
                (block.command if more else block.lines).append(line[len(SET_IN):])
            else:
                block = None
                parts.append(line)
    return parts


def write(parts):
    with open(BOOK, "w", encoding="utf-8") as book:
        for part in parts:
            if isinstance(part, Block):
                book.write(PROMPT + "\n    ".join(part.command) + "\n")
                book.writelines(SET_IN + line + "\n" for line in part.lines)
            else:
                book.write(part + "\n")


def name(question):
    return re.sub("[^a-z0-9]+", "_", question.lower()).strip("_")


def main():
    update = sys.argv[1:] == ["--update"]
    parts, answers = read(), {}
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(ROOT, "pcaps/510-morning.pcap"), os.path.join(folder, "morning.pcap"))
        for block in (part for part in parts if isinstance(part, Block)):
            status, printed = block.run(folder)
            if update and not block.matches(printed):
                block.lines = printed
            right = not status and bool(block.matches(printed))
            if not right:
                print("`%s` ended with %d and printed:" % (block.command[0], status), *printed, sep="\n", file=sys.stderr)
            answers.setdefault(block.question, []).append(right)
    if update:
        write(parts)
        return 0
    for question, right in answers.items():
        print(("ok %s" if all(right) else "FAIL %s: see above") % name(question))
    print("%s twenty_questions: %d" % ("ok" if len(answers) >= 20 else "FAIL", len(answers)))
    return 0 if all(map(all, answers.values())) and len(answers) >= 20 else 1


if __name__ == "__main__":
    sys.exit(main())
