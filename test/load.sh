# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# Load by wrk, to the request. Source it behind lib.sh. What load.lua says can be set beside: LOAD_BYTES and so on.

# load_start THREADS SHARE NAME [URL]: wrk in the background, SHARE requests for /NAME/... on each of the connections.
load_start() {
	LOAD_THREADS=$1
	: >"$TEST_TMP/load.ended"
	background client "$TEST_TMP/wrk.out" env LOAD_SHARE="$2" LOAD_NAME="$3" LOAD_ENDED="$TEST_TMP/load.ended" \
		wrk -t "$1" -c "$1" -d $((280 * ${HDRTAP_SLOWNESS:-1}))s -s "$HDRTAP_ROOT/test/load.lua" "${4:-http://$SERVER4:80/}"
	LOAD=$BACKGROUND
	on_exit stop "$LOAD" KILL
}

# load_wait: until all its requests were answered; how many is in $LOAD_COUNT.
load_wait() {
	wait_for 240 load_done || die "the load does not end"
	stop "$LOAD" INT || die "wrk failed: $(cat "$TEST_TMP/wrk.out")"
	LOAD_COUNT=$(sed -nE 's/^ *([0-9]+) requests in .*/\1/p' "$TEST_TMP/wrk.out")
}
load_done() { [ "$(wc -l <"$TEST_TMP/load.ended")" -eq "$LOAD_THREADS" ] || ! kill -0 "$LOAD"; }
