#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A million requests: the memory of both processes stays what it was when all buffers had been full, and that is little.
. "$(dirname "$0")/bad.sh"

MILLION=1000000
LOG=$TEST_TMP/log

net_pair
nginx_start server
nginx_quiet
capture_start server -i veth0 -w "$LOG" -v --keep 64M
warm_up
sent=$LOAD_COUNT
warm=$(used)
export LOAD_PIPELINE=20
load_start 2 $((MILLION / 2)) million
load_wait
wait_caught_up $((2 * (sent + LOAD_COUNT)))
# shellcheck disable=SC2086 # two words each
flat million $warm $(used)
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check all_sent [ "$LOAD_COUNT" -eq $MILLION ]
check all_seen all_seen $((2 * (sent + MILLION)))
check accounts closes "$CAPTURE.err"
