#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# CSV as python3's csv module reads it: the columns of the header line in every row, values exact; with --csv-safe nothing that a spreadsheet
# would take for a formula begins a field, and the values can be had back.
. "$(dirname "$0")/refused.sh"
cd "$TEST_TMP" || die "no directory"

cat >csv_check.py <<'END'
import csv, re, sys
sys.path.insert(0, sys.argv[1] + "/test/cli")
import captures

HOSTILE = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-5", "-1+cmd", "@SUM(A1)", "'quoted", "'=x", "a,b", 'a"b', '"', '"=1"', ',=1', "\\", "\\x41", "a\\",
           "a\tb", "\x01=1", "caf\u00e9", ";=1", "%0A=1", "\x7f", "x" * 48, ""]

def make():
    heads = [b"GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nX-Own: %s\r\nX-Own: second\r\n\r\n" % ((b"/" if i % 2 else b"=") + b"t%d" % i, *[v.encode()] * 3)
             for i, v in enumerate(HOSTILE)]
    with open("own.pcap", "wb") as out:
        out.write(captures.capture(len(heads), heads=heads))

def rows(name):
    with open(name, newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines, strict=True))

def exact(cell):
    return re.sub(rb"\\(\\|x[0-9a-f]{2})", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), cell.encode()).decode("utf-8")

def check_exact(name):
    header, *heads = rows(name)
    assert len(heads) == len(HOSTILE), len(heads)
    assert header[:5] == ["time", "kind", "interface", "direction", "source"] and len(set(header)) == len(header), header
    for value, head in zip(HOSTILE, heads):
        assert len(head) == len(header), head
        of = dict(zip(header, head))
        assert exact(of["user-agent"]) == value == exact(of["host"]), (value, of)
        assert exact(of["x-own"]) == value + ", second", (value, of)

def check_safe(name, plain):
    for safe, exact in zip(rows(name), rows(plain), strict=True):
        for cell, value in zip(safe, exact, strict=True):
            assert not re.match(r"[=+\-@\t\r]", cell), cell
            assert cell == value or (cell == "'" + value and value[0] in "=+-@'"), (cell, value)

make() if len(sys.argv) == 2 else check_exact(sys.argv[2]) if len(sys.argv) == 3 else check_safe(sys.argv[2], sys.argv[3])
END
check_csv() { python3 csv_check.py "$HDRTAP_ROOT" "$@"; }

check_csv || die "no capture"
"$HDRTAP" -q -r own.pcap -f csv -e x-own >plain.csv
"$HDRTAP" -q -r own.pcap -f csv -e x-own --csv-safe >safe.csv
check exact check_csv plain.csv
check safe check_csv safe.csv plain.csv
check something_was_guarded [ "$(grep -c "\"'[=+@-]" safe.csv)" -ge 7 ]
refused csv_safe_of_json 2 '--csv-safe: it guards CSV; use it with -f csv' -r own.pcap -f json --csv-safe
