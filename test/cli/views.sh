#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The views of real captures: sound, the same heads in each, and the same from a capture, a log and a stream.
. "$(dirname "$0")/../lib.sh"

cd "$TEST_TMP" || die "no directory"
PCAPS=$HDRTAP_ROOT/pcaps
check views python3 "$HDRTAP_ROOT/test/cli/views.py" "$HDRTAP" all "$PCAPS"/*.pcap
if [ -d "$HDRTAP_CORPUS/zeek-http" ]; then
	mapfile -t corpus < <(find "$HDRTAP_CORPUS/zeek-http" -type f \( -name '*.pcap' -o -name '*.trace' -o -name '*.pcapng' \))
	check views_corpus python3 "$HDRTAP_ROOT/test/cli/views.py" "$HDRTAP" corpus "${corpus[@]}"
else
	skip views_corpus "no corpus in $HDRTAP_CORPUS"
fi

CAPTURE=$PCAPS/609-haproxy-both-sides.pcap
# json ARGUMENT...: without what differs from run to run.
json() { "$HDRTAP" -q -f json "$@" | jq -cS 'del(."hdrtap.run")'; }

json -r "$CAPTURE" >direct
check heads [ "$(wc -l <direct)" -eq 4 ]
"$HDRTAP" -q -r "$CAPTURE" -w log || fail log "exit status $?"
json -r log >from
check log_directory cmp direct from
json -r log/*.hdl >from
check log_segment cmp direct from
"$HDRTAP" -q -r "$CAPTURE" -w - | json -r - >from
check record_stream cmp direct from
json -r - <"$CAPTURE" >from
check capture_from_a_pipe cmp direct from
gzip -c "$CAPTURE" | json -r - >from
check gzip_from_a_pipe cmp direct from
json -r <(cat "$CAPTURE") >from
check capture_from_a_fifo cmp direct from

# count NUMBER ARGUMENT...: so many heads.
count() {
	local expected=$1 got
	shift
	got=$("$HDRTAP" -q "$@" | wc -l)
	echo "$got heads, expected $expected"
	[ "$got" -eq "$expected" ]
}
for source in "$CAPTURE" log; do
	name=$([ -d "$source" ] && echo log || echo capture)
	check "${name}_count" count 3 -r "$source" -c 3
	check "${name}_requests" count 2 -r "$source" --heads request
	check "${name}_responses" count 2 -r "$source" --heads response
	check "${name}_in" count 3 -r "$source" -Q in
	check "${name}_out" count 1 -r "$source" -Q out
	check "${name}_out_requests" count 0 -r "$source" -Q out --heads request
done
"$HDRTAP" -r log/ -w log 2>err
check log_into_itself [ $? -eq 2 ]
"$HDRTAP" -q -r "$PCAPS/100-get-200.pcap" -Q in >out 2>err
check no_direction_is_said grep -q 'direction is not known' err

# Nobody reads to the end: no complaint.
"$HDRTAP" -r "$CAPTURE" -l 2>err | head -n 1 >out
status=${PIPESTATUS[0]}
check head_exit [ "$status" -eq 0 ]
check head_line [ "$(wc -l <out)" -eq 1 ]
exec 3> >(true)
wait $!
"$HDRTAP" -r "$CAPTURE" 2>err >&3
check nobody_reads_exit [ $? -eq 0 ]
exec 3>&-
check nobody_reads_silent [ ! -s err ]
"$HDRTAP" -q -r "$CAPTURE" 2>err >/dev/full
check full_exit [ $? -eq 1 ]
check full_said grep -q '^hdrtap: cannot write to standard output: No space' err

"$HDRTAP" --help >out 2>err
check help_exit [ $? -eq 0 ]
check help grep -q EXAMPLES out
check version_exit "$HDRTAP" --version
check interfaces bash -c '"$1" -D | grep -q "^lo "' sh "$HDRTAP"
check version grep -qE '^hdrtap [0-9]+\.[0-9]+\.[0-9]+$' <("$HDRTAP" --version)
