#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Prints llhttp's test cases (DIRECTORY/*.md of its tests) in a form that is easy to read in C.

A case is a heading, a comment with its type, a block of bytes and a block of what the parser must
report. One line each here, bytes in hexadecimal, "-" for none:

    case FILE: HEADING
    input BYTES
    lenient                      the parser was told to let something pass
    message OFFSET               where a message begins
    method BYTES | target BYTES | version MAJOR MINOR | status NUMBER
    field NAME VALUE
    head OFFSET FLAGS LENGTH     behind the head; llhttp's flags; its Content-Length
    error REASON                 in this head; without `head` its end was not reached
"""
import glob
import os
import re
import sys

HEADING = re.compile(r"^#+\s+(.*?)\s*$")
TYPE = re.compile(r'<!--\s*meta=.*?"type"\s*:\s*"([^"]*)"')
EVENT = re.compile(r"^off=(\d+) (.*)$", re.S)
SPAN = re.compile(r"^len=(\d+) span\[(\w+)\]")
ESCAPES = (
    (r"\\(\r\n|\r|\n)", lambda match: ""),
    (r"\r\n|\r|\n", lambda match: "\r\n"),
    (r"\\r", lambda match: "\r"),
    (r"\\n", lambda match: "\n"),
    (r"\\t", lambda match: "\t"),
    (r"\\f", lambda match: "\f"),
    (r"\\x([0-9a-fA-F]+)", lambda match: chr(int(match[1], 16))),
    (r"\\([0-7]{1,3})", lambda match: chr(int(match[1], 8))),
)


def blocks(path):
    """(heading, type, input lines, log lines) of every case in a file."""
    heading = kind = fence = None
    found, lines = {}, []
    for line in open(path, encoding="utf-8").read().split("\n"):
        if fence is not None:
            if line != "```":
                lines.append(line)
                continue
            found[fence], fence = lines, None
            if "http" in found and "log" in found:
                yield heading, kind, found["http"], found["log"]
                found = {}
        elif line.startswith("```"):
            fence, lines = line[3:].strip(), []
        elif HEADING.match(line):
            heading, found = HEADING.match(line)[1], {}
        elif TYPE.match(line):
            kind = TYPE.match(line)[1]


def input_bytes(lines):
    text = "\n".join(lines)
    for pattern, replacement in ESCAPES:
        text = re.sub(pattern, replacement, text)
    return text.encode("utf-8")


def hexadecimal(data):
    return data.hex() or "-"


class Message:
    """What the log says of one message, up to the end of its head."""

    def __init__(self, begin):
        self.begin, self.values, self.fields = begin, {}, []
        self.name, self.value, self.closed = b"", b"", False

    def span(self, kind, data):
        """A value may be reported in several spans."""
        if kind == "header_field":
            self.name += data
        elif kind == "header_value":
            self.value += data
        else:
            self.values[kind] = self.values.get(kind, b"") + data

    def field_end(self):
        # llhttp leaves white space behind a value in its span, RFC 9110 section 5.5 does not
        self.fields.append((self.name, self.value.strip(b" \t")))
        self.name = self.value = b""

    def lines(self, end):
        yield "message %d" % self.begin
        for kind, key in (("method", "method"), ("url", "target")):
            if kind in self.values:
                yield "%s %s" % (key, hexadecimal(self.values[kind]))
        for name, value in self.fields:
            yield "field %s %s" % (hexadecimal(name), hexadecimal(value))
        yield from end


def head_lines(offset, text):
    """Of `headers complete` and its key=value words."""
    words = dict(word.split("=", 1) for word in text.split()[2:])
    yield "version " + words["v"].replace("/", " ")
    if "status" in words:
        yield "status " + words["status"]
    yield "head %d %d %s" % (offset, int(words["flags"], 16), words["content_length"])


def spanned(data, offset, length, text):
    """The bytes of a span. The log repeats them: a check that escapes were understood."""
    found = data[offset : offset + length]
    repeated = text.split("=", 2)[2][1:-1].replace("\\t", "\t").replace("\\f", "\f")
    if found != repeated.encode("utf-8"):
        sys.exit("llhttp_cases.py: %r stands where the log has %s" % (found, text))
    return found


def error_line(text):
    return "error " + text.split("reason=", 1)[1].strip('"')


def messages(log, data):
    """Lines of all messages of a case. Only heads matter: what follows one is passed over, except
    that a request's Transfer-Encoding is judged only then."""
    message = None
    for line in log:
        event = EVENT.match(line)
        if not event:
            continue
        offset, text = int(event[1]), event[2]
        span = SPAN.match(text)
        if text == "message begin":
            message = Message(offset)
        elif text.startswith("error") and text.endswith('invalid `Transfer-Encoding`"'):
            yield error_line(text)
        elif message is None or message.closed:
            continue
        elif span:
            message.span(span[2], spanned(data, offset, int(span[1]), text))
        elif text == "header_value complete":
            message.field_end()
        elif text.startswith("headers complete"):
            message.closed = True
            yield from message.lines(head_lines(offset, text))
        elif text.startswith("error"):
            message.closed = True
            yield from message.lines([error_line(text)])
    if message and not message.closed:
        yield from message.lines([])


def main():
    seen = {}
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.md"))):
        base = os.path.basename(path)[:-3]
        for heading, kind, lines, log in blocks(path):
            data = input_bytes(lines)
            title = "%s: %s" % (base, heading)
            seen[title] = seen.get(title, 0) + 1
            print("case " + title + (" (%d)" % seen[title] if seen[title] > 1 else ""))
            print("input " + hexadecimal(data))
            if "lenient" in kind:
                print("lenient")
            for line in messages(log, data):
                print(line)


main()
