#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Inside test/vm/run's machine: CPU 1 goes away and comes back while a capture runs. It gets a perf buffer at once, and what
# was in the old one is not lost.
. "$(dirname "$0")/../lib.sh"

online() { echo "$1" >/sys/devices/system/cpu/cpu1/online || die "CPU 1 cannot be taken away or brought back"; }

# get PATH CPU: what the client sends is received on the CPU that sends it.
get() { ns client taskset -c "$2" curl -s -o /dev/null "http://$SERVER4/$1"; }

# logged PATH CPU: a record of that CPU.
logged() {
	wait_for 20 grep -q "\"url.path\":\"/$1\".*\"hdrtap.cpu\":$2," "$CAPTURE.out" ||
		{ grep "/$1" "$CAPTURE.out"; cat "$CAPTURE.err"; return 1; }
}

# asks: requests on both CPUs until told to end; how many were answered is in $TEST_TMP/asked.
asks() {
	local i=0
	while [ ! -e "$TEST_TMP/enough" ]; do
		ns client curl -s -o /dev/null "http://$SERVER4/busy$((++i))" && echo >>"$TEST_TMP/asked"
	done
}

net_pair
server_start server 80 "$TEST_TMP/httpd.log" taskset -c 0 busybox httpd -f -p 80 -h "$TEST_TMP"

online 0
capture_start server -i veth0 -f json -l -v -Q in
get before 0
check without_it logged before 0
online 1
get first 1
check comes_later logged first 1
get in_ring 1
online 0
check old_ring_is_read logged in_ring 1
get alone 0
check goes_away logged alone 0
online 1
get again 1
check comes_back logged again 1
capture_stop
check no_loss grep -q '^0 lost (buffer full)' "$CAPTURE.err"
check no_loss_without_ring [ "$(grep -c 'no ring buffer on their CPU' "$CAPTURE.err")" -eq 0 ]

touch "$TEST_TMP/asked"
capture_start server -i veth0 -f json -l -v -Q in
asks &
asking=$!
for ((cycles = 0; cycles < 5 || $(wc -l <"$TEST_TMP/asked") < 20; cycles++)); do
	online 0
	online 1
done
touch "$TEST_TMP/enough"
wait $asking
capture_stop
asked=$(wc -l <"$TEST_TMP/asked")
logged=$(grep -c '"url.path":"/busy' "$CAPTURE.out")
lost=$(sed -nE 's/^ *([0-9]+) (heads_lost_\w+) .*/\1/p' "$CAPTURE.err" | awk "{ sum += \$1 } END { print sum + 0 }")
echo "$cycles times, $asked requests, $logged logged, $lost lost"
check accounts_close [ "$(grep -c 'IS NOT' "$CAPTURE.err")" -eq 0 ]
check nothing_unsaid [ "$((logged + $lost))" -ge "$asked" ]
