#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# open_loop.sh ROUNDS CAPTURE...: sends dense captures of hdrtap-bench-traffic over a veth pair, all at one time and as fast as it goes, into hdrtap -w;
# in every second round with rings as small as anybody may have. A JSON object per round: packets per second, heads sent, seen by the program, logged,
# lost, and KiB of the worker's private memory and of rings.
. "$(dirname "$0")/../../lib.sh"
. "$(dirname "$0")/observers.sh"

rounds=$1
shift
small=(setpriv --bounding-set -ipc_lock prlimit --memlock=1100000) # anybody's 512 KiB per CPU, and no more

# heads PATH: how many are in it.
heads() { "$HDRTAP" -q -r "$1" -f csv | tail -n +2 | wc -l; }

# send CAPTURE...: packets per second.
send() {
	local capture
	for capture in "$@"; do
		ns client tcpreplay -q -t -K -i veth0 "$capture" 2>/dev/null &
	done | sed -n 's/.* \([0-9.]*\) pps.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'
}

# capture_small ARGUMENT...: capture_start of hdrtap with small rings.
capture_small() {
	local HDRTAP=$TEST_TMP/small
	capture_start "$@"
}

printf '#!/bin/sh\nexec %s %s "$@"\n' "${small[*]}" "$HDRTAP" >"$TEST_TMP/small"
chmod +x "$TEST_TMP/small"
sent=0
for capture in "$@"; do
	sent=$((sent + $(heads "$capture")))
done
net_pair
ns server iptables -A INPUT -p tcp -j DROP 2>/dev/null # nobody answers with RST
for ((round = 0; round < rounds; round++)); do
	start=capture_start
	[ $((round % 2)) -eq 0 ] || start=capture_small
	rm -rf "$TEST_TMP/log"
	$start server -i veth0 -Q in -v -w "$TEST_TMP/log"
	rate=$(send "$@")
	sleep 1
	memory=$(worker_memory "$(pgrep -P "$CAPTURE_PID")")
	capture_stop >/dev/null
	logged=$(heads "$TEST_TMP/log")
	seen=$(sed -n 's/^\([0-9]*\) heads seen by the kernel$/\1/p' "$CAPTURE.err")
	lost=$(awk '/^[0-9]+ (lost|dropped) \(/ { sum += $1 } END { print sum + 0 }' "$CAPTURE.err")
	jq -cn --argjson rate "$rate" --argjson sent "$sent" --argjson seen "$seen" --argjson logged "$logged" --argjson lost "$lost" \
		--argjson memory "$memory" '$memory + ($ARGS.named | del(.memory))'
done
