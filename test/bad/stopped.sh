#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The worker is stopped for ten seconds under load, so that the perf buffers overrun: what was lost is known to the record.
. "$(dirname "$0")/bad.sh"

STOPPED=10

# holes LOG: the accounts closed by the log alone: how many numbers are missing among the records of every CPU.
holes() {
	"$HDRTAP" -q -r "$1" -f json | jq -r '[."hdrtap.cpu", ."hdrtap.sequence"] | @tsv' |
		awk '{ count[$1]++; if ($2 >= next_[$1]) next_[$1] = $2 + 1 }
			END { for (cpu in count) sum += next_[cpu] - count[cpu]; print sum + 0 }'
}

# losses LOG: what it says never reached the writer (FORMAT.md).
losses() {
	python3 "$HDRTAP_ROOT/test/log_reader.py" "$1" 2>&1 >/dev/null |
		sed -nE 's/.*: ([0-9]+) records of CPU [0-9]+ were lost, cause 0$/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'
}

# after_losses: requests from each CPU that lost records, so that numbers go on behind its losses. On a veth pair what is sent
# is received on the same CPU; answers are wherever nginx is.
after_losses() {
	local cpu
	AFTER=0
	for cpu in $(stat_of '.cpus[] | select(.lost > 0) | .cpu'); do
		ns client taskset -c "$cpu" curl -sf -o /dev/null "http://$SERVER4/after/[1-100]" || die "curl failed"
		AFTER=$((AFTER + 100))
	done
}

# With many CPUs there is room for everything: two are enough.
taskset -pc "$(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2], sep=",")')" $$ || die "CPUs cannot be chosen"

net_pair
nginx_start server
LOG=$TEST_TMP/log
capture_start server -i veth0 -w "$LOG" -v
load_start 2 40000 stopped
kill -STOP "$(worker)"
sleep $STOPPED # that is what is tested, not waited for
wait_for 200 has_lost || die "the buffers do not overrun"
kill -CONT "$(worker)"
load_wait
wait_caught_up $((2 * LOAD_COUNT))
after_losses
capture_stop
heads=$((2 * (LOAD_COUNT + AFTER)))
lost=$(counter "$CAPTURE.err" heads_lost_space)
written=$(counter "$CAPTURE.err" records_written)
missing=$(holes "$LOG")
said=$(losses "$LOG")
echo "$heads heads sent, $written written, $lost lost; in the log $missing numbers are missing and $said are said to be lost"
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check overrun [ "$lost" -gt 0 ]
check none_unaccounted [ $((written + lost)) -eq "$heads" ]
check accounts closes "$CAPTURE.err"
check lost_is_said grep -q "^$lost lost (buffer full)" "$CAPTURE.err"
check log_says_losses [ "$said" -eq "$lost" ]
check numbers_tell_losses [ "$missing" -eq "$lost" ]
check in_order in_order "$LOG"
check written_are_there [ "$("$HDRTAP" -q -r "$LOG" -f json | wc -l)" -eq "$written" ]
check goes_on [ "$(logged "$LOG" '^/after/')" -eq $AFTER ]
