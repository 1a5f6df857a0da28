# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The HTTP/1 requests of a capture, and what answered them, as different tools see them: hdrtap,
tshark, Zeek (its log, where the corpus has one), and a plain search in single segments.

Request is what can be compared: method, Host and target; Host is None where a tool does not say it.
Where is what tells requests of a capture apart: addresses, ports and the sequence number of the
first byte.
"""
import collections
import json
import os
import re
import subprocess
import urllib.parse

Request = collections.namedtuple("Request", "method host target")
Seen = collections.namedtuple("Seen", "where request length flags status")
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
    "frame.number frame.protocols ip.src ipv6.src tcp.srcport ip.dst ipv6.dst tcp.dstport "
    "tcp.seq_raw tcp.flags.syn tcp.payload http.request.method http.request.uri"
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


def where_of(row):
    return Where(
        row["source.address"],
        row["source.port"],
        row["destination.address"],
        row["destination.port"],
        row["hdrtap.tcp_seq"],
    )


def request_of(row):
    method = row.get("http.request.method_original", row["http.request.method"])
    target = row["url.original"]
    if "hdrtap.original_length.url.original" in row:
        target += "..."
    return Request(method, row.get("http.request.header.host", [None])[-1], target)


def rows_of_hdrtap(path, program):
    out = run(program, "-r", path, "-f", "json", "-q", "-e", "none,host:200")
    return [json.loads(line) for line in out.splitlines()]


def by_hdrtap(path, program):
    """([Seen], [status]): the requests with the statuses of their final responses, and those of the
    responses that answer none."""
    rows = rows_of_hdrtap(path, program)
    answers, alone = {}, []
    for row in rows:
        status = row.get("http.response.status_code")
        if status is None or (status < 200 and status != 101):
            continue
        if "hdrtap.request.sequence" in row:
            answers[row["hdrtap.request.cpu"], row["hdrtap.request.sequence"]] = status
        else:
            alone.append(status)
    found = [
        Seen(
            where_of(row),
            request_of(row),
            row["hdrtap.head_length"],
            row.get("hdrtap.flags", []),
            answers.get((row["hdrtap.cpu"], row["hdrtap.sequence"])),
        )
        for row in rows
        if row["hdrtap.kind"] == "request"
    ]
    return found, alone


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
        found += [Request(one, None, target) for one, target in zip(methods, targets) if one]
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
        yield at, Request(text(head[1]), None, text(head[2]))
        at = behind_body(payload, head)


def segments_of(frames):
    """(Where, payload) of the segments that are in no tunnel."""
    for frame in frames:
        if BETWEEN in frame["tcp.payload"]:
            continue
        source, destination = (frame["ip." + end] or frame["ipv6." + end] for end in ("src", "dst"))
        ports = int(frame["tcp.srcport"]), int(frame["tcp.dstport"])
        where = Where(source, ports[0], destination, ports[1], int(frame["tcp.seq_raw"]))
        yield where, bytes.fromhex(frame["tcp.payload"].replace(":", ""))


def segment_requests(frames):
    """{Where: Request} of the heads that are whole in one segment and begin it, or follow one."""
    found = {}
    for where, payload in segments_of(frames):
        for offset, request in heads_in(payload):
            found[where._replace(sequence=(where.sequence + offset) % 2**32)] = request
    return found


def in_one_segment(seen, frames):
    """Those whose head is whole in one segment."""
    segments = collections.defaultdict(list)
    for where, payload in segments_of(frames):
        segments[where._replace(sequence=0)].append((where.sequence, len(payload)))
    return [
        one
        for one in seen
        if any(
            (one.where.sequence - sequence) % 2**32 + one.length <= length
            for sequence, length in segments[one.where._replace(sequence=0)]
        )
    ]


def zeek_word(word):
    return None if word == "-" else "" if word == "(empty)" else word


def zeek_rows(path):
    """[dictionary of columns] of truth/<capture>.http.log beside it; None without one that has
    methods."""
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
            found.append(dict(zip(fields, map(zeek_word, words))))
    return found if fields and "method" in fields else None


def zeek_request(row):
    return Request(row["method"], row["host"], row["uri"]) if row["method"] else None


def zeek_requests(rows):
    return [zeek_request(row) for row in rows if row["method"]]


def zeek_answers(rows):
    """[(Request or None, status or None)]; None when the log does not have statuses. An answer of
    HTTP/0.9 has the status 0 there."""
    if not rows or "status_code" not in rows[0]:
        return None
    answers = zip((zeek_request(row) for row in rows), (row["status_code"] for row in rows))
    pairs = [(request, int(status or 0) or None) for request, status in answers]
    return [pair for pair in pairs if any(pair)]


def comparable(request):
    """Zeek decodes targets and escapes what it logs; targets longer than a record keeps are cut."""
    escaped = re.sub(r"\\x([0-9a-fA-F]{2})", r"%\1", request.target)
    return request._replace(target=urllib.parse.unquote(escaped, "latin-1")[:200])


def hostless(request):
    return comparable(request)._replace(host=None)


def only(ours, theirs):
    """(what only we have, what only they have), as lists in order of their texts."""
    a, b = collections.Counter(ours), collections.Counter(theirs)
    return sorted((a - b).elements(), key=str), sorted((b - a).elements(), key=str)


def difference(ours, theirs):
    """only() of requests; Host is compared where they say it."""
    key = comparable if any(request.host for request in theirs) else hostless
    return only(map(key, ours), map(key, theirs))
