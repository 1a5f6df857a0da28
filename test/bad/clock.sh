#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The real-time clock is set an hour on, then two hours back, while a capture writes a log and another one is looked at: every
# record has the wall's time of its moment, order and accounts are as ever, segments end by age, hdrtap-stat goes on.
. "$(dirname "$0")/bad.sh"

HOUR=3600
LOG=$TEST_TMP/log
SENT=0

# clock_set SECONDS: what hdrtap's clock differs by from here on.
clock_set() {
	STEP=$1
	python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("<q", int(sys.argv[1]) * 10**9))' "$1" \
		1<>"$TEST_TMP/step"
}

# with_clock PROGRAM: a command that runs it with that clock.
with_clock() {
	local command=$TEST_TMP/${1##*/}
	cat >"$command" <<END
#!/bin/sh
exec env LD_PRELOAD=$HDRTAP_BUILD/test/bad/clock_step.so CLOCK_STEP=$TEST_TMP/step \\
	ASAN_OPTIONS=\$ASAN_OPTIONS:verify_asan_link_order=0 "$1" "\$@"
END
	chmod 755 "$command"
	echo "$command"
}

# now: by the clock that was set, in ns.
now() { echo $(($(date +%s%N) + STEP * 1000000000)); }

segments() { find "$LOG" -name '*.hdl' | wc -l; }
segments_are() { [ "$(segments)" -ge "$1" ]; }
seen() { [ "$(grep -c "\"url.path\":\"/$1/" "$LOOKED.out")" -ge "$2" ]; }

# between FILE NAME: the times of a phase's requests, in FILE, are of that phase.
between() {
	jq -r "select(.\"url.path\" // \"\" | startswith(\"/$2/\")) | .timestamp" "$1" >"$TEST_TMP/times"
	[ "$(wc -l <"$TEST_TMP/times")" -eq "${COUNT[$2]}" ] &&
		python3 - "${BEGAN[$2]}" "${ENDED[$2]}" "$TEST_TMP/times" <<-'END'
			import calendar, sys, time
			began, ended = int(sys.argv[1]), int(sys.argv[2])
			for line in open(sys.argv[3]):
			    second, fraction = line.strip("Z\n").split(".")
			    at = calendar.timegm(time.strptime(second, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(fraction)
			    if not began - 10**6 <= at <= ended + 10**6:  # the offset of a batch may be off by as much
			        sys.exit(f"{line.strip()} is not between {began} and {ended}")
		END
}

# send NAME: requests until there are two more segments; all are handed on when it returns.
declare -A BEGAN ENDED COUNT
send() {
	local more=$(($(segments) + 2)) i
	BEGAN[$1]=$(now) COUNT[$1]=0
	for ((i = 0; i < 200; i++)); do
		ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-10]" || die "curl failed"
		COUNT[$1]=$((COUNT[$1] + 10))
		segments_are $more && break
		sleep 0.2 # segments end by age
	done
	ENDED[$1]=$(now)
	SENT=$((SENT + COUNT[$1]))
	wait_caught_up $((2 * SENT))
	check "$1_rotated" segments_are $more
	check "$1_stat_time" stat_is_now
	check "$1_looked_at" wait_for 20 seen "$1" "${COUNT[$1]}"
}

# stat_is_now: hdrtap-stat, too, has the wall's time of what happened when.
stat_is_now() {
	local told
	told=$(STAT=$(with_clock "$HDRTAP_BUILD/bin/hdrtap-stat") stat_of '.worker_updated | sub("\\.[0-9]+Z"; "Z") | fromdate') &&
		[ $(($(now) / 1000000000 - told)) -lt $((HOUR / 2)) ] && [ $((told - $(now) / 1000000000)) -lt $((HOUR / 2)) ]
}

net_pair
nginx_start server
clock_set 0
plain=$HDRTAP
HDRTAP=$(with_clock "$plain")
capture_start server -i veth0 -f json -l
LOOKED=$CAPTURE looked=$CAPTURE_PID
capture_start server -i veth0 -w "$LOG" --segment-age 1s -v
HDRTAP=$plain
send before
clock_set $HOUR
send forward
clock_set -$HOUR
send back
capture_stop
check accounts closes "$CAPTURE.err"
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check none_lost [ "$(counter "$CAPTURE.err" records_written)" -eq $((2 * SENT)) ]
HDRTAP=$(with_clock "$plain")
capture_start server -i veth0 -w "$LOG" --segment-age 1s -v
HDRTAP=$plain
SENT=0
send again
capture_stop
stop "$looked" INT
"$HDRTAP" -q -r "$LOG" -f json >"$TEST_TMP/log.json"
for phase in before forward back; do
	check ${phase}_logged_times between "$TEST_TMP/log.json" $phase
	check ${phase}_seen_times between "$LOOKED.out" $phase
done
check again_logged_times between "$TEST_TMP/log.json" again
check in_order in_order "$LOG"
