# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The HTTP/1 requests of a capture as different tools see them: hdrtap, tshark (which joins
segments), Zeek (its log, where the corpus has one), and a plain search in single segments.

Request is what can be compared: method and target. Where is what tells requests of a capture apart:
addresses, ports and the sequence number of the first byte.
"""
import collections
import json
import os
import re
import subprocess
import urllib.parse

Request = collections.namedtuple("Request", "method target")
Where = collections.namedtuple("Where", "source source_port destination destination_port sequence")
HEAD = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([^\x00-\x20]+) HTTP/[0-9]\.[0-9]\r?\n"
    rb"((?:(?!\r?\n)[^\n]*\n)*)\r?\n"
)
LENGTH = re.compile(rb"^content-length:[ \t]*(.*?)[ \t]*\r?$", re.I | re.M)
CODING = re.compile(rb"^transfer-encoding:(?:.*[, \t])?(.*?)[ \t]*\r?$", re.I | re.M)
CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})(?:[; \t][^\n]*)?\r?\n")
TRAILER = re.compile(rb"(?:[^\r\n][^\n]*\n)*\r?\n")
BETWEEN = "\x1f"  # values of one field in tshark's output

FIELDS = (
    "ip.src ipv6.src tcp.srcport ip.dst ipv6.dst tcp.dstport tcp.seq_raw tcp.payload "
    "http.request.method http.request.uri"
).split()


class Failed(Exception):
    """A tool did not do what it should; the text says how."""


def run(*command):
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise Failed("%s: exit status %d: %s" % (command[0], done.returncode, why))
    return done.stdout


def text(data):
    """Bytes as JSON output has those that are not UTF-8, and so for all tools."""
    return data.decode("latin-1")


def by_hdrtap(path, program):
    """[(Where, Request, complete)]"""
    out = run(program, "-r", path, "-f", "json", "-q", "--heads", "request", "-e", "none")
    found = []
    for line in out.splitlines():
        row = json.loads(line)
        method = row.get("http.request.method_original", row["http.request.method"])
        target = row["url.original"]
        if "hdrtap.original_length.url.original" in row:
            target += "..."
        where = Where(
            row["source.address"],
            row["source.port"],
            row["destination.address"],
            row["destination.port"],
            row["hdrtap.tcp_seq"],
        )
        found.append(
            (where, Request(method, target), "incomplete" not in row.get("hdrtap.flags", []))
        )
    return found


def frames_of_tshark(path):
    """One dictionary of FIELDS for each frame."""
    command = ["tshark", "-n", "-r", path, "-Y", "tcp.payload", "-T", "fields"]
    for field in FIELDS:
        command += ["-e", field]
    for line in run(*command, "-E", "aggregator=" + BETWEEN).decode("utf-8", "replace").split("\n"):
        if line:
            yield dict(zip(FIELDS, line.split("\t")))


def tshark_requests(frames):
    found = []
    for frame in frames:
        methods = frame["http.request.method"].split(BETWEEN)
        targets = frame["http.request.uri"].split(BETWEEN)
        found += [Request(*pair) for pair in zip(methods, targets) if pair[0]]
    return found


def behind_chunks(payload, at):
    """Where a chunked body ends, None: not in this segment, or not chunked coding."""
    while size := CHUNK.match(payload, at):
        at = size.end() + int(size[1], 16)
        if at == size.end():
            trailer = TRAILER.match(payload, at)
            return trailer and trailer.end()
        if payload[at : at + 2] != b"\r\n":
            return None
        at += 2
    return None


def behind_body(payload, head):
    """Where the next head begins, None: it can't be known from this segment."""
    coding, length = CODING.findall(head[3]), LENGTH.findall(head[3])
    if coding:
        return behind_chunks(payload, head.end()) if coding[-1].lower() == b"chunked" else None
    if length and not length[0].isdigit():
        return None
    return head.end() + int(length[0] if length else 0)


def heads_in(payload):
    """(offset, Request) of the whole heads in one segment, as far as their bodies lead."""
    at = 0
    while at is not None and at < len(payload) and (head := HEAD.match(payload, at)):
        yield at, Request(text(head[1]), text(head[2]))
        at = behind_body(payload, head)


def segment_requests(frames):
    """[(Where, Request)] of the heads that are whole in one segment and begin it, or follow one."""
    found = []
    for frame in frames:
        if BETWEEN in frame["tcp.payload"]:  # a tunnel: not looked into
            continue
        source, destination = (frame["ip." + end] or frame["ipv6." + end] for end in ("src", "dst"))
        for offset, request in heads_in(bytes.fromhex(frame["tcp.payload"].replace(":", ""))):
            sequence = (int(frame["tcp.seq_raw"]) + offset) % 2**32
            ports = int(frame["tcp.srcport"]), int(frame["tcp.dstport"])
            found.append((Where(source, ports[0], destination, ports[1], sequence), request))
    return found


def zeek_requests(path):
    """From truth/<capture>.http.log beside it; None without one that has methods."""
    log = os.path.join(os.path.dirname(path), "truth", os.path.basename(path) + ".http.log")
    if not os.path.exists(log):
        return None
    fields, found = None, []
    for line in open(log, "rb").read().split(b"\n"):
        words = text(line).split("\t")
        if words[0] == "#fields":
            fields = words[1:]
        elif not words[0] or words[0][0] == "#":
            continue
        elif fields is None:  # only chosen columns were logged: their names come first
            fields = words
        else:
            row = dict(zip(fields, words))
            if row.get("method", "-") != "-":
                found.append(Request(row["method"], row["uri"]))
    return found if fields and "method" in fields else None


def comparable(request):
    """Zeek decodes targets and escapes what it logs; targets longer than a record keeps are cut."""
    escaped = re.sub(r"\\x([0-9a-fA-F]{2})", r"%\1", request.target)
    return Request(request.method, urllib.parse.unquote(escaped, "latin-1")[:200])


def difference(ours, theirs):
    """(those only we have, those only they have), as sorted lists."""
    a = collections.Counter(map(comparable, ours))
    b = collections.Counter(map(comparable, theirs))
    return sorted((a - b).elements()), sorted((b - a).elements())
