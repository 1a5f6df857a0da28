#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# hdrtap-replay finds in every round, with every engine, what hdrtap -r finds in the capture.
. "$(dirname "$0")/../lib.sh"

REPLAY=${HDRTAP%/*}/hdrtap-replay
CAPTURES="600-nginx-keep-alive 609-haproxy-both-sides 406-head-in-many-segments 404-chunked-bodies 502-random-payload"
ROUNDS=5

# replayed NAME FILE ARGUMENT...: $ROUNDS rounds of the capture, two of them not timed; the result is in $TEST_TMP/NAME.
replayed() {
	local name=$1 file=$2
	shift 2
	"$REPLAY" -f json --warm-up 2 --loops $((ROUNDS - 2)) -r "$HDRTAP_ROOT/pcaps/$file.pcap" "$@" >"$TEST_TMP/$name"
}

# same NAME FILE: the counters are $ROUNDS times those of hdrtap -r, which leaves out what is 0.
same() {
	"$HDRTAP" -v -r "$HDRTAP_ROOT/pcaps/$2.pcap" 2>&1 >/dev/null |
		awk -v rounds=$ROUNDS '/^ +[0-9]/ && $2 !~ /^records/ { print $2, $1 * rounds }' | sort >"$TEST_TMP/expected"
	jq -r '.counters | to_entries[] | select(.value > 0) | "\(.key) \(.value)"' "$TEST_TMP/$1" | sort >"$TEST_TMP/got"
	[ -s "$TEST_TMP/expected" ] && diff "$TEST_TMP/expected" "$TEST_TMP/got"
}

# all_read NAME: every head that was emitted is a record that was read.
all_read() { jq -e '.records == .counters.heads_emitted' "$TEST_TMP/$1" >/dev/null; }

engine() {
	local name=$1 file
	shift
	for file in $CAPTURES; do
		replayed "$name" "$file" "$@" || return
		same "$name" "$file" || return
		all_read "$name" || return
	done
}

# Packets of every class were timed, as often as they occur.
classes() {
	replayed classes 404-chunked-bodies "$@" || return
	jq -e '([.classes[].packets] | add) == .packets and .classes.head.packets > 0 and .classes.head.p50_ns > 0' "$TEST_TMP/classes" >/dev/null
}

wire_counts() {
	replayed wire 609-haproxy-both-sides --engine wire --rate 20000 "$@" || return
	jq -e '.sent == .seen and .refused == 0 and .dropped == 0 and .records > 0 and .records == .counters.heads_emitted' "$TEST_TMP/wire" >/dev/null || return
	same wire 609-haproxy-both-sides
}

wrong() {
	local status=0
	"$REPLAY" "$@" 2>"$TEST_TMP/wrong" || status=$?
	cat "$TEST_TMP/wrong"
	[ $status -eq 2 ] && grep -q '^hdrtap: .*: .*; ' "$TEST_TMP/wrong"
}

text() { "$REPLAY" -r "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap" | grep -q '6 emitted (3 requests, 3 responses), 0 lost'; }

# The manual page and --help know the same options.
same_options() {
	"$REPLAY" --help | grep -oE -- '(^  |, )(-[a-z]|--[a-z-]+)\b' | tr -d ' ,' | sort -u >"$TEST_TMP/help"
	grep -E '^\*-' "$HDRTAP_ROOT/tools/replay/hdrtap-replay.1.scd" | grep -oE -- '\*(--[a-z-]+|-[a-z])\*' | tr -d '*' | sort -u >"$TEST_TMP/manual"
	[ "$(wc -l <"$TEST_TMP/help")" -gt 8 ] && diff "$TEST_TMP/help" "$TEST_TMP/manual"
}

check native engine native
check kernel engine kernel --engine kernel
check kernel_xdp engine kernel_xdp --engine kernel --hook xdp
check classes_native classes
check classes_kernel classes --engine kernel
check wire wire_counts
check wire_xdp wire_counts --hook xdp
check text text
check no_capture wrong
check rate_without_wire wrong --rate 5 -r "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap"
check no_number wrong --loops 1x -r "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap"
check manual same_options
check nothing_left [ -z "$(find "$TEST_TMP" -name 'hdrtap-replay-*')" ]
