#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The disk is full for a while, then there is room again; the log's directory, then a segment, is removed while it is
# written. All of it is said once, what was lost is counted, and the log goes on.
. "$(dirname "$0")/bad.sh"

# Outside of the namespace of mounts that `holder` is in nobody sees the disk.
inside() { nsenter -t "$holder" -m -- "$@"; }

mounted() { grep -q "$DISK" "/proc/$holder/mounts"; }
said() { [ "$(grep -c "$1" "$CAPTURE.err")" -eq "$2" ]; }
says() { grep -q "$1" "$CAPTURE.err"; }
read_log() { inside "$HDRTAP" -q -r "$LOG" -f json >"$TEST_TMP/records.json"; }
records() { wc -l <"$TEST_TMP/records.json"; }
# What the log itself says was lost because there was no room (FORMAT.md).
losses() {
	inside python3 "$HDRTAP_ROOT/test/log_reader.py" "$LOG" 2>&1 >/dev/null |
		sed -nE 's/.*: ([0-9]+) records of CPU [0-9]+ were lost, cause 1$/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'
}

# fill: requests until some were refused; while the worker has no time for them buffers lose them before.
fill() {
	local sent=0
	for ((i = 0; i < 10; i++)); do
		LOAD_BYTES=240 load_start 2 50000 full
		load_wait
		sent=$((sent + LOAD_COUNT))
		wait_caught_up $((2 * sent))
		! stat_of '.user.records_dropped > 0' || return 0
	done
	die "the disk does not get full"
}

net_pair
nginx_start server
DISK=$TEST_TMP/disk LOG=$TEST_TMP/disk/log
mkdir "$DISK"
background server "$TEST_TMP/holder.out" sh -c "mount -t tmpfs -o size=4m tmpfs '$DISK' && exec sleep 300"
holder=$BACKGROUND
on_exit stop "$holder" KILL
wait_for 10 mounted || die "no tmpfs: $(cat "$TEST_TMP/holder.out")"
cat >"$TEST_TMP/inside" <<END
#!/bin/sh
exec nsenter -t $holder -m -- "$HDRTAP" "\$@"
END
chmod 755 "$TEST_TMP/inside"
plain=$HDRTAP

HDRTAP=$TEST_TMP/inside
capture_start server -i veth0 -w "$LOG" -v -e none,user-agent
HDRTAP=$plain
fill
check full_worker_memory [ "$(memory "$(worker)")" -lt $WORKER_MAX ]
check full_is_said says "cannot write to $LOG: No space left on device; free some space"
check full_log_opens read_log
inside mount -o remount,size=200m "$DISK"
check recovered_is_said wait_for 20 says "writing to $LOG works again; [1-9][0-9]* records were lost"
ns client curl -sf -o /dev/null "http://$SERVER4/after/[1-100]" || die "curl failed"
capture_stop
check full_exit [ "$CAPTURE_STATUS" -eq 0 ]
check full_said_once said 'cannot write to' 1
check full_accounts closes "$CAPTURE.err"
check full_log_is_whole read_log
dropped=$(counter "$CAPTURE.err" records_dropped)
echo "$(records) records in the log, $(counter "$CAPTURE.err" records_written) written, $dropped dropped, the log says $(losses)"
check full_some_lost [ "$dropped" -gt 0 ]
check full_all_written_are_there [ "$(records)" -eq "$(counter "$CAPTURE.err" records_written)" ]
check full_log_counts_losses [ "$(losses)" -eq "$dropped" ]
check full_goes_on [ "$(grep -c '"url.path":"/after/' "$TEST_TMP/records.json")" -eq 100 ]

# The end comes while there is no room.
inside sh -c "head -c 300M /dev/zero >'$DISK/filler'"
LOG=$DISK/log2
HDRTAP=$TEST_TMP/inside
capture_start server -i veth0 -w "$LOG" -v
HDRTAP=$plain
ns client curl -sf -o /dev/null "http://$SERVER4/last/[1-50]" || die "curl failed"
wait_caught_up 100
capture_stop
check end_full_exit [ "$CAPTURE_STATUS" -eq 1 ]
check end_full_is_said says 'cannot write the last 100 records'
check end_full_is_counted [ "$(counter "$CAPTURE.err" records_dropped)" -eq 100 ]
check end_full_accounts closes "$CAPTURE.err"
inside rm "$DISK/filler"

LOG=$TEST_TMP/removed
capture_start server -i veth0 -w "$LOG" -v
send() { ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-$2]" || die "curl failed"; }
send first 100
wait_for 30 at_least "$LOG" '^/first/' 100 || die "the batch is never sealed by age"
rm -r "$LOG"
send second 100
check directory_is_made_again wait_for 30 at_least "$LOG" '^/second/' 100
rm "$LOG"/*.hdl
send third 100
check segment_is_made_again wait_for 30 at_least "$LOG" '^/third/' 100
check removed_access [ "$(stat -c %a "$LOG" "$LOG"/*.hdl | paste -sd' ')" = '700 600' ]
rm -r "$LOG"
: >"$LOG" # nothing can be made here
send fourth 100
check refused_is_said wait_for 30 says "cannot write to $LOG: Not a directory"
rm "$LOG"
check refused_goes_on wait_for 30 at_least "$LOG" '^/fourth/' 100
send fifth 100
capture_stop
check removed_exit [ "$CAPTURE_STATUS" -eq 0 ]
check removed_is_said said 'was removed and its records are gone' 3
check refused_said_once said 'cannot write to' 1
check removed_none_lost [ "$(logged "$LOG" '^/(fourth|fifth)/')" -eq 200 ]
check removed_accounts closes "$CAPTURE.err"
