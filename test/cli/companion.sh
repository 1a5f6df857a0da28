#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What all companions share, seen at one that only counts: options and files, logs and streams, signals, descriptors, ends.
. "$(dirname "$0")/../lib.sh"

count=$HDRTAP_BUILD/test/companion/hdrtap-count
log=$TEST_TMP/log
out=$TEST_TMP/out
"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/605-nginx-pipelined.pcap" -w "$log" || die "no log"
heads=$("$HDRTAP" -q -r "$log" | wc -l)
requests=$("$HDRTAP" -q -r "$log" -f json | grep -c '"hdrtap.kind":"request"')

# counts EXPECTED ARGUMENT...: it ends well, and the sink had that many requests.
counts() {
	local expected=$1
	shift
	"$count" "$@" >"$out" 2>"$TEST_TMP/err" || return
	grep -q "^sink closed: $expected requests," "$out" && [ "$(tail -n 1 "$out")" = closed ]
}

check heads_known [ "$requests" -gt 1 ]
check log counts "$requests" -r "$log"
check summary grep -q "^hdrtap-count: $heads records read$" "$TEST_TMP/err"
"$HDRTAP" -q -r "$log" -w - >"$TEST_TMP/stream"
check stream_of_a_file counts "$requests" -q -r - <"$TEST_TMP/stream"
check quiet [ ! -s "$TEST_TMP/err" ]
piped() { "$HDRTAP" -q -r "$log" -w - | counts "$requests" -r -; }
check stream_in_a_pipe piped
check two_logs counts $((2 * requests)) -r "$log" -r "$log"
check where counts 1 -r "$log" --where "path == $("$HDRTAP" -q -r "$log" -f json | sed -n 's/.*"url.path":"\([^"]*\)".*/\1/p' | head -n 1)"
check excluded grep -qE ' [1-9][0-9]* of them excluded by --where' "$TEST_TMP/err"
check until counts 0 -r "$log" --until 2001-01-01T00:00:00Z

check no_source refuses "$count" 2 'no source: give -r; see hdrtap-count --help'
check no_such_log refuses "$count" 1 'nowhere: No such file or directory; give a directory' -r "$TEST_TMP/nowhere"
check capture_refused refuses "$count" 1 'does not begin like a record log' -r "$HDRTAP_ROOT/pcaps/100-get-200.pcap"
check empty_stream refuses "$count" 1 'cannot read -: it is empty' -r -
check stdin_twice refuses "$count" 2 'given more than once' -r - -r -
check no_such_option refuses "$count" 2 'no such option; see hdrtap-count --help' -r "$log" -y
check argument refuses "$count" 2 "argument 'more': unexpected" -r "$log" more
check bad_where refuses "$count" 2 'option --where: ' -r "$log" --where 'path =='
check times refuses "$count" 2 'nothing is between them' -r "$log" --since 14:05 --until 14:04
check no_such_user refuses "$count" 2 'there is no such user' -r "$log" -Z nobody-of-that-name
check own_check refuses "$count" 2 'option --word: it is wrong' -r "$log" --word wrong
check nothing_to_check refuses "$count" 2 'no file /nowhere/count.yaml; name a file with --config' --check-config
helps() { "$count" --help | grep -A 40 '^Test$' | grep -q -- '^  --follow'; }
check help helps
check version [ "$("$count" --version)" = "hdrtap-count $("$HDRTAP" --version | awk '{ print $NF }')" ]

# The file: what is wrong in it is named by line and column.
configure() { printf '%b\n' "$1" >"$TEST_TMP/count.yaml"; }
with_file() { refuses "$count" 2 "$1" -r "$log" --config "$TEST_TMP/count.yaml"; }
configure 'word: one\nnothing: 3'
check unknown_key with_file 'count.yaml:2:1: unknown key: nothing'
configure 'word: wrong'
check checked_file with_file 'it is wrong'
configure 'word: ["a"'
check no_yaml with_file 'count.yaml:2:1: did not find'
configure 'follow: perhaps'
check no_flag with_file 'count.yaml:1:9: must be true or false'
configure "where: ['path ==']"
check where_in_file with_file 'option where ('
configure "read: $log"
check config_file counts "$requests" --config "$TEST_TMP/count.yaml"
check check_config "$count" --config "$TEST_TMP/count.yaml" --check-config

# A stream that stays open; commands by a FIFO.
mkfifo "$TEST_TMP/commands" "$TEST_TMP/pipe"
configure 'word: one\nfixed: first'
"$count" -r - --fifo "$TEST_TMP/commands" --config "$TEST_TMP/count.yaml" --stay <"$TEST_TMP/pipe" >"$out" 2>"$TEST_TMP/err" &
pid=$!
on_exit kill $pid
exec 7>"$TEST_TMP/pipe" 8>"$TEST_TMP/commands"
says() { grep -qxF -- "$1" "$out"; }
told() { grep -qF -- "$1" "$TEST_TMP/err"; }
check ticks wait_for 10 says tick
echo hold >&8
check descriptor wait_for 10 says hold
cat "$TEST_TMP/stream" >&7 &
configure 'word: two\nfixed: second'
kill -HUP $pid
check reloads wait_for 10 says 'word: two'
check says_fixed wait_for 10 told 'option --fixed: it cannot be changed during a run; restart hdrtap-count'
configure 'word: wrong'
kill -HUP $pid
check refuses_reload wait_for 10 told 'nothing was changed'
kill -USR1 $pid
check held wait_for 10 told ' 0 records read'
echo go >&8
goes_on() { kill -USR1 $pid && told " $heads records read"; }
check goes_on wait_for 10 goes_on
exec 7>&-
check ended wait_for 10 says ended
check sink_closed wait_for 10 says "sink closed: $requests requests, $((heads - requests)) responses, 0 lost"
check stays kill -0 $pid
echo unwatch >&8
check unwatches wait_for 10 says unwatch
echo stop >&8
kill $pid
status=0
wait $pid || status=$?
check ends [ $status -eq 0 ]
check closed says closed
not_heard() { ! says stop; }
check unwatched not_heard

# A log that grows; SIGTERM ends it.
"$count" -r "$log" --follow >"$out" 2>"$TEST_TMP/err" &
pid=$!
check follows wait_for 10 says tick
kill $pid
status=0
wait $pid || status=$?
check ends_by_signal [ $status -eq 0 ]
check followed says "sink closed: $requests requests, $((heads - requests)) responses, 0 lost"

# What it keeps of privileges, and what the service manager is told.
notify_listen
chmod 666 "$NOTIFY"
cp -r "$log" "$TEST_TMP/owned"
[ "$(id -u)" -ne 0 ] || chown -R nobody "$TEST_TMP/owned"
echo 'word: one' >"$TEST_TMP/count.yaml"
NOTIFY_SOCKET=$NOTIFY WATCHDOG_USEC=400000 "$count" -r "$TEST_TMP/owned" --follow --config "$TEST_TMP/count.yaml" >"$out" 2>"$TEST_TMP/err" &
pid=$!
check ready wait_for 20 notified 1 '^READY=1$'
check keep_alives wait_for 20 notified 3 "^WATCHDOG=1 STATUS=$heads records read$"
status_has() { grep -qE "^$1:[[:space:]]*$2" "/proc/$pid/status"; }
if [ "$(id -u)" -eq 0 ]; then
	check owner_of_the_log status_has Uid "$(id -u nobody)[[:space:]]"
	check no_groups status_has Groups '$'
else
	skip owner_of_the_log "needs root"
	skip no_groups "needs root"
fi
check no_capabilities status_has CapPrm 0000000000000000
check no_new_privileges status_has NoNewPrivs 1
check seccomp status_has Seccomp 2
kill -HUP $pid
check reloading wait_for 20 notified 1 '^RELOADING=1$'
check ready_again wait_for 20 notified 2 '^READY=1$'
check not_stopping bash -c "! grep STOPPING '$NOTIFIED'"
status=0
stop $pid || status=$?
check ends_as_user [ $status -eq 0 ]
check stopping wait_for 20 notified 1 '^STOPPING=1$'

# A damaged log is read on, and told in the end.
segment=$(ls "$log"/*.hdl)
cp -r "$log" "$TEST_TMP/damaged"
printf '\377\377\377\377' | dd of="$TEST_TMP/damaged/${segment##*/}" bs=1 seek=$(($(stat -c %s "$segment") / 2)) conv=notrunc 2>/dev/null
status=0
"$count" -r "$TEST_TMP/damaged" >"$out" 2>"$TEST_TMP/err" || status=$?
check damaged_status [ $status -eq 1 ]
check damaged_said told ', 1 notices of damaged or missing parts'
