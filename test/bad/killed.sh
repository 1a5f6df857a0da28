#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Guard, worker, both are killed under load: the log is whole up to its last batch, nothing stays attached, traffic goes on, and
# the next capture has the interface and the log to itself. test/soak/kills does the same at many moments.
. "$(dirname "$0")/kill.sh"

no_errors() { cat "$TEST_TMP/wrk.out" && ! grep -q "Socket errors" "$TEST_TMP/wrk.out"; }

SHARE=100000000 # more than there is time for
export LOAD_DELAY=1 # reading it all again takes most of the time

nothing_attached() { [ "$(attached)" -eq 0 ]; }

# answered NAME: the load is not over, and is answered.
answered() { ns client curl -sf -o /dev/null "http://$SERVER4/after_$1/[1-100]" && ! load_done; }

net_pair
nginx_start server
nginx_quiet
load_start 2 $SHARE killed
for kind in guard worker both; do
	round $kind $kind
	check ${kind}_nothing_attached wait_for 10 nothing_attached
	check ${kind}_traffic_goes_on answered $kind
done
check worker_is_said grep -q 'was killed by signal 9' "$TEST_TMP/capture2.err"
check guard_is_said grep -q 'the guard is gone' "$TEST_TMP/capture1.err"
stop "$LOAD" INT
check no_connection_broke no_errors
runs=$(jq -r '."hdrtap.run"' "$TEST_TMP/all.json" | sort -u | wc -l)
capture_start server -i veth0 -w "$LOG" -v
ns client curl -sf -o /dev/null "http://$SERVER4/next/[1-100]" || die "curl failed"
capture_stop
check next_exit [ "$CAPTURE_STATUS" -eq 0 ]
check next_accounts closes "$CAPTURE.err"
check next_logs [ "$(logged "$LOG" '^/next/')" -eq 100 ]
check earlier_run_stays [ "$("$HDRTAP" -q -r "$LOG" -f json | jq -r '."hdrtap.run"' | sort -u | wc -l)" -eq $((runs + 1)) ]
