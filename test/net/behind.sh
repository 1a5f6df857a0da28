#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --order last behind a program that lets packets pass and ends the chain, so that hdrtap sees nothing: said once, while it
# captures. Behind one that lets others run, and at the other direction, nothing is said.
. "$(dirname "$0")/../lib.sh"

# in_front PASS|NEXT: a program in front of all others at reception on the server's veth0 that returns this: by TCX, or as a
# filter of the clsact qdisc where the kernel has no TCX.
in_front() {
	declare -A verdict=([PASS]=0 [NEXT]=-1) action=([PASS]=ok [NEXT]=continue)
	local status=0
	FRONT_SAID=$TEST_TMP/front-$1
	background server "$FRONT_SAID" /usr/bin/python3 "$HDRTAP_ROOT/test/net/tcx_program.py" veth0 "${verdict[$1]}"
	FRONT=$BACKGROUND
	on_exit stop "$FRONT" KILL
	wait_for 20 attached_or_gone
	grep -q attached "$FRONT_SAID" && return
	wait "$FRONT" || status=$?
	[ "$status" -eq 2 ] || die "$(cat "$FRONT_SAID")"
	ns server tc qdisc add dev veth0 clsact
	ns server tc filter add dev veth0 ingress prio 1 matchall action "${action[$1]}" || die "cannot add a filter"
}
attached_or_gone() { grep -q attached "$FRONT_SAID" || gone "$FRONT"; }

front_away() {
	stop "$FRONT" KILL
	ns server tc qdisc delete dev veth0 clsact 2>/dev/null
}

# requests_until COMMAND...: goes on with requests until it succeeds, for a while.
requests_until() { wait_for 10 eval 'ns client curl -s -o /dev/null "http://$SERVER4/[1-5]" && '"$*"; }

times_said() { grep -c 'of [0-9]* packets received none reached it: one of them ends the chain' "$CAPTURE.err"; }
said() { [ "$(times_said)" -ge 1 ]; }

not() { ! "$@"; }

# seconds_pass: some looks long.
seconds_pass() { [ $SECONDS -ge "$UNTIL" ]; }

requests_for() {
	UNTIL=$((SECONDS + $1))
	requests_until seconds_pass
}

net_pair
server_start server 80 "$TEST_TMP/server.log" python3 -m http.server -d "$TEST_TMP" 80
in_front PASS
capture_start server -i veth0 --order last -f json
check said requests_until said
requests_for 3
check once [ "$(times_said)" -eq 1 ]
check only_received not grep 'packets transmitted' "$CAPTURE.err"
capture_stop
check nothing_seen not grep '"hdrtap.kind":"request"' "$CAPTURE.out"
front_away
in_front NEXT
capture_start server -i veth0 --order last -f json
requests_for 4
capture_stop
check not_said_behind_next [ "$(times_said)" -eq 0 ]
check seen_behind_next grep -q '"hdrtap.kind":"request"' "$CAPTURE.out"
