#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The configuration file is read again on SIGHUP while wrk asks: no program is attached anew, no record is lost, none has
# values of two configurations. Then ports and limit, and files that are refused.
. "$(dirname "$0")/heads.sh"
. "$(dirname "$0")/../load.sh"
. "$(dirname "$0")/configure.sh"

THREADS=4
SHARE=5000
export LOAD_DELAY=1 # so that there are many changes meanwhile, and buffers have room however slow a sanitized reader is

# refuse PATTERN LINE...: what is said of such a file.
refuse() {
	local pattern=$1
	shift
	printf '%s\n' "$@" >"$CONFIG"
	kill -HUP "$CAPTURE_PID"
	wait_for 20 grep -qE -- "$pattern" "$CAPTURE.err" || { cat "$CAPTURE.err"; return 1; }
}

# programs: ids of those that the capture holds.
programs() { grep -h '^prog_id:' "/proc/$CAPTURE_PID"/fdinfo/* | sort -u; }

served() { wc -l <"$TEST_TMP/nginx-access.log"; }
served_all() { [ "$(served)" -ge $((THREADS * SHARE)) ]; }

ONE=('elements: [none, x-request-id]')
OTHER=('elements:' '  - none' '  - x-request-id=length' '  - host' '  - date')

# Records that have neither exactly what ONE chooses nor exactly what OTHER does.
mixed() {
	jq -c '[(has("http.request.header.x-request-id") or has("http.response.header.x-request-id")),
		(has("hdrtap.request.header.x-request-id.length") or has("hdrtap.response.header.x-request-id.length")),
		(has("server.address") or has("http.response.header.date"))]' "$TEST_TMP/records.json" | sort | uniq -c
}
none_mixed() {
	mixed >"$TEST_TMP/mixed"
	cat "$TEST_TMP/mixed"
	[ "$(wc -l <"$TEST_TMP/mixed")" -eq 2 ] && grep -q 'true,false,false' "$TEST_TMP/mixed" &&
		grep -q 'false,true,true' "$TEST_TMP/mixed"
}

under_load() {
	local changes=0
	printf '%s\n' "${ONE[@]}" >"$CONFIG"
	capture_start server -i veth0 --config "$CONFIG" -w "$TEST_TMP/log" -v
	programs >"$TEST_TMP/programs" && [ -s "$TEST_TMP/programs" ] || die "the capture holds no program"
	load_start $THREADS $SHARE wrk
	while ! load_done && [ $changes -lt 1000 ]; do
		if [ $((changes++ % 2)) -eq 0 ]; then configure "${OTHER[@]}"; else configure "${ONE[@]}"; fi
	done
	load_wait
	wait_for 20 served_all
	check same_programs diff "$TEST_TMP/programs" <(programs)
	capture_stop
	"$HDRTAP" -r "$TEST_TMP/log" -f json >"$TEST_TMP/records.json" || die "the log cannot be read"
	echo "$changes changes, $(served) requests"
	check changed_often [ $changes -ge 10 ]
	check no_record_lost accounts_closed "$CAPTURE.err" requests="$(served)" responses="$(served)"
	check none_incomplete [ "$(grep -c '"incomplete"' "$TEST_TMP/records.json")" -eq 0 ]
	check none_mixed none_mixed
}

get() { ns client curl -s -o /dev/null "http://$SERVER4/$1"; }
logged() { wait_for 20 grep -q "\"url.path\":\"/$1\"" "$CAPTURE.out"; }
not_logged() { ! grep "\"url.path\":\"/$1\"" "$CAPTURE.out"; }

# As many heads are put out as the limit allows in a second; a second may end in between.
limited() {
	get 'limited[1-20]'
	get 'limited[21-40]'
	configure 'interfaces: [veth0]'
	get after_limit
	logged after_limit && [ "$(grep -c 'url.path":"/limited' "$CAPTURE.out")" -lt 40 ]
}

one_by_one() {
	printf '%s\n' 'interfaces: [veth0]' 'line-buffered: yes' 'format: json' 'verbose: true' >"$CONFIG"
	capture_start server --config "$CONFIG"
	get first
	check file_alone_will_do logged first
	configure 'interfaces: [veth0]' 'ports: [81, 8000-8080]'
	get not_this
	configure 'interfaces: [veth0]' 'ports: 80'
	get this
	check ports_changed logged this
	check ports_kept_away not_logged not_this
	configure 'interfaces: [veth0]' 'limit: 2'
	check limit_changed limited
	check not_while_running refuse 'option --connections: it cannot be changed' 'interfaces: [veth0]' 'connections: 1024'
	check unknown_key refuse "configuration $CONFIG:2:1: unknown key: elemnts" 'interfaces: [veth0]' 'elemnts: [a]'
	check bad_value refuse "option ports \($CONFIG:2:8\): '0' in '0' is not valid" 'interfaces: [veth0]' 'ports: 0'
	check too_many refuse 'at most 16 can be chosen' 'interfaces: [veth0]' "elements: [$(seq -s, -f x-%g 20)]"
	rm "$CONFIG"
	kill -HUP "$CAPTURE_PID"
	check no_file wait_for 20 grep -q "cannot read the configuration $CONFIG" "$CAPTURE.err"
	get last
	check goes_on logged last
	capture_stop
	check ends_well [ "$CAPTURE_STATUS" -eq 0 ]
	check limited_counted grep -qE '[1-9][0-9]* heads_limited' "$CAPTURE.err"
}

net_pair
nginx_start server
under_load
one_by_one
