#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# open_loop.sh CAPTURE ROUNDS: sends a dense capture of hdrtap-bench-traffic over a veth pair as fast as it goes, into hdrtap -w. A JSON object per round:
# packets per second, heads sent, logged, lost.
. "$(dirname "$0")/../../lib.sh"

capture=$1 rounds=$2
sent=$("$HDRTAP" -q -r "$capture" -f csv | tail -n +2 | wc -l)
net_pair
ns server iptables -A INPUT -p tcp -j DROP 2>/dev/null # nobody answers with RST
for ((round = 0; round < rounds; round++)); do
	rm -rf "$TEST_TMP/log"
	capture_start server -i veth0 -Q in -v -w "$TEST_TMP/log"
	rate=$(ns client tcpreplay -q -t -K -i veth0 "$capture" 2>/dev/null | sed -n 's/.* \([0-9.]*\) pps.*/\1/p' | head -n 1)
	sleep 1
	capture_stop >/dev/null
	logged=$("$HDRTAP" -q -r "$TEST_TMP/log" -f csv | tail -n +2 | wc -l)
	lost=$(sed -n 's/^\([0-9]*\) lost.*/\1/p' "$CAPTURE.err" | head -n 1)
	jq -cn --argjson rate "${rate:-0}" --argjson sent "$sent" --argjson logged "$logged" --argjson lost "${lost:-0}" '$ARGS.named'
done
