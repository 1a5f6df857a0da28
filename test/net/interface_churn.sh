#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Interfaces that come and go under `any` while a head passes now and then, each time on a new interface with the index of the
# one before, which goes at once. Each head has the name of its own, and the log is as large as its heads. 100 interfaces;
# `net/interface_churn.sh 49` makes 500 come and go, in two minutes and a half.
. "$(dirname "$0")/../lib.sh"

ROUNDS=10
OTHERS=${1:-9} # interfaces of a round on which nothing passes
GROUP=77
INDEX=9000
LOG=$TEST_TMP/log

# round N: interfaces come, a request and its response pass on one of them, they go.
round() {
	local i net=10.9.$((100 + $1))
	for ((i = 1; i <= OTHERS; i++)); do
		echo "link add other$1-$i group $GROUP up type bridge"
	done | ip -n "$(netns_name server)" -batch - || { echo "no bridges"; return 1; }
	ip -n "$(netns_name server)" link add "pod$1" index $INDEX group $GROUP type veth peer name pod netns "$(netns_name client)" &&
		ip -n "$(netns_name client)" link set pod up && ip -n "$(netns_name client)" address add $net.1/24 dev pod &&
		ip -n "$(netns_name server)" link set "pod$1" up && ip -n "$(netns_name server)" address add $net.2/24 dev "pod$1" ||
		{ echo "no veth pair"; return 1; }
	wait_for 30 grep -q "listening on pod$1 " "$CAPTURE.err" || { cat "$CAPTURE.err"; return 1; }
	ns client curl -sf -m 20 -o /dev/null "http://$net.2/pod$1" || { echo "no answer on pod$1"; return 1; }
	ip -n "$(netns_name server)" link delete group $GROUP
	wait_for 30 grep -q "pod$1 is gone" "$CAPTURE.err" || { cat "$CAPTURE.err"; return 1; }
}

rounds() {
	local n
	for ((n = 1; n <= ROUNDS; n++)); do round $n || return; done
}

# names LINES: the interfaces of JSON lines, one a line.
names() { jq -r "select($1) | .\"network.interface.name\""; }

expected() { seq -f 'pod%.0f' $ROUNDS; }

# named SELECTION ARGUMENT...: such heads, as hdrtap reads them, are one of each interface.
named() {
	local selection=$1
	shift
	diff <("$HDRTAP" -q -f json "$@" | names "$selection") <(expected)
}

requests_named() {
	named '."hdrtap.kind" == "request"' "$@" &&
		diff <("$HDRTAP" -q -f json "$@" | jq -r 'select(."hdrtap.kind" == "request") | ."url.path"') <(expected | sed 's,^,/,')
}

log_bytes() { cat "$LOG"/*.hdl | wc -c; }

net_pair
nginx_start server
capture_start server -i any -w "$LOG" -v
check come_and_go rounds
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check requests requests_named -r "$LOG"
check responses named '."hdrtap.kind" == "response"' -r "$LOG"
check as_another_reader_has_it diff <(python3 "$HDRTAP_ROOT/test/log_reader.py" "$LOG" | jq -r .interface | uniq) <(expected)
check one_segment [ "$(find "$LOG" -name '*.hdl' | wc -l)" -eq 1 ]
check as_large_as_its_heads [ "$(log_bytes)" -lt 32768 ]

# The same names in another log, in a stream, and of two logs at once.
"$HDRTAP" -q -r "$LOG" -w "$TEST_TMP/again"
check log_of_a_log requests_named -r "$TEST_TMP/again"
"$HDRTAP" -q -r "$LOG" -w - >"$TEST_TMP/stream"
check stream_of_a_log requests_named -r "$TEST_TMP/stream"
middle=$("$HDRTAP" -q -r "$LOG" -f json | jq -r 'select(."url.path" == "/pod6" and ."hdrtap.kind" == "request") | .timestamp')
check from_the_middle diff <("$HDRTAP" -q -r "$LOG" -f json --since "$middle" | names '."hdrtap.kind" == "request"') <(expected | tail -n 5)
