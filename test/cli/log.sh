#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The record log and the record stream through the command line: what is logged comes back as it would have been shown at
# once, another program reads the same values from the files, and readers and writers end as they should.
. "$(dirname "$0")/refused.sh"

mapfile -t CAPTURES < <("$HDRTAP_ROOT/test/chosen_captures.py")
[ ${#CAPTURES[@]} -gt 0 ] || die "no captures"
LOG=$TEST_TMP/log

# same NAME A B: two non-empty files are equal.
same() {
	if [ ! -s "$2" ]; then
		fail "$1" "nothing came out"
	else
		check "$1" diff "$2" "$3"
	fi
}

for capture in "${CAPTURES[@]}"; do
	"$HDRTAP" -q -r "$capture" -f json >>"$TEST_TMP/shown.json"
	"$HDRTAP" -q -r "$capture" -w "$LOG" || fail write_the_log "$capture"
	"$HDRTAP" -q -r "$capture" -w - >>"$TEST_TMP/streams" || fail write_the_stream "$capture"
done
"$HDRTAP" -q -r - -f json <"$TEST_TMP/streams" >"$TEST_TMP/streamed.json"
without_run <"$TEST_TMP/shown.json" >"$TEST_TMP/shown"
without_run <"$TEST_TMP/streamed.json" >"$TEST_TMP/streamed"
json -r "$LOG" >"$TEST_TMP/logged"
same log_holds_what_was_shown "$TEST_TMP/shown" "$TEST_TMP/logged"
same stream_holds_what_was_shown "$TEST_TMP/shown" "$TEST_TMP/streamed"

"$HDRTAP" -q -r "$LOG" -w "$TEST_TMP/copy"
"$HDRTAP" -q -r "$LOG" -f json >"$TEST_TMP/original"
"$HDRTAP" -q -r "$TEST_TMP/copy" -f json >"$TEST_TMP/copied"
same copy_of_a_log_is_equal "$TEST_TMP/original" "$TEST_TMP/copied"
"$HDRTAP" -q -r "$LOG" -w - >"$TEST_TMP/stream"
"$HDRTAP" -q -r "$TEST_TMP/stream" -f json >"$TEST_TMP/kept"
same stream_in_a_file_is_read "$TEST_TMP/original" "$TEST_TMP/kept"

# second_reader: what the other reader makes of the log, in the words of the JSON view.
second_reader() {
	/usr/bin/python3 "$HDRTAP_ROOT/test/log_reader.py" "$LOG" |
		jq -c '[.source_port, .destination_port, .head_length, if .kind == 2 then .status else null end]'
}
second_reader >"$TEST_TMP/second"
jq -c '[."source.port", ."destination.port", ."hdrtap.head_length", ."http.response.status_code"]' \
	"$TEST_TMP/original" >"$TEST_TMP/first"
same second_reader_agrees "$TEST_TMP/first" "$TEST_TMP/second"

targets() { jq -r '.values[] | select(.element == "target") | .value'; }
/usr/bin/python3 "$HDRTAP_ROOT/test/log_reader.py" "$LOG" | targets >"$TEST_TMP/second"
jq -r '."url.original" // empty' "$TEST_TMP/original" >"$TEST_TMP/first"
same second_reader_agrees_on_targets "$TEST_TMP/first" "$TEST_TMP/second"

# Several logs are one, in the order of time; a stream and a segment may be among them.
"$HDRTAP" -q -r "${CAPTURES[0]}" -w "$TEST_TMP/log1"
"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap" -w "$TEST_TMP/log2"
"$HDRTAP" -q -r "$TEST_TMP/log2" -w - >"$TEST_TMP/stream3"
for part in log1 log2 stream3; do json -r "$TEST_TMP/$part"; done | jq -r .timestamp | sort >"$TEST_TMP/separate"
json -r "$TEST_TMP/log1" -r "$TEST_TMP/log2" -r - <"$TEST_TMP/stream3" | jq -r .timestamp >"$TEST_TMP/merged"
same several_logs_are_merged "$TEST_TMP/separate" "$TEST_TMP/merged"
refused a_capture_beside_a_log 2 'only logs are read together' -r "$LOG" -r "${CAPTURES[0]}"
refused stdin_twice 2 'given more than once' -r - -r -
refused several_into_one 2 'cannot be written as one' -r "$LOG" -r "$TEST_TMP/log1" -w "$TEST_TMP/one"

# A span of time.
json -r "$TEST_TMP/log2" | jq -r .timestamp >"$TEST_TMP/times"
since=$(sed -n 3p "$TEST_TMP/times") until=$(sed -n 6p "$TEST_TMP/times")
json -r "$TEST_TMP/log2" --since "$since" --until "$until" | jq -r .timestamp >"$TEST_TMP/span"
sed -n 3,5p "$TEST_TMP/times" >"$TEST_TMP/expected"
same a_span_of_time "$TEST_TMP/expected" "$TEST_TMP/span"
json -r - --since "$since" --until "$until" <"$TEST_TMP/stream3" | jq -r .timestamp >"$TEST_TMP/span"
same a_span_of_a_stream "$TEST_TMP/expected" "$TEST_TMP/span"
check nothing_of_the_last_second test -z "$("$HDRTAP" -q -r "$LOG" --since 1s)"
refused since_a_capture 2 'is a capture' -r "${CAPTURES[0]}" --since 10m

# A reader that has enough ends the writer without a word.
status=0
"$HDRTAP" -q -r "$LOG" -w - >/dev/full 2>"$TEST_TMP/err" || status=$?
check stream_to_a_full_disk test "$status" -eq 1 -a "$(grep -c 'cannot write the record stream' "$TEST_TMP/err")" -eq 1
{ "$HDRTAP" -q -r "$LOG" -w - 2>"$TEST_TMP/err"; echo $? >"$TEST_TMP/status"; } | head -c 100 >"$TEST_TMP/out"
check stream_cut_off_is_silent test ! -s "$TEST_TMP/err" -a "$(cat "$TEST_TMP/status")" = 0

# A writer at work, fed by a pipe: a second one is refused, a follower sees what it writes.
mkfifo "$TEST_TMP/fifo"
"$HDRTAP" -q -r - -w "$TEST_TMP/busy" <"$TEST_TMP/fifo" &
writer=$!
on_exit stop "$writer"
exec 7>"$TEST_TMP/fifo"
cat "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap" >&7
wait_for 20 compgen -G "$TEST_TMP/busy/*.hdl" || fail writer_begins "no segment after 20 s"
refused second_writer_is_refused 1 'another hdrtap is writing there' -r "${CAPTURES[0]}" -w "$TEST_TMP/busy"
"$HDRTAP" -q -r "$TEST_TMP/busy" --follow -f json -l >"$TEST_TMP/followed" 2>"$TEST_TMP/err" 7>&- &
follower=$!
on_exit stop "$follower"
json -r "$HDRTAP_ROOT/pcaps/600-nginx-keep-alive.pcap" >"$TEST_TMP/shown"
as_many() { [ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ]; }
check follower_sees_all wait_for 30 as_many "$TEST_TMP/shown" "$TEST_TMP/followed"
exec 7>&-
wait "$writer"
check writer_ends_with_its_input test $? -eq 0
sed -i 's/,"hdrtap.run":"[^"]*"//' "$TEST_TMP/followed"
jq -c 'del(."hdrtap.run")' "$TEST_TMP/followed" >"$TEST_TMP/followed.json"
same follower_shows_the_same "$TEST_TMP/shown" "$TEST_TMP/followed.json"
stop "$follower"
check follower_ends_with_sigterm test $? -eq 0 -a ! -s "$TEST_TMP/err"

# Rotation and retention.
"$HDRTAP" -q -r "$TEST_TMP/stream" -w "$TEST_TMP/rotated" --segment-size 1 || fail rotation "exit status $?"
check rotation test "$(find "$TEST_TMP/rotated" -name '*.hdl' | wc -l)" -ge 2

# Bad input.
segment=$(find "$LOG" -name '*.hdl' | sort | head -n 1)
head -c 300 "$segment" >"$TEST_TMP/torn.hdl"
run -q -r "$TEST_TMP/torn.hdl"
check torn_segment_is_said grep -q 'an incomplete batch' "$TEST_TMP/err"
printf 'X' | dd of="$segment" bs=1 seek=100 conv=notrunc status=none
refused damaged_head 1 'segment head is damaged' -q -r "$segment"
mkdir "$TEST_TMP/empty"
refused empty_directory 1 'it holds no segment' -r "$TEST_TMP/empty"
refused log_in_no_directory 1 'No such file' -r "${CAPTURES[0]}" -w "$TEST_TMP/no/such"
refused log_group 2 'no such group' -r "${CAPTURES[0]}" -w "$TEST_TMP/group" --group no-such-group
refused log_keep 2 'choose smaller segments' -r "${CAPTURES[0]}" -w "$TEST_TMP/keep" --keep 1M --segment-size 1M
as_nobody refused log_not_permitted 1 'Permission denied' -r "$LOG"
