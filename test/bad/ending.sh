#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A signal ends a capture whatever its standard output is, and whoever does not read it: a pipe of another user, a socket, a
# stopped terminal, with standard error at the same, as another user, and when the worker hangs. What did not come is counted.
. "$(dirname "$0")/bad.sh"

plain=$HDRTAP

# stalled_start KIND ARGUMENT...: a capture whose output nobody reads (test/stalled.py); what had come is in $OUT at its end.
stalled_start() {
	local kind=$1
	shift
	OUT=$TEST_TMP/out$CAPTURE_COUNT
	printf '#!/bin/sh\nexec python3 "%s" %s "%s" "%s" "$@"\n' "$HDRTAP_ROOT/test/stalled.py" "$kind" "$OUT" "$plain" \
		>"$TEST_TMP/stalled"
	chmod 755 "$TEST_TMP/stalled"
	HDRTAP=$TEST_TMP/stalled
	capture_start server -i veth0 -v "$@"
	HDRTAP=$plain
}

send() { ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-$2]" || die "curl failed"; }

# blocked: the worker has stopped to write records, because nobody reads them.
blocked() {
	local now
	now=$(stat_of 'select(.kernel.heads_emitted > .user.records_written).user.records_written') || return
	sleep 0.3
	[ "$now" -eq "$(stat_of .user.records_written)" ]
}

# ends NAME [SIGNAL]: the capture does, of itself.
ends() {
	local begin=${EPOCHREALTIME/./}
	kill -s "${2:-TERM}" "$CAPTURE_PID"
	check "$1_ends" wait_for 10 gone "$CAPTURE_PID"
	echo "$1: $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
	capture_stop KILL
}

# came: the lines in $OUT that are whole; it is written when the capture has ended.
came() { grep -c '}$' "$OUT"; }
all_came() { [ "$(came)" -eq "$(counter "$CAPTURE.err" records_written)" ]; }

net_pair
nginx_start server

for kind in pipe socket terminal; do
	stalled_start $kind -f json -l
	send $kind 1000
	wait_for 20 blocked || die "the worker is not held up by a $kind"
	ends $kind
	check ${kind}_is_said grep -q 'cannot write to standard output: nobody reads it' "$CAPTURE.err"
	check ${kind}_accounts closes "$CAPTURE.err"
	check ${kind}_dropped [ "$(counter "$CAPTURE.err" records_dropped)" -gt 0 ]
	check ${kind}_came wait_for 10 all_came
done

stalled_start pipe -w - -Z nobody
send stream 5000
wait_for 20 blocked || die "the worker is not held up by a stream"
ends stream INT
check stream_accounts closes "$CAPTURE.err"
check stream_dropped [ "$(counter "$CAPTURE.err" records_dropped)" -gt 0 ]

LOG=$TEST_TMP/log
stalled_start terminal -w "$LOG" -f json
send beside 1000
wait_for 20 at_least "$LOG" '^/beside/' 1000 || die "the log waits for the terminal"
ends beside
check beside_exit [ "$CAPTURE_STATUS" -eq 0 ]
check beside_log [ "$(logged "$LOG" '^/beside/')" -eq 1000 ]
check beside_accounts grep -qE '^2000 records for standard output = 2000: .* \+ 0 waiting$' "$CAPTURE.err"

# Nobody reads what is said either, as with 2>&1; also when there is something to say in the middle.
capture_ready() { stat_of . || gone "$CAPTURE_PID"; }
stalled_start terminal+ -f json -l
send both 500
kill -USR1 "$CAPTURE_PID"
wait_for 20 blocked || die "the worker is not held up by a terminal"
ends both
check both_left_nothing [ "$(attached)" -eq 0 ]

stalled_start pipe+ -w "$TEST_TMP/held"
for ((i = 0; i < 50; i++)); do kill -USR1 "$CAPTURE_PID" && sleep 0.02; done
send held 100
check log_goes_on wait_for 20 at_least "$TEST_TMP/held" '^/held/' 100
ends held

# The reader of a socket goes away, and there is nothing to write.
stalled_start gone -f json
: >"$OUT"
check socket_gone wait_for 20 gone "$CAPTURE_PID"
capture_stop
check socket_gone_exit [ "$CAPTURE_STATUS" -eq 0 ]

# Standard output and error are closed, as supervisors do it: what is printed goes nowhere else.
printf '#!/bin/sh\nexec "%s" "$@" >&- 2>&-\n' "$plain" >"$TEST_TMP/closed"
chmod 755 "$TEST_TMP/closed"
HDRTAP=$TEST_TMP/closed
LOG=$TEST_TMP/closed.log
capture_start server -i veth0 -w "$LOG"
HDRTAP=$plain
kill -USR1 "$CAPTURE_PID"
send closed 100
check closed_is_logged wait_for 10 at_least "$LOG" '^/closed/' 100
check closed_goes_on kill -0 "$CAPTURE_PID"
ends closed
check closed_exit [ "$CAPTURE_STATUS" -eq 0 ]

# The worker hangs, as in a disk that does not respond: here it is held by a debugger.
cat >"$TEST_TMP/hold.py" <<'END'
import ctypes, sys, time
if ctypes.CDLL(None).ptrace(16, int(sys.argv[1]), None, None): # PTRACE_ATTACH
	sys.exit("cannot attach")
print("held", flush=True)
time.sleep(60)
END
capture_start server -i veth0 -w "$TEST_TMP/hung"
python3 "$TEST_TMP/hold.py" "$(worker)" >"$TEST_TMP/hold.out" &
holder=$!
on_exit stop "$holder" KILL
wait_for 10 grep -q held "$TEST_TMP/hold.out" || die "the worker cannot be held"
ends hung
stop "$holder" KILL
check hung_exit [ "$CAPTURE_STATUS" -eq 1 ]
check hung_left_nothing [ "$(attached)" -eq 0 ]

# A worker that is only stopped goes on.
capture_start server -i veth0 -w "$TEST_TMP/stopped" -v
kill -STOP "$(worker)"
send stopped 10
ends stopped
check stopped_exit [ "$CAPTURE_STATUS" -eq 0 ]
check stopped_log [ "$(logged "$TEST_TMP/stopped" '^/stopped/')" -eq 10 ]

# A signal at the start, while the worker waits for the log, which another capture has.
capture_start server -i veth0 -w "$TEST_TMP/taken"
first=$CAPTURE_PID
background server "$TEST_TMP/second.err" "$HDRTAP" -i veth0 -w "$TEST_TMP/taken"
on_exit stop "$BACKGROUND" KILL
wait_for 10 pgrep -P "$BACKGROUND" || die "no second capture"
status=0
stop "$BACKGROUND" INT || status=$?
check start_exit [ $status -eq 0 ]
stop "$first"
