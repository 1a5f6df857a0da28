#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What the guard and the worker may do, who the worker is, and what becomes of one when the other is killed under load.
. "$(dirname "$0")/heads.sh"

# After a change of user LeakSanitizer may not look into its own process.
export ASAN_OPTIONS=detect_leaks=0

NET_ADMIN=12 KILL=5 PERFMON=38 BPF=39 SYS_ADMIN=21

# status FIELD PID
status() { awk -v field="$1:" '$1 == field { print $2 }' "/proc/$2/status"; }

# capabilities SET PID: their numbers.
capabilities() {
	local set=$((16#$(status "$1" "$2"))) i
	for i in {0..40}; do
		((!(set >> i & 1))) || printf '%s ' "$i"
	done
}

# confined PID: no privilege can be gained, system calls are restricted.
confined() { [ "$(status NoNewPrivs "$1") $(status Seccomp "$1")" = "1 2" ]; }

# threads_confined PID: so is each of its threads, and none has a capability; beside the first
# there is one that brings the log to the disk, and one that writes to standard output.
threads_confined() {
	local thread
	for thread in /proc/"$1"/task/*; do
		confined "$1/task/${thread##*/}" && [ -z "$(capabilities CapPrm "$1/task/${thread##*/}")" ] || return
	done
	[ "$(find /proc/"$1"/task -mindepth 1 -maxdepth 1 | wc -l)" -eq 3 ]
}

# user PID
user() { stat -c %U "/proc/$1/status"; }

uid() { status Uid "$1"; }

send() { ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-$2]" || die "curl failed"; }

# load: requests until the test ends it.
load() { ns client wrk -t1 -c8 -d60 "http://$SERVER4/load/x" >/dev/null 2>&1; }

nothing_attached() { [ "$(attached)" -eq 0 ]; }

net_pair
nginx_start server
chmod 755 "$TEST_TMP"
NOBODY=$(id -u nobody)
expected="$NET_ADMIN $PERFMON $BPF "
[ "${HDRTAP_HOOK:-tc}" = tc ] || expected="$NET_ADMIN $SYS_ADMIN $PERFMON $BPF "

capture_start server -i veth0 -w "$TEST_TMP/root.log" -v
check guard_capabilities [ "$(capabilities CapPrm "$CAPTURE_PID")" = "$expected" ]
check attached_is_seen [ "$(attached)" -ge 2 ]
check guard_confined confined "$CAPTURE_PID"
check worker_capabilities [ -z "$(capabilities CapPrm "$(worker)")" ]
check worker_confined confined "$(worker)"
check worker_is_who_started [ "$(uid "$(worker)")" -eq "$(id -u)" ]
send root 100
capture_stop
check root_accounts accounts_closed "$CAPTURE.err" requests=100 responses=100

capture_start server -i veth0 -Z nobody -w "$TEST_TMP/nobody.log" -v --group nogroup
check worker_is_user [ "$(uid "$(worker)")" -eq "$NOBODY" ]
check user_has_no_capabilities [ -z "$(capabilities CapPrm "$(worker)")" ]
check guard_may_end_user [ "$(capabilities CapPrm "$CAPTURE_PID")" = "$KILL $expected" ]
send user 100
capture_stop
check user_exit [ "$CAPTURE_STATUS" -eq 0 ]
check user_accounts accounts_closed "$CAPTURE.err" requests=100 responses=100
check user_owns_log [ "$(stat -c '%U:%G %a' "$TEST_TMP"/nobody.log/*.hdl)" = 'nobody:nogroup 640' ]
check user_log_is_read [ "$(logged "$TEST_TMP/nobody.log" '^/user/')" -eq 100 ]

capture_start server -i veth0 -w "$TEST_TMP/nobody.log"
check worker_is_owner_of_log [ "$(uid "$(worker)")" -eq "$NOBODY" ]
capture_stop

mkfifo "$TEST_TMP/fifo"
"$HDRTAP" -r - -q <"$TEST_TMP/fifo" >/dev/null &
reader=$!
exec {fifo}>"$TEST_TMP/fifo"
head -c 24 "$HDRTAP_ROOT/pcaps/100-get-200.pcap" >&"$fifo"
check reader_confined wait_for 10 confined "$reader"
check reader_capabilities [ -z "$(capabilities CapPrm "$reader")" ]
exec {fifo}>&-
wait "$reader"

capture_start server -i veth0 -w "$TEST_TMP/worker.log" -f json
send sealed 300
wait_for 30 at_least "$TEST_TMP/worker.log" '^/sealed/' 300 || die "the batch is never sealed by age"
check threads_confined wait_for 10 threads_confined "$(worker)"
load &
kill -KILL "$(worker)"
CAPTURE_STATUS=0
wait "$CAPTURE_PID" || CAPTURE_STATUS=$?
check killed_worker_ends_it [ "$CAPTURE_STATUS" -eq 1 ]
check killed_worker_is_said grep -q 'was killed by signal 9' "$CAPTURE.err"
check killed_worker_leaves_nothing nothing_attached
check killed_worker_log_is_whole [ "$(logged "$TEST_TMP/worker.log" '^/sealed/')" -eq 300 ]

capture_start server -i veth0 -w "$TEST_TMP/guard.log"
send before 300
orphan=$(worker)
kill -KILL "$CAPTURE_PID"
check killed_guard_ends_worker wait_for 10 gone "$orphan"
check killed_guard_is_said grep -q 'the guard is gone' "$CAPTURE.err"
check killed_guard_loses_nothing [ "$(logged "$TEST_TMP/guard.log" '^/before/')" -eq 300 ]
ns server "$HDRTAP" --detach veth0 >"$TEST_TMP/detached"
check detach grep -qE '^veth0: removed [0-9]+ programs of killed captures; 0 programs of running captures remain$' "$TEST_TMP/detached"
check killed_guard_leaves_nothing nothing_attached
check detach_any grep -qx 'any: removed 0 programs of killed captures; 0 programs of running captures remain' <(ns server "$HDRTAP" --detach any)

capture_start server -i veth0 -w "$TEST_TMP/running.log" -v
ns server "$HDRTAP" --detach veth0 >/dev/null
send running 100
capture_stop
check detach_spares_running grep -q '^0 lost' "$CAPTURE.err"
check detach_spared_it [ "$(logged "$TEST_TMP/running.log" '^/running/')" -eq 100 ]
