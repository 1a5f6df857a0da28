#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A record log beside a stream or lines on standard output: both hold the same, and whatever becomes of standard output, the
# log is whole; what its reader did not take is counted, and a stream says where it is missing.
. "$(dirname "$0")/refused.sh"

python3 "$HDRTAP_ROOT/test/cli/captures.py" "$TEST_TMP"
cd "$TEST_TMP" || die "no directory"
mapfile -t CAPTURES < <("$HDRTAP_ROOT/test/chosen_captures.py")
[ ${#CAPTURES[@]} -gt 0 ] || die "no captures"
MANY=40000 # heads of many.pcap: more than wait for a reader
LAST=$(date -u -d @$((1700000000 + MANY - 1)) +%FT%TZ) # when the last of them came, a second behind the one before

# heads LOG: how many are in it.
heads() { "$HDRTAP" -q -r "$1" -f json | wc -l; }

# reached LOG: the last of MANY is in it. Reads its end alone.
reached() { [ "$("$HDRTAP" -q -r "$1" --since "$LAST" -f json | wc -l)" -eq 1 ]; }

# not_written WHY: how many records err says standard output did not get.
not_written() { sed -nE "s/^([0-9]+) not written to standard output \\($1\\)$/\\1/p" err; }

# same NAME A B: two non-empty files are equal.
same() {
	if [ ! -s "$2" ]; then
		fail "$1" "nothing came out"
	else
		check "$1" diff "$2" "$3"
	fi
}

for capture in "${CAPTURES[@]}"; do
	"$HDRTAP" -q -r "$capture" -f json >>shown.json
	"$HDRTAP" -q -r "$capture" -w log -w - >>streams
	"$HDRTAP" -q -r "$capture" -w beside -f json >>lines.json
done
"$HDRTAP" -q -r - -f json <streams >streamed.json
for file in shown streamed lines; do
	without_run <$file.json >$file
done
json -r log >logged
json -r beside >beside.logged
"$HDRTAP" -q -r "${CAPTURES[0]}" -w - -w other >/dev/null
json -r "${CAPTURES[0]}" >other.shown
json -r other >other.logged
same log_with_stream shown logged
same stream_beside_log shown streamed
same either_order other.shown other.logged
same log_with_lines shown beside.logged
same lines_beside_log shown lines

for format in text csv clf; do
	"$HDRTAP" -q -r log -f $format >shown
	"$HDRTAP" -q -r log -w copy-$format -f $format >lines
	"$HDRTAP" -q -r copy-$format -f $format >logged
	same "log_copied_with_$format" shown logged
	same "${format}_beside_copy" shown lines
done
# Requests wait for their responses: the log has many runs, and the order depends on what is written alone.
for format in combined "json --transactions" "csv --transactions --timeout 1ms"; do
	name=${format%% *}
	# shellcheck disable=SC2086 # options
	"$HDRTAP" -q -r log -f $format >shown
	# shellcheck disable=SC2086
	"$HDRTAP" -q -r log -w "joined-$name" -f $format >lines
	# shellcheck disable=SC2086
	"$HDRTAP" -q -r "joined-$name" -f $format >logged
	same "${name}_joined_beside_copy" shown lines
	same "${name}_joined_of_copy" shown logged
done
"$HDRTAP" -q -r log -w copy -w - | "$HDRTAP" -q -r - >streamed
"$HDRTAP" -q -r log >shown
"$HDRTAP" -q -r copy >logged
same stream_beside_copy shown streamed
same copy_with_stream shown logged

"$HDRTAP" -q -r many.pcap -c 7 -w few -w - | "$HDRTAP" -q -r - -f json >streamed
check count_in_log [ "$(heads few)" -eq 7 ]
check count_in_stream [ "$(wc -l <streamed)" -eq 7 ]
"$HDRTAP" -q -r log --heads response -w responses -f json | jq -r '."hdrtap.kind"' | sort -u >kinds
check filter_of_both [ "$(cat kinds) $(json -r responses | jq -r '."hdrtap.kind"' | sort -u)" = "response response" ]

# A reader that takes nothing until the log is whole.
mkfifo pipe
"$HDRTAP" -v -r many.pcap -w held -w - >pipe 2>err &
writer=$!
on_exit stop "$writer"
exec {pipe}<pipe
whole() { wait_for 60 reached "$1" && [ "$(heads "$1")" -eq $MANY ]; }
check log_does_not_wait whole held
check writer_waits kill -0 "$writer"
"$HDRTAP" -r - -f json <&"$pipe" >streamed 2>err.reader
exec {pipe}<&-
status=0
wait "$writer" || status=$?
slow=$(not_written 'its reader was too slow')
lost=$(sed -nE 's/^([0-9]+) lost during the capture$/\1/p' err.reader)
echo "$(wc -l <streamed) records came, ${slow:-none} were not written, ${lost:-none} are lost in the stream"
check slow_reader_exit [ $status -eq 0 ]
check slow_reader_is_counted [ "${slow:-0}" -gt 0 ]
check stream_has_the_hole [ "${lost:-0}" -eq "${slow:-0}" ]
check stream_has_the_rest [ $(($(wc -l <streamed) + ${lost:-0})) -eq $MANY ]
check accounts_close [ "$(grep -cE "^$MANY (heads emitted|records for standard output) = $MANY: " err)" -eq 2 ]
"$HDRTAP" -r held -f json >/dev/null 2>err.reader
check log_has_no_hole [ "$(grep -c lost err.reader)" -eq 0 ]

# A reader that does not come back, and a signal.
"$HDRTAP" -v -r many.pcap -w stuck -f json >pipe 2>err &
writer=$!
on_exit stop "$writer"
exec {pipe}<pipe
whole stuck || die "the log waits for the reader"
kill -TERM "$writer"
check stuck_reader_ends wait_for 30 gone "$writer"
status=0
wait "$writer" || status=$?
check stuck_reader_exit [ $status -eq 0 ]
cat <&"$pipe" >lines
exec {pipe}<&-
slow=$(not_written 'its reader was too slow')
check stuck_reader_is_counted [ $(($(wc -l <lines) + ${slow:-0})) -eq $MANY ]

# A reader that ends, and a disk that is full: they are standard output's affair.
status=0
{ "$HDRTAP" -r many.pcap -w left -w - 2>err || echo $? >status; } | head -c 100 >out
check reader_left_exit [ ! -e status ]
check reader_left_is_said_once [ "$(grep -c '^hdrtap: ' err) $(grep -c 'its reader has ended; the log goes on' err)" = "1 1" ]
check reader_left_log [ "$(heads left)" -eq $MANY ]
"$HDRTAP" -r many.pcap -w full -f json >/dev/full 2>err || status=$?
check full_disk_exit [ $status -eq 1 ]
check full_disk_is_said_once [ "$(grep -c '^hdrtap: cannot write to standard output: No space left' err)" -eq 1 ]
# On a busy machine records may find the queue full before the first write has failed.
failed=$(not_written 'it failed or was closed')
slow=$(not_written 'its reader was too slow')
check full_disk_is_said [ "${failed:-0}" -gt 0 ]
check full_disk_is_counted [ $((${failed:-0} + ${slow:-0})) -eq $MANY ]
check full_disk_log [ "$(heads full)" -eq $MANY ]

refused stream_and_lines 2 'standard output takes records or lines' -r good.pcap -w no -w - -f json
refused transactions_of_records 2 'records are written as they are' -r good.pcap -w no --transactions
refused two_logs 2 'two directories' -r good.pcap -w no -w nor
refused two_streams 2 'more than once' -r good.pcap -w - -w -
refused log_into_itself 2 'both name log' -r log -w - -w log
check nothing_was_made [ ! -e no ]
