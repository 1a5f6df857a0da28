#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The reader of the record stream is stopped under load while a log is written beside: the log has every head, the stream says
# what its reader did not take, and goes on where it can. With the reader stopped the capture ends, and with the reader gone the
# log goes on.
. "$(dirname "$0")/bad.sh"

SHARE=8000 # requests on each of two connections: more than wait for a reader

# start_reader: of the stream that the next capture writes, into $STREAM and $STREAM.err.
start_reader() {
	STREAM=$TEST_TMP/stream$CAPTURE_COUNT
	mkfifo "$TEST_TMP/capture$((CAPTURE_COUNT + 1)).out"
	"$HDRTAP" -r - -f json <"$TEST_TMP/capture$((CAPTURE_COUNT + 1)).out" >"$STREAM" 2>"$STREAM.err" &
	READER=$!
	on_exit stop "$READER" KILL
}

# held: the log has all that the kernel emitted, while standard output's reader did not take it.
held() { stat_of ".user.records_stdout_slow > 0 and .user.records_written + .user.records_dropped == .kernel.heads_emitted"; }

# taken: nothing waits for the reader any more.
taken() { stat_of '.user.records_stdout == .user.records_stdout_written + .user.records_stdout_slow'; }

# in_log LOG: its records are as many as were emitted, and those the kernel lost are all that it lacks.
in_log() {
	local lost
	lost=$("$HDRTAP" -r "$1" -f json 2>&1 >"$TEST_TMP/logged" | sed -nE 's/^([0-9]+) lost during the capture$/\1/p')
	echo "$(wc -l <"$TEST_TMP/logged") records in the log, ${lost:-0} lost"
	[ "$(wc -l <"$TEST_TMP/logged")" -eq "$(counter "$CAPTURE.err" records_written)" ] &&
		[ "$(counter "$CAPTURE.err" records_written)" -eq "$(counter "$CAPTURE.err" heads_emitted)" ] &&
		[ "${lost:-0}" -eq "$(counter "$CAPTURE.err" heads_lost_space)" ]
}

# stdout_closes: so do standard output's accounts, with nothing waiting.
stdout_closes() { grep -qE '^[0-9]+ records for standard output = .* \+ 0 waiting$' "$CAPTURE.err"; }

net_pair
nginx_start server

# Stopped, and back.
start_reader
capture_start server -i veth0 -w "$TEST_TMP/log" -w - -v
kill -STOP "$READER"
load_start 2 $SHARE held
load_wait
check goes_on_without_reader wait_for 100 held
kill -CONT "$READER"
wait_for 100 taken || die "the reader is back and takes nothing: $(stat_of .user)"
ns client curl -sf -o /dev/null "http://$SERVER4/after/[1-100]" || die "curl failed"
wait_for 30 at_least "$TEST_TMP/log" '^/after/' 100 || die "the capture does not go on"
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
status=0
wait "$READER" || status=$?
check reader_exit [ $status -eq 0 ]
slow=$(counter "$CAPTURE.err" records_stdout_slow)
lost=$(sed -nE 's/^([0-9]+) lost during the capture$/\1/p' "$STREAM.err")
echo "$slow not written, ${lost:-none} lost in the stream"
check log_is_whole in_log "$TEST_TMP/log"
check accounts closes "$CAPTURE.err"
check stdout_accounts stdout_closes
check slow_is_said grep -q "^$slow not written to standard output (its reader was too slow)" "$CAPTURE.err"
check stream_has_the_rest [ "$(wc -l <"$STREAM")" -eq "$(counter "$CAPTURE.err" records_stdout_written)" ]
check stream_has_the_hole [ "${lost:-0}" -eq $((slow + $(counter "$CAPTURE.err" heads_lost_space))) ]
check stream_goes_on [ "$(grep -c '"url.path":"/after/' "$STREAM")" -eq 100 ]

# Stopped for good: a signal ends the capture.
start_reader
capture_start server -i veth0 -w "$TEST_TMP/log2" -w - -v
kill -STOP "$READER"
load_start 2 $SHARE stuck
load_wait
wait_for 100 held || die "the reader takes more than it can hold"
kill -TERM "$CAPTURE_PID"
check ends_with_stopped_reader wait_for 30 gone "$CAPTURE_PID"
capture_stop
check stuck_exit [ "$CAPTURE_STATUS" -eq 0 ]
check stuck_log_is_whole in_log "$TEST_TMP/log2"
check stuck_accounts closes "$CAPTURE.err"
check stuck_stdout_accounts stdout_closes
stop "$READER" KILL

# Gone.
start_reader
capture_start server -i veth0 -w "$TEST_TMP/log3" -w - -v
ns client curl -sf -o /dev/null "http://$SERVER4/before/[1-10]" || die "curl failed"
stop "$READER" KILL
check gone_is_said wait_for 30 grep -q 'its reader has ended; the log goes on' "$CAPTURE.err"
ns client curl -sf -o /dev/null "http://$SERVER4/after/[1-10]" || die "curl failed"
check gone_log_goes_on wait_for 30 at_least "$TEST_TMP/log3" '^/after/' 10
capture_stop
check gone_exit [ "$CAPTURE_STATUS" -eq 0 ]
check gone_is_said_once [ "$(grep -c 'its reader has ended' "$CAPTURE.err")" -eq 1 ]
check gone_log_is_whole in_log "$TEST_TMP/log3"
