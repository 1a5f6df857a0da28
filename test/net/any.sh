#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# `any` begins and goes on whatever single interfaces do: those that vanish while it attaches, one that refuses the programs, none at
# all.
. "$(dirname "$0")/../lib.sh"

# churn: makes and deletes interfaces in the namespace `server`, without end.
churn() {
	local i
	for i in {1..40}; do
		echo "link add churn$i up type veth peer name away$i"
		echo "link set away$i up"
		[ "$i" -le 3 ] || echo "link delete churn$((i - 3))"
	done >"$TEST_TMP/churn"
	for i in 38 39 40; do echo "link delete churn$i"; done >>"$TEST_TMP/churn"
	while :; do
		ip -n "$(netns_name server)" -force -batch "$TEST_TMP/churn" >/dev/null 2>&1
	done
}

# get PATH: a request is answered and logged.
get() {
	ns client curl -s -m 20 -o /dev/null "http://$SERVER4/$1" &&
		wait_for 20 grep -q "\"network.interface.name\":\"veth0\".*\"url.path\":\"/$1\"" "$CAPTURE.out"
}

said() { wait_for 20 grep -q "$1" "$CAPTURE.err"; }

starts() {
	local i
	for i in {1..4}; do
		capture_start server -i any -l -f json
		get "start$i" || return
		capture_stop
		[ "$CAPTURE_STATUS" -eq 0 ] || return
		! grep -E 'cannot|failed' "$CAPTURE.err" || return
	done
}

# Another program's XDP program is not shared with.
goes_on_beside_one_that_refuses() {
	local id
	ip -n "$(netns_name server)" link add other type veth peer name other1
	ip -n "$(netns_name server)" link set dev other xdpdrv obj "$HDRTAP_BUILD/test/net/pass.bpf.o" sec xdp ||
		die "cannot attach another program"
	ip -n "$(netns_name server)" link set other up
	HDRTAP_HOOK=xdp capture_start server -i any -l -f json
	said 'cannot attach XDP to other: another XDP program' && get beside || return
	ip -n "$(netns_name server)" link set dev other xdpdrv off
	ip -n "$(netns_name server)" link set other down
	ip -n "$(netns_name server)" link set other up
	said 'listening on other ' || return
	capture_stop
	[ "$CAPTURE_STATUS" -eq 0 ]
}

# In a namespace where nothing is up.
waits_for_the_first() {
	local pid status=0
	ip -n "$(netns_name empty)" link set lo down
	(exec ip netns exec "$(netns_name empty)" env --default-signal=INT "$HDRTAP" -i any >"$TEST_TMP/empty.out" \
		2>"$TEST_TMP/empty.err" </dev/null) &
	pid=$!
	on_exit stop $pid KILL
	wait_for 20 grep -q 'no interface is up; waiting for one' "$TEST_TMP/empty.err" || return
	ip -n "$(netns_name empty)" link set lo up
	wait_for 20 grep -q 'listening on lo ' "$TEST_TMP/empty.err" || return
	stop $pid INT || status=$?
	cat "$TEST_TMP/empty.err"
	[ $status -eq 0 ]
}

net_pair
netns_add empty
nginx_start server
churn &
churn=$!
on_exit stop $churn
check starts starts
stop $churn KILL
check goes_on_beside_one_that_refuses goes_on_beside_one_that_refuses
check waits_for_the_first waits_for_the_first
