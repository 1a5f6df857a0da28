#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --where and --sample live: the truth table, with the kernel deciding what it can; real requests to nginx; what SIGHUP changes.
. "$(dirname "$0")/heads.sh"
. "$(dirname "$0")/../where/truth.sh"
. "$(dirname "$0")/configure.sh"

count_of() { awk -v name="$1" '$2 == name { print $1 }' "$CAPTURE.err" | tail -n 1; }

# send ROW PREDICATE: the table's packets under that predicate, from a client of the row's.
send() {
	configure "where: '${2//\'/\'\'}'" 'elements: [cookie, retry-after]'
	ns client "$HDRTAP_ROOT/test/where/packets.py" send veth0 "10.9.$1.1"
	ROWS=$1
}
seen() {
	kill -USR1 "$CAPTURE_PID"
	sleep 0.1
	[ "$(count_of heads_started)" = $((12 * ROWS)) ]
}
of_row() { grep "\"10.9.$1.1\"" "$CAPTURE.out"; }

truth() {
	echo 'elements: [cookie, retry-after]' >"$CONFIG"
	capture_start server -i veth0 -f json -v --config "$CONFIG"
	truth_rows send
	check truth_was_seen wait_for 20 seen
	capture_stop
	check truth_accounts accounts_closed "$CAPTURE.err"
	truth_run truth of_row
}

get() { ns client curl -s -o /dev/null -A "$2" "http://$SERVER4/$1"; }
shown() { wait_for 20 grep -q "\"url.path\":\"/$1\"" "$CAPTURE.out"; }
not_shown() { ! grep "\"url.path\":\"/$1\"" "$CAPTURE.out"; }

nginx_and_reload() {
	printf '%s\n' 'where: path ~ /one*' >"$CONFIG"
	capture_start server -i veth0 -f json -l -v --config "$CONFIG"
	get one-1 a
	get two-1 a
	get one-2 a
	check first_predicate shown one-2
	check first_excludes not_shown two-1
	configure 'where: path ~ /two*' 'elements: [x-request-id]'
	get one-3 a
	get two-2 a
	check second_predicate shown two-2
	check second_excludes not_shown one-3
	configure 'where: "status == 404 && request[user-agent] == probe"'
	get 404/missing-1 a
	get two-3 probe
	get 404/missing-2 probe
	check third_predicate shown 404/missing-2
	check third_excludes not_shown 404/missing-1
	check third_excludes_by_status not_shown two-3
	printf '%s\n' 'where: paths ~ /two*' >"$CONFIG"
	kill -HUP "$CAPTURE_PID"
	check refused wait_for 20 grep -q "option where ($CONFIG:1:8): 'paths ~ /two\*', column 1: 'paths' is no field" "$CAPTURE.err"
	get 404/missing-3 probe
	check refused_changes_nothing shown 404/missing-3
	configure 'limit: 100000'
	get all-1 a
	check none_shows_all shown all-1
	capture_stop
	check pairs [ "$(grep -c '"hdrtap.kind":"request"' "$CAPTURE.out")" -eq "$(grep -c '"hdrtap.kind":"response"' "$CAPTURE.out")" ]
	check accounts accounts_closed "$CAPTURE.err"
	check excluded_in_the_kernel [ "$(count_of heads_excluded)" -ge 4 ]
}

# The log has no request that its kernel program excluded, and no response to one.
log_takes_little() {
	capture_start server -i veth0 -w "$TEST_TMP/log" -v --where 'path == /wanted && host == '"$SERVER4"
	for i in {1..20}; do get "unwanted-$i" a; done
	get wanted a
	wait_for 20 bash -c "[ \$('$HDRTAP' -q -r '$TEST_TMP/log' | wc -l) -eq 2 ]"
	capture_stop
	check log_has_the_pair [ "$("$HDRTAP" -q -r "$TEST_TMP/log" | wc -l)" -eq 2 ]
	check log_excluded [ "$(count_of heads_excluded)" -eq 40 ]
	check log_emitted [ "$(count_of heads_emitted)" -eq 2 ]
	check log_accounts accounts_closed "$CAPTURE.err"
}

# A connection is sampled or not, as a whole and as SIGHUP says.
sampled() {
	printf '%s\n' 'sample: 1/4' >"$CONFIG"
	capture_start server -i veth0 -f json -l -v --config "$CONFIG"
	for i in {1..40}; do get "sampled-$i" a; done
	kill -USR1 "$CAPTURE_PID"
	configure 'sample: 1/1'
	get every a
	check sample_off_shows shown every
	capture_stop
	requests=$(grep -c '"url.path":"/sampled' "$CAPTURE.out")
	echo "$requests of 40 connections"
	check sample_some [ "$requests" -gt 0 -a "$requests" -lt 40 ]
	check sample_pairs [ "$(grep -c '"request"' "$CAPTURE.out")" -eq "$(grep -c '"response"' "$CAPTURE.out")" ]
	check sample_counted [ "$(count_of packets_sampled_out)" -gt 0 ]
}

net_pair
truth
nginx_start server
nginx_and_reload
log_takes_little
sampled
