#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# hdrtap-stat shows which captures run, with the numbers that hdrtap prints at its end; one that was killed it does not show.
[ -n "${STAT_PRIVATE:-}" ] || STAT_PRIVATE=1 exec unshare -m "$0" "$@" # a /run/hdrtap of its own
. "$(dirname "$0")/heads.sh"

STAT=$HDRTAP_BUILD/bin/hdrtap-stat

mkdir -p /run/hdrtap
mount -t tmpfs -o mode=755 tmpfs /run/hdrtap || die "cannot mount a directory for this test"

# stat_json FILTER [ARGUMENT...]: what jq makes of it.
stat_json() { "$STAT" -f json | jq -er "$@"; }

captures() { stat_json '.captures | length'; }
are() { [ "$(captures)" -eq "$1" ]; }
files() { [ "$(find /run/hdrtap -type f | wc -l)" -eq "$1" ]; }
send() { ns client curl -sf -o /dev/null "http://$SERVER4/[1-$1]" || die "curl failed"; }

# told WHERE NAME NUMBER: a counter of the first capture.
told() { [ "$(stat_json ".captures[0].$1.$2")" -eq "$3" ]; }

# Without what hosts send of themselves at any time: neighbours, routers.
ours() { grep -vE '^packets_not_(ip|tcp) ' | sort; }

# printed FILE: the counters that hdrtap -v prints at its end, as NAME NUMBER.
printed() { awk '/^ +[0-9]+ [a-z]/ { print $2, $1 }' "$1" | ours; }

# sampled: the counters that are not 0, likewise.
sampled() {
	stat_json '.captures[0] | .kernel + .user | to_entries[] | select(.value != 0) | "\(.key) \(.value)"' | ours
}

# settled: the last acknowledgements were counted.
settled() {
	local before=''
	while [ "$before" != "$(sampled)" ]; do
		before=$(sampled)
		sleep 0.5
	done
}

metrics() { "$STAT" -f prometheus >"$TEST_TMP/metrics" && promtool check metrics <"$TEST_TMP/metrics"; }

# run_times: as kernel.bpf_stats_enabled=1, until this test ends.
run_times() {
	python3 -c 'import ctypes, signal
assert ctypes.CDLL("libbpf.so.1").bpf_enable_stats(0) >= 0
print(flush=True)
signal.pause()' >"$TEST_TMP/run_times" &
	on_exit stop $!
	wait_for 20 test -s "$TEST_TMP/run_times" || die "run times cannot be measured"
}
has_metric() { grep -qF "$1" "$TEST_TMP/metrics"; }
killed() { ! kill -0 "$1" 2>/dev/null; }

# refused STATUS PART ARGUMENT...: ends with that status and says one line with that in it.
refused() {
	local expected=$1 part=$2 status=0
	shift 2
	"$STAT" "$@" >/dev/null 2>"$TEST_TMP/refused" || status=$?
	[ "$status" -eq "$expected" ] && [ "$(wc -l <"$TEST_TMP/refused")" -eq 1 ] && grep -q "^hdrtap: .*$part" "$TEST_TMP/refused"
}
full() { ! "$STAT" -f "$1" >/dev/full; }

net_pair
nginx_start server

check no_such_format refused 2 "'xml' is not a format" -f xml
check no_such_interval refused 2 "'0' is not a number of seconds" -i 0
check no_such_option refused 2 'option --all' --all
check no_argument refused 2 "argument 'eth0'" eth0
check metrics_once refused 2 'not for -f prometheus' -i 1 -f prometheus
check full_disk full text
check full_disk_json full json

check none_text [ "$("$STAT")" = 'no capture is running on this host' ]
check none_json [ "$(captures || true)" = 0 ]
check none_metrics metrics
check none_is_a_number has_metric 'hdrtap_captures 0'

capture_start server -i veth0 -v -Z nobody
check shown wait_for 10 are 1
check file_for_everybody [ "$(stat -c '%a %U' /run/hdrtap/*.stat) $(stat -c %a /run/hdrtap)" = '644 root 755' ]
send 100
check written wait_for 20 told user records_written 200
settled
"$STAT" -f json >"$TEST_TMP/json"
as_nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$STAT" -f json | jq -e '.captures | length == 1'; }
check needs_no_privilege as_nobody
"$STAT" >"$TEST_TMP/text"
check text_attached grep -qx "  attached to veth0: receive ${HDRTAP_HOOK:-tc}.*, transmit tc" "$TEST_TMP/text"
check text_counter grep -qE '^ +200 heads_emitted ' "$TEST_TMP/text"
check text_asked grep -qE "^run [0-9a-f]{32}, hdrtap .* on veth0, since .*, processes $CAPTURE_PID and $(pgrep -P "$CAPTURE_PID")$" "$TEST_TMP/text"
check rings jq -e '.captures[0].cpus | length > 0 and all(.ring_bytes > 0 and .ring_peak_bytes <= .ring_bytes and .lost == 0)' "$TEST_TMP/json"
check ring_was_used jq -e '.captures[0].cpus | any(.ring_peak_bytes >= 784)' "$TEST_TMP/json"
check output jq -e '.captures[0].output == {requests: 100, responses: 100}' "$TEST_TMP/json"
check metrics_clean metrics
check metric_heads has_metric 'hdrtap_heads_emitted_total{interfaces="veth0"} 200'
check metric_lost has_metric 'hdrtap_heads_lost_total{interfaces="veth0",cause="space"} 0'
check metric_attached has_metric 'hdrtap_attached{interfaces="veth0",interface="veth0",direction="transmit",hook="tc"} 1'
timeout 3 "$STAT" -i 1 >"$TEST_TMP/live"
check rates grep -qE '^ +200 +0\.0/s heads_emitted ' "$TEST_TMP/live"
run_times
send 10
ran() { stat_json '.captures[0].programs[] | select(.name == "hdrtap_transmit_eth") | .runs >= 10 and .run_ns > 0'; }
check run_times wait_for 10 ran
settled
sampled >"$TEST_TMP/sampled"
kill -STOP "$(pgrep -P "$CAPTURE_PID")"
late() { "$STAT" | grep -q '^  the worker has written nothing for [0-9]* s; check whether it is stopped$'; }
check stopped_worker_is_said wait_for 30 late
kill -CONT "$(pgrep -P "$CAPTURE_PID")"
capture_stop
check gone_at_exit files 0
printed "$CAPTURE.err" >"$TEST_TMP/printed"
check many_counters [ "$(wc -l <"$TEST_TMP/printed")" -gt 5 ]
check same_numbers diff "$TEST_TMP/sampled" "$TEST_TMP/printed"

HDRTAP_HOOK=tc # there two are never in each other's way
capture_start server -i veth0
first=$CAPTURE_PID
capture_start server -i veth0
check two wait_for 10 are 2
check two_metrics_clean metrics
check two_by_run [ "$(grep -cE '^hdrtap_heads_started_total\{interfaces="veth0",run="[0-9a-f]{32}"\} 0$' "$TEST_TMP/metrics")" -eq 2 ]
kill -KILL "$first"
check killed_not_shown wait_for 10 are 1
check killed_left_file files 2
wait_for 10 killed "$first"
capture_stop
capture_start server -i veth0
check killed_taken_away files 1
capture_stop

# Who is not root, and may not write there, does what is said.
CAPS=-all,+bpf,+net_admin,+perfmon,+ipc_lock
install -m 755 "$HDRTAP" "$TEST_TMP/hdrtap"
cat >"$TEST_TMP/not_root" <<END
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$CAPS --ambient-caps=$CAPS --bounding-set=$CAPS \
	"$TEST_TMP/hdrtap" "\$@"
END
chmod 755 "$TEST_TMP/not_root"
HDRTAP=$TEST_TMP/not_root
capture_start server -i veth0
wait_for 10 grep -q 'will not show' "$CAPTURE.err"
remedy=$(sed -n "s/^hdrtap: hdrtap-stat will not show this capture: .*run '\(.*\)' as root.*/\1/p" "$CAPTURE.err")
capture_stop
check not_root_captures [ "$CAPTURE_STATUS" -eq 0 ]
check not_root_remedy [ "$remedy" = 'install -d -o 65534 /run/hdrtap' ]
$remedy
capture_start server -i veth0
check not_root_is_shown wait_for 10 are 1
capture_stop
