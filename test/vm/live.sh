#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Inside test/vm/run's machine: what each compiler's programs log by clsact, and in a chain of XDP programs with one of
# somebody else and another capture.
. "$(dirname "$0")/../lib.sh"

REQUESTS=6
DISPATCHER=/usr/lib/x86_64-linux-gnu/bpf/xdp-dispatcher.o

# One head is longer than the parser's window, and what is asked for stands behind the long line.
ask() {
	local i
	for i in 1 2 3; do
		curl -s -o /dev/null "http://$SERVER4/index.html?$i"
	done
	curl -s -o /dev/null -H 'Cookie: secret' "http://$SERVER4/big"
	curl -s -o /dev/null "http://$SERVER4/missing"
	curl -s -o /dev/null -H "X-Long: $(head -c 1300 /dev/zero | tr '\0' a)" -H 'X-Request-Id: behind' \
		"http://$SERVER4/index.html"
}

# start NAME OPTION...: a capture into the log $TEST_TMP/NAME; returns when it listens. Its process id is in $capture. It
# runs outside of namespaces: inside there is no bpffs for libxdp's chains.
start() {
	local name=$1
	shift
	$hdrtap -i veth0 -v -w "$TEST_TMP/$name" "$@" 2>"$TEST_TMP/$name.err" &
	capture=$!
	wait_for 60 listening "$name" && return
	cat "$TEST_TMP/$name.err"
	return 1
}
listening() { grep -q 'listening on veth0' "$TEST_TMP/$1.err" || ! kill -0 $capture; }

# ends_well PROCESS
ends_well() {
	kill -TERM "$1"
	wait "$1"
	check "$2" [ $? -eq 0 ]
}

# json NAME: what the capture logged.
json() { $hdrtap -q -r "$TEST_TMP/$1" -f json >"$TEST_TMP/$1.json"; }

filters() { tc filter show dev veth0 ingress | grep -q hdrtap; }
no_qdisc() { ! tc qdisc show dev veth0 | grep -q clsact; }
kinds() { [ "$(grep -c "\"hdrtap.kind\":\"$1\"" "$TEST_TMP/$2.json")" -eq $REQUESTS ]; }
has() { grep -q "$1" "$TEST_TMP/$2.json"; }

# try CLANG: the hdrtap whose programs it made.
try() {
	hdrtap=$HDRTAP_BUILDS/$1/bin/hdrtap
	start "$1" -e cookie --tunnels vxlan,gre,erspan,ipip,6in4,geneve,gtp
	check "${1}_by_clsact" filters
	ask
	ends_well $capture "${1}_ends_well"
	cat "$TEST_TMP/$1.err"
	json "$1"
	check "${1}_requests" kinds request "$1"
	check "${1}_responses" kinds response "$1"
	check "${1}_long_head" has '"http.request.header.x-request-id":\["behind"\]' "$1"
	check "${1}_cookie_length" has '"hdrtap.request.header.cookie.length":\[6\]' "$1"
	check "${1}_accounts" grep -q "heads started = $((2 * REQUESTS))" "$TEST_TMP/$1.err"
	check "${1}_removed" no_qdisc
}

# chain PATTERN: a program of that name is in the interface's chain.
chain() { xdp-loader status veth0 | grep -q "=> .* $1 "; }
no_chain() { ! chain "$1"; }
in_chain() { ! grep -q dispatcher "$TEST_TMP/$1.err"; }

# logged CLANG NAME: what both directions carried, in the order of the exchanges, at both hooks.
logged() {
	json "$2"
	check "${1}_$2_requests" kinds request "$2"
	check "${1}_$2_responses" kinds response "$2"
	check "${1}_$2_hooks" \
		[ "$(grep '"hdrtap.kind":"response"' "$TEST_TMP/$2.json" | grep -c '"hdrtap.hook":"xdp"')" -eq $REQUESTS ]
	check "${1}_$2_paired" [ "$(grep -c '"hdrtap.latency_ns"' "$TEST_TMP/$2.json")" -eq $REQUESTS ]
}

# try_chain CLANG: reception by XDP, in one chain with a program of somebody else and another capture.
try_chain() {
	rm -rf "$TEST_TMP"/{first,second,killed}*
	check "${1}_chain_foreign_loads" xdp-loader load -m native -n xdp_pass veth0 "$DISPATCHER"
	start killed --hook xdp
	check "${1}_chain_native" grep -q 'xdp receive native, tc transmit' "$TEST_TMP/killed.err"
	check "${1}_chain_is_used" in_chain killed
	stop $capture KILL
	check "${1}_chain_left_behind" chain hdrtap_xdp_eth
	start first --hook xdp
	first=$capture
	start second --hook xdp
	check "${1}_chain_of_three" [ "$(xdp-loader status veth0 | grep -c '=> ')" -eq 3 ]
	ask
	ends_well $capture "${1}_chain_second_ends_well"
	check "${1}_chain_first_stays" chain hdrtap_xdp_eth
	ends_well $first "${1}_chain_first_ends_well"
	cat "$TEST_TMP/first.err"
	logged "$1" first
	logged "$1" second
	check "${1}_chain_ours_removed" no_chain hdrtap_xdp_eth
	check "${1}_chain_foreign_stays" chain xdp_pass
	check "${1}_chain_removed" xdp-loader unload veth0 --all
	tc qdisc delete dev veth0 clsact # of the killed capture: nobody can know that it is not needed
}

# counters: what the filter's program has counted.
counters() {
	local program map
	program=$(tc filter show dev veth0 ingress | sed -n 's/.* id \([0-9]*\).*/\1/p' | head -n 1)
	for map in $(bpftool -j prog show id "$program" | jq '.map_ids[]'); do
		[ "$(bpftool -j map show id "$map" | jq -r .name)" != counters ] || bpftool -j map dump id "$map"
	done
}

# counts: the program counts packets.
counts() {
	local before
	before=$(counters)
	ask
	[ -n "$before" ] && [ "$(counters)" != "$before" ]
}
quiet() { [ -n "$(counters)" ] && ! counts; }

# try_killed: filters outlive the guard, and soon look at nothing; they are taken away when asked for.
try_killed() {
	hdrtap=$HDRTAP_BUILDS/clang-14/bin/hdrtap
	start killed
	check running_counts counts
	kill -KILL $capture
	wait $capture
	check killed_leaves_filters filters
	check killed_gets_quiet wait_for 60 quiet
	check killed_detach grep -q '^any: removed 2 programs of killed captures; 0 programs of' <($hdrtap --detach any)
	check killed_left_nothing_behind not filters
	tc qdisc delete dev veth0 clsact
}
not() { ! "$@"; }

# try_restricted: Debian's kernel lets only CAP_SYS_ADMIN open perf events.
try_restricted() {
	local caps=-all,+bpf,+net_admin,+perfmon

	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$caps --ambient-caps=$caps --bounding-set=$caps \
		"$HDRTAP_BUILDS/clang-14/bin/hdrtap" -i veth0 2>"$TEST_TMP/restricted.err"
	cat "$TEST_TMP/restricted.err"
	check perf_restricted_is_said grep -q 'kernel.perf_event_paranoid=2' "$TEST_TMP/restricted.err"
}

netns_add server
net_machine
on_exit ip link delete veth0
mkdir "$TEST_TMP/www"
head -c 100000 /dev/zero >"$TEST_TMP/www/big"
echo hello >"$TEST_TMP/www/index.html"
server_start server 80 "$TEST_TMP/httpd.log" busybox httpd -f -p 80 -h "$TEST_TMP/www"
for clang in $HDRTAP_CLANGS; do
	try "$clang"
	[[ " $HDRTAP_CHAINS " != *" $clang "* ]] || try_chain "$clang"
done
try_killed
try_restricted
