# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""views.py HDRTAP LOG CAPTURE...: the views of all captures, by way of a log that is made, are sound and tell the same heads.

JSON: every line is valid, has no key twice and nothing but the keys it may have. CSV: every row has the columns of the
header line. Text, CSV and combined: printable ASCII only. All: as many heads, and the same start lines.
"""
import csv
import json
import re
import subprocess
import sys

KEYS = re.compile(
    r"timestamp|(source|destination)\.(address|port)|network\.(type|interface\.name|io\.direction)"
    r"|network\.protocol\.(name|version)|http\.request\.(method|method_original)|url\.(original|path|query)"
    r"|server\.address|user_agent\.original|http\.response\.status_code|http\.(request|response)\.header\.[!-~]+"
    r"|hdrtap\.((request|response)\.header\.[!-~]+\.(length|hash|scheme|names)|original_length\.[!-~]+)"
    r"|hdrtap\.(kind|redacted|latency_ns|flags|depth|head_length|vlan|mpls|tcp_seq|hook|run|cpu|sequence|latin1)"
    r"|hdrtap\.(inner_)?tunnel(_id)?|hdrtap\.request\.(method|cpu|sequence)|hdrtap\.response\.(cpu|sequence)")
LISTS = re.compile(r"http\.[a-z]+\.header\.|hdrtap\.((request|response)\.header|original_length)\.|hdrtap\.(vlan|flags|latin1|redacted)$")
NUMBERS = re.compile(r".*\.port|.*status_code|hdrtap\.(latency_ns|depth|head_length|tcp_seq|mpls|(inner_)?tunnel_id|((request|response)\.)?(cpu|sequence))")


def record(program, captures, log):
    """The heads of all captures, in one record log."""
    for capture in captures:
        run = subprocess.run([program, "-q", "-r", capture, "-w", log, "-e", "cookie,set-cookie,authorization"], stderr=subprocess.PIPE, check=False)
        if run.returncode or run.stderr:
            raise ValueError(f"{capture}: exit status {run.returncode}: {run.stderr.decode().strip()}")


def lines(program, log, view):
    """The lines of a view, as bytes."""
    quiet = [] if view == "text" else ["-q"]  # whose lines of text are short
    brief = ["--timeout", "1ms"] if view == "combined" else []  # the captures' times are the same, so all their requests would wait at once
    run = subprocess.run([program, *quiet, *brief, "-r", log, "-f", view], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode or (quiet and run.stderr):
        raise ValueError(f"exit status {run.returncode}: {run.stderr.decode().strip()}")
    if run.stdout and not run.stdout.endswith(b"\n"):
        raise ValueError(f"{view} does not end with a line feed")
    return run.stdout.split(b"\n")[:-1]


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def check_types(head):
    for key, value in head.items():
        if not KEYS.fullmatch(key):
            raise ValueError(f"unknown key {key}")
        wanted = list if LISTS.match(key) else int if NUMBERS.fullmatch(key) else str
        if not isinstance(value, wanted):
            raise ValueError(f"{key} is {value!r}")


def latin1(head):
    """Values named in hdrtap.latin1 can be turned back into bytes, and were not UTF-8."""
    for key in head.get("hdrtap.latin1", []):
        values = head[key] if isinstance(head[key], list) else [head[key]]
        found = [value.encode("latin-1") for value in values]
        try:
            [value.decode("utf-8") for value in found]
        except UnicodeDecodeError:
            continue
        raise ValueError(f"{key} is UTF-8 after all: {found}")


def escaped(text, known):
    """As the text views write it."""
    data = text.encode("latin-1" if known else "utf-8")
    return "".join("\\\\" if c == 92 else chr(c) if 32 <= c < 127 else f"\\x{c:02x}" for c in data)


def start_line(head):
    """Method and target, or status, as CSV has them."""
    if head["hdrtap.kind"] == "response":
        return ["", "", str(head["http.response.status_code"])]
    target = escaped(head["url.original"], "url.original" in head.get("hdrtap.latin1", []))
    return [head.get("http.request.method_original", head["http.request.method"]), target, ""]


def check_printable(view, shown):
    for line in shown:
        if not re.fullmatch(rb"[ -~]+", line):
            raise ValueError(f"{view}: not printable: {line}")


def check(program, log):
    heads = [json.loads(line.decode("utf-8"), object_pairs_hook=unique) for line in lines(program, log, "json")]
    for head in heads:
        check_types(head)
        latin1(head)
    shown = {view: lines(program, log, view) for view in ("text", "csv", "combined")}
    for view, of in shown.items():
        check_printable(view, of)
    if len(shown["text"]) != len(heads):
        raise ValueError("text has other heads than json")
    table = list(csv.reader(line.decode() for line in shown["csv"]))
    if any(len(row) != len(table[0]) for row in table):
        raise ValueError("csv: rows of different length")
    at = table[0].index("method")
    for row, head in zip(table[1:], heads, strict=True):
        if row[at:at + 3] != start_line(head):
            raise ValueError(f"csv has another start line than json: {row}, {head}")
    return len(heads)


def main(program, log, *captures):
    try:
        record(program, captures, log)
        count = check(program, log)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{count} heads in {len(captures)} captures")
    return not count


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
