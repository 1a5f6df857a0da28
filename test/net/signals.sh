#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# How a capture ends: SIGINT and SIGTERM seal the last batch; SIGKILL loses at most what was not sealed and leaves nothing
# that keeps the next capture from starting in the same directory.
. "$(dirname "$0")/heads.sh"

LOG=$TEST_TMP/killed.log

# send PATH COUNT
send() { ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-$2]" || die "curl failed"; }

# logged PATTERN: how many requests for such a path are in LOG.
logged() { "$HDRTAP" -r "$LOG" -f json | jq -r 'select(."hdrtap.kind" == "request") | ."url.path"' | grep -cE "$1"; }

at_least() { [ "$(logged "$1")" -ge "$2" ]; }

net_pair
nginx_start server
for signal in INT TERM; do
	LOG=$TEST_TMP/$signal.log
	capture_start server -i veth0 -w "$LOG"
	send one 500
	capture_stop $signal
	check sig${signal,,}_exit [ "$CAPTURE_STATUS" -eq 0 ]
	check sig${signal,,}_sealed [ "$(logged '^/one/[0-9]+$')" -eq 500 ]
done

LOG=$TEST_TMP/killed.log
capture_start server -i veth0 -w "$LOG"
send sealed 300
wait_for 30 at_least '^/sealed/' 300 || die "the batch is never sealed by age"
send open 200
capture_stop KILL
check sigkill_sealed_batches_stay [ "$(logged '^/sealed/[0-9]+$')" -eq 300 ]
check sigkill_nothing_invented [ "$(logged '^/(sealed|open)/[0-9]+$')" -eq "$(logged .)" ]
capture_start server -i veth0 -w "$LOG" -v
send again 100
capture_stop
check sigkill_next_start_works [ "$CAPTURE_STATUS" -eq 0 ]
check sigkill_next_start_records [ "$(logged '^/again/[0-9]+$')" -eq 100 ]
check sigkill_earlier_batches_stay [ "$(logged '^/sealed/[0-9]+$')" -eq 300 ]
check sigkill_heads_once accounts_closed "$CAPTURE.err" requests=100 responses=100
check sigkill_nothing_left [ -z "$(ns server "$HDRTAP" --check veth0 | grep 'hdrtap_')" ]
