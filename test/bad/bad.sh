# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# What the tests of bad days share. Source it instead of ../lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../load.sh"

# counter FILE NAME: what the -v accounts in FILE say.
counter() { awk -v name="$2" '$2 == name { count = $1 } END { print count + 0 }' "$1"; }

# stat_of FILTER: what jq makes of what hdrtap-stat says of the last capture.
stat_of() {
	jq -er ".captures[] | select(.guard_pid == $CAPTURE_PID) | $1" < <("${STAT:-$HDRTAP_BUILD/bin/hdrtap-stat}" -f json)
}

# has_lost: the kernel programs found a buffer full.
has_lost() { stat_of '.kernel.heads_lost_space > 0'; }

# wait_caught_up HEADS: until so many were seen (all_seen), and all that the buffers took was handed on.
wait_caught_up() { wait_for 100 caught_up "$1" || die "the worker does not catch up: $(stat_of .)"; }
caught_up() {
	stat_of "(.kernel.heads_started + 64 * .kernel.packets_contended >= $1) and
		(.user.records_written + .user.records_dropped == .kernel.heads_emitted)"
}

# in_order LOG: by the records' own clock, their first eight bytes; the offset to UTC is measured anew for each batch.
in_order() {
	python3 "$HDRTAP_ROOT/test/log_reader.py" --raw "$1" 2>/dev/null |
		sed -E 's/^[0-9]+ (..)(..)(..)(..)(..)(..)(..)(..).*/\8\7\6\5\4\3\2\1/' | sort -c
}

# all_seen HEADS: the accounts of the last capture have so many, but for those of packets whose connection was in use on
# another CPU: 64 heads of a packet at most are read.
all_seen() {
	local missing=$(($1 - $(counter "$CAPTURE.err" heads_started)))
	[ "$missing" -ge 0 ] && [ "$missing" -le $((64 * $(counter "$CAPTURE.err" packets_contended))) ]
}

# memory PID: what a process alone uses, in KiB.
memory() { awk '/^Private_(Clean|Dirty)/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"; }

# closes FILE: heads started, emitted and written add up in the accounts in FILE, whatever was lost.
closes() { [ "$(grep -cE '^[0-9]+ heads (started|emitted) = ' "$1")" -eq 2 ]; }

# The sanitizer keeps what was freed; so little that it is full after the first requests.
export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64

GROWTH=4096 # KiB: five bytes of each request, or 50 of each connection, are more

# used: what the guard and the worker of the last capture use, in KiB.
used() { echo "$(memory "$CAPTURE_PID") $(memory "$(worker)")"; }

# flat NAME BEFORE_GUARD BEFORE_WORKER AFTER_GUARD AFTER_WORKER
flat() {
	echo "$1: guard $2 to $4 KiB, worker $3 to $5 KiB"
	check "$1_guard_memory" [ $(($4 - $2)) -lt $GROWTH ]
	check "$1_worker_memory" [ $(($5 - $3)) -lt $GROWTH ]
}

# nginx_quiet: it writes no access log any more. Who wrote one before would close connections.
nginx_quiet() {
	local nginx before
	nginx=$(cat "$TEST_TMP/nginx.pid")
	before=$(pgrep -P "$nginx")
	sed -i 's/access_log .*/access_log off;/' "$TEST_TMP/nginx.conf"
	kill -HUP "$nginx"
	wait_for 20 gone "$before" || die "nginx does not read its configuration again"
}

WORKER_MAX=32768 # KiB

# warm_up: the first requests of a capture. The worker is stopped meanwhile, so that all its buffers are used as far as they
# ever are. How many is in $LOAD_COUNT.
warm_up() {
	kill -STOP "$(worker)"
	LOAD_PIPELINE=20 load_start 2 50000 first
	load_wait
	kill -CONT "$(worker)"
	wait_caught_up $((2 * LOAD_COUNT))
	check worker_memory_is_bounded [ "$(memory "$(worker)")" -lt $WORKER_MAX ]
}
