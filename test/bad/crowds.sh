#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# 100,000 connections of one request each, and peers whose heads have no end: the accounts close, who behaves is logged,
# and the memory of both processes stays what it was.
. "$(dirname "$0")/bad.sh"

FLOWS=100000
REMEMBERED=16384 # connections
LOG=$TEST_TMP/log

net_pair
nginx_start server
nginx_quiet
server_start server 81 "$TEST_TMP/sink.out" python3 "$HDRTAP_ROOT/test/bad/endless.py" sink 81
ns client sysctl -q -w net.ipv4.ip_local_port_range='1024 65535'
capture_start server -i veth0 -w "$LOG" -v
warm_up
sent=$LOAD_COUNT
warm=$(used)
LOAD_CLOSE=1 load_start 2 $((FLOWS / 2)) flood
load_wait
sent=$((sent + LOAD_COUNT))
wait_caught_up $((2 * sent))
flooded=$(used)
# shellcheck disable=SC2086 # two words each
flat flood $warm $flooded
ns client python3 "$HDRTAP_ROOT/test/bad/endless.py" send $SERVER4 81 16 || die "nobody listens"
ns client curl -sf -o /dev/null "http://$SERVER4/after/[1-100]" || die "curl failed"
sent=$((sent + 100))
wait_caught_up $((2 * sent + 3))
# shellcheck disable=SC2086
flat endless $flooded $(used)
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check all_flooded [ "$LOAD_COUNT" -eq $FLOWS ]
check more_than_are_remembered [ "$(counter "$CAPTURE.err" connections)" -gt $((2 * REMEMBERED)) ]
check all_seen all_seen $((2 * sent + 3))
check accounts closes "$CAPTURE.err"
check goes_on [ "$(logged "$LOG" '^/after/')" -eq 100 ]
check endless_is_flagged [ "$(counter "$CAPTURE.err" heads_incomplete)" -eq 3 ]
