#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Of a log only what is wanted is read: a hundredth of its time, and a host that is in a hundredth of its batches. A log of 20
# MB by default, of more with `test/cli/finding.sh MEGABYTES`.
. "$(dirname "$0")/../lib.sh"

MEGABYTES=${1:-20}
LOG=$TEST_TMP/log
FIND=$HDRTAP_BUILD/test/find/find-bytes

"$FIND" make "$LOG" "$MEGABYTES" || die "there is no log"
size=$(cat "$LOG"/*.hdl | wc -c)
read -r records bytes batches skipped < <("$FIND" all "$LOG")
check all_is_read test "$bytes" -ge "$size" -a "$skipped" -eq 0 -a "$batches" -ge 100
all=$records

# few NAME PERCENT BYTES: less than that part of the log was read.
few() {
	local part
	part=$(awk "BEGIN { printf \"%.2f\", 100 * $3 / $size }")
	if awk "BEGIN { exit !($part < $2) }"; then
		ok "$1" "$part % of $((size >> 20)) MiB"
	else
		fail "$1" "$part % of $((size >> 20)) MiB, not less than $2 %"
	fi
}

read -r records bytes batches skipped < <("$FIND" span "$LOG")
check span_is_found test $((records * 100)) -ge $((all - 100)) -a $((records * 100)) -le $((all + 100))
few span_reads_little 3 "$bytes"
read -r records bytes batches skipped < <("$FIND" host "$LOG")
check host_is_found test "$records" -eq $(((all / 1024 + 49) / 100))
few host_reads_little 5 "$bytes"

# The same by the command line.
since=2027-01-15T08:00:10Z until=2027-01-15T08:00:10.5Z # the log begins at 08:00:00 and has 10,000 heads a second
"$HDRTAP" -q -r "$LOG" --since $since --until $until -f json >"$TEST_TMP/found"
check command_finds test "$(wc -l <"$TEST_TMP/found")" -eq 5000
check command_finds_no_other test "$(jq -r .timestamp "$TEST_TMP/found" | awk '$0 < "2027-01-15T08:00:10" || $0 >= "2027-01-15T08:00:10.5"' | wc -l)" -eq 0
