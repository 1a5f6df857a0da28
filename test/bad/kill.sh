# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# Captures that are killed under load, and what has to be there then. Source it instead of bad.sh.
. "$(dirname "${BASH_SOURCE[0]}")/bad.sh"

LOG=$TEST_TMP/log
ATTACHED=2 # programs of a capture

follow_start() {
	"$HDRTAP" -q -r "$LOG" --follow -f json -l >"$TEST_TMP/seen.json" 2>"$TEST_TMP/follow.err" &
	FOLLOW=$!
	on_exit stop "$FOLLOW" KILL
}

has_segment() { compgen -G "$LOG/*.hdl" >/dev/null; }
sees() { [ -s "$TEST_TMP/seen.json" ]; }

# kill_one KIND: at a random moment within two seconds.
kill_one() {
	local worker
	worker=$(worker)
	sleep "$((RANDOM % 2)).$(printf %03d $((RANDOM % 1000)))"
	case $1 in
	guard) kill -KILL "$CAPTURE_PID" ;;
	worker) kill -KILL "$worker" ;;
	both) kill -KILL "$worker" "$CAPTURE_PID" ;;
	esac
	wait "$CAPTURE_PID" 2>/dev/null
	wait_for 30 gone "$worker" || die "the worker stays"
}

# keys FILE: which records there are, by run, CPU and number.
keys() {
	perl -ne 'print "$1\t$2\t$3\n" if /"hdrtap\.run":"(\w+)".*"hdrtap\.cpu":(\d+).*"hdrtap\.sequence":(\d+)/' "$1" | sort
}

log_opens() { "$HDRTAP" -r "$LOG" -f json >"$TEST_TMP/all.json" 2>"$TEST_TMP/all.err"; }

# seen_stays: what the reader beside saw is there.
seen_stays() {
	local missing
	keys "$TEST_TMP/all.json" >"$TEST_TMP/all.keys"
	missing=$(sed '$!b; /}$/!d' "$TEST_TMP/seen.json" >"$TEST_TMP/whole.json" && keys "$TEST_TMP/whole.json" |
		comm -23 - "$TEST_TMP/all.keys" | wc -l)
	echo "$missing records that were seen are missing"
	[ "$missing" -eq 0 ]
}

once() {
	local twice
	twice=$(uniq -d "$TEST_TMP/all.keys" | wc -l)
	echo "$twice records are there twice"
	[ "$twice" -eq 0 ]
}

# no_holes: among all runs' numbers only so many are missing as the log says were lost.
no_holes() {
	local missing lost
	missing=$(sort -k1,1 -k2,2n -k3,3n "$TEST_TMP/all.keys" | awk '
		$1 " " $2 != key { key = $1 " " $2; next_ = 0 }
		{ holes += $3 - next_; next_ = $3 + 1 } END { print holes + 0 }')
	lost=$(awk '/lost during the capture/ { print $1 }' "$TEST_TMP/all.err")
	echo "$missing numbers are missing, ${lost:-0} are said to be lost"
	[ "$missing" -le "${lost:-0}" ]
}

# round NAME KIND: a capture whose process of that KIND is killed: guard, worker or both. What of it may be attached the next
# round sees.
round() {
	local failed=$TEST_FAILED
	rm -rf "$LOG"
	: >"$TEST_TMP/seen.json"
	capture_start server -i veth0 -w "$LOG" --segment-size 1M
	check "$1_nothing_left" [ "$(attached)" -eq $ATTACHED ]
	wait_for 30 has_segment || die "no segment"
	follow_start
	wait_for 30 sees || die "nothing is seen"
	kill_one "$2"
	sleep 0.3 # for the reader to see what it will
	stop "$FOLLOW" TERM
	check "$1_log_opens" log_opens
	check "$1_seen_stays" seen_stays
	check "$1_once" once
	check "$1_no_holes" no_holes
	[ "$failed" -eq "$TEST_FAILED" ] || cp -r "$LOG" "$HDRTAP_BUILD/killed-$1"
}

