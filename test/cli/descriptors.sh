#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Descriptors as they may be: closed, full, limited, read by nobody. And small slips that are asked back.
. "$(dirname "$0")/refused.sh"

python3 "$HDRTAP_ROOT/test/cli/captures.py" "$TEST_TMP"
cd "$TEST_TMP" || die "no directory"
STAT=$HDRTAP_BUILD/bin/hdrtap-stat REPLAY=$HDRTAP_BUILD/bin/hdrtap-replay

# full NAME COMMAND...: it says that standard output is full.
full() {
	local name=$1 status=0
	shift
	"$@" >/dev/full 2>err || status=$?
	cat err
	check "full_$name" [ "$status $(grep -c 'cannot write to standard output: .*; free some space' err)" = '1 1' ]
}
full help "$HDRTAP" --help
full version "$HDRTAP" --version
full list "$HDRTAP" -D
full check "$HDRTAP" --check lo
full stat_help "$STAT" --help
full stat "$STAT"
full replay_help "$REPLAY" --help

"$HDRTAP" --help >long
for program in "$HDRTAP" "$STAT" "$REPLAY"; do
	"$program" --help >long && "$program" -h >short
	check "h_of_${program##*/}" diff long short
done

# Closed: nothing else is opened in their place.
"$HDRTAP" -q -r good.pcap -w log
for closed in '0<&-' '1>&-' '2>&-' '0<&- 1>&- 2>&-'; do
	status=0
	bash -c "exec \"$HDRTAP\" -v -r good.pcap -w closed $closed" >/dev/null 2>&1 || status=$?
	check "closed_$(tr -dc 0-2 <<<"$closed")_exit" [ $status -eq 0 ]
	check "closed_$(tr -dc 0-2 <<<"$closed")_log" [ "$(json -r closed)" = "$(json -r log)" ]
	rm -r closed
done
status=0
bash -c "exec \"$HDRTAP\" -v -r good.pcap 1>&- 2>err" || status=$?
check closed_output_exit [ $status -eq 0 ]
check closed_output_accounts grep -q '^3 heads emitted = 3: 3 written' err

# A limit on the size of files is a disk that is full.
status=0
(ulimit -f 64 && exec "$HDRTAP" -r many.pcap -w small) 2>err || status=$?
cat err
check file_limit_exit [ $status -eq 1 ]
check file_limit_is_said grep -q "^hdrtap: cannot write to small: File too large; .*ulimit -f" err
check file_limit_log "$HDRTAP" -r small -f csv -c 1
status=0
(ulimit -f 64 && exec "$HDRTAP" -r many.pcap -f json >lines) 2>err || status=$?
check file_limit_lines [ "$status $(grep -c 'standard output: File too large' err)" = '1 1' ]

# ready PID: it is hdrtap, blocks SIGTERM, and then has had the time to write more than anybody takes.
ready() { [ "$(cat "/proc/$1/comm")" = hdrtap ] && grep -qE '^SigBlk:\s+\w+[4-7c-f]...$' "/proc/$1/status" && sleep 0.5; }

# ended NAME PID: a signal ends it, although nobody reads what it writes.
ended() {
	check "$1" wait_for 10 gone "$2"
	stop "$2" KILL
}
if [ "$(id -u)" -eq 0 ]; then
	for kind in pipe socket terminal; do
		python3 "$HDRTAP_ROOT/test/stalled.py" $kind out "$HDRTAP" -v -r many.pcap -f json 2>err &
		reader=$!
		on_exit stop "$reader" KILL
		wait_for 20 ready $reader || die "it does not start"
		kill -TERM $reader
		ended "ends_$kind" $reader
		cat err
		all_came() { [ "$(grep -c '}$' out)" -eq "$(awk '$2 == "records_written" { count = $1 } END { print count + 0 }' err)" ]; }
		check "counted_$kind" wait_for 10 all_came
		check "closes_$kind" grep -qE '^[0-9]+ heads emitted = ' err
		rm out
	done
fi

# SIGINT, as a script's background jobs ignore it.
mkfifo pipe
(trap '' INT && exec "$HDRTAP" -r - <pipe >/dev/null 2>err) &
reader=$!
on_exit stop "$reader" KILL
exec {pipe}>pipe
head -c 1000 many.pcap >&"$pipe"
wait_for 20 ready $reader || die "it does not start"
kill -INT $reader
ended ends_by_ignored_interrupt $reader
exec {pipe}>&-

# nohup goes on.
(trap '' HUP && exec "$HDRTAP" -r - <pipe >lines 2>err) &
reader=$!
on_exit stop "$reader" KILL
exec {pipe}>pipe
head -c 1000 many.pcap >&"$pipe"
wait_for 20 ready $reader || die "it does not start"
kill -HUP $reader
tail -c +1001 many.pcap >&"$pipe"
exec {pipe}>&-
wait $reader
check nohup_goes_on [ "$(wc -l <lines)" -gt 1000 ]

refused log_is_a_file 1 'Not a directory; a record log is a directory: name one; for a file' -r good.pcap -w good.pcap
refused log_below_a_file 1 'Not a directory; a part of the path is a file' -r good.pcap -w good.pcap/log
refused log_without_parent 1 'No such file or directory; only the last directory .* mkdir -p' -r good.pcap -w /no/such/dir
refused keep_10 2 "'10' is 10 bytes, and a log needs 1M at least; did you mean 10M or 10G\?" -r good.pcap -w no --keep 10
refused keep_64k 2 'did you mean 64M or 64G' -r good.pcap -w no --keep 64K
check nothing_was_made [ ! -e no ]
