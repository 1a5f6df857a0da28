#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Reception by XDP: which mode is taken, which programs are attached, what is refused, and that nothing is left.
. "$(dirname "$0")/heads.sh"

# attached KIND: of the XDP program of veth0, as `ip link` says: xdp (native) or xdpgeneric.
attached() { ns server ip link show veth0 | grep -qE "(mtu [0-9]+ | )$1[ /]"; }

nothing_attached() { ! ns server bpftool net show dev veth0 | grep -E 'id [0-9]'; }

said() { grep -q -- "$1" "$CAPTURE.err"; }

# records HOOK: how many of the last capture's records are of that hook.
records() { jq -r '."hdrtap.hook"' "$CAPTURE.out" | grep -cx "$1"; }

request() { ns client curl -sf -o /dev/null "http://$SERVER4/[1-$1]" || die "curl failed"; }

# refused NAME PATTERN OPTION...: hdrtap ends with 1 and one line that has the pattern.
refused() {
	local name=$1 pattern=$2 status=0
	shift 2
	ns server "$HDRTAP" "$@" >/dev/null 2>"$TEST_TMP/refused" </dev/null || status=$?
	cat "$TEST_TMP/refused"
	check "${name}_refused" [ "$status" -eq 1 ]
	check "${name}_why" grep -qE -- "$pattern" "$TEST_TMP/refused"
	check "${name}_in_one_line" [ "$(wc -l <"$TEST_TMP/refused")" -eq 1 ]
}

# both_hooks NAME HOOK MODE KIND: requests are received by XDP, responses sent by TC.
both_hooks() {
	capture_start server -i veth0 --hook "$2" -f json -v
	check "$1_says" said "listening on veth0 (xdp receive $3, tc transmit)"
	check "$1_attached" attached "$4"
	request 20
	capture_stop
	check "$1_exit" [ "$CAPTURE_STATUS" -eq 0 ]
	check "$1_requests_by_xdp" [ "$(records xdp)" -eq 20 ]
	check "$1_responses_by_tc" [ "$(records tc)" -eq 20 ]
	check "$1_paired" [ "$(grep -c hdrtap.latency_ns "$CAPTURE.out")" -eq 20 ]
	check "$1_accounts" accounts_closed "$CAPTURE.err" requests=20 responses=20
	check "$1_nothing_left" nothing_attached
}

one_direction() {
	capture_start server -i veth0 --hook xdp -f json -Q in
	check in_says said 'listening on veth0 (xdp receive native)'
	check no_pairs_is_said said 'option -Q: a response goes in the other direction than its request'
	request 5
	capture_stop
	check in_records [ "$(records xdp) $(records tc)" = '5 0' ]
	capture_start server -i veth0 --hook xdp -f json -Q out
	check out_says said 'listening on veth0 (tc transmit)'
	check out_no_xdp [ "$(attached xdp && echo there)" = '' ]
	request 5
	capture_stop
	check out_records [ "$(records xdp) $(records tc)" = '0 5' ]
}

no_native() {
	capture_start server -i lo --hook xdp
	check lo_falls_back said 'lo: no native XDP (.*); using generic XDP'
	check lo_says said 'listening on lo (xdp receive generic)'
	capture_stop
	refused lo_native 'cannot attach XDP to lo: .*; use --hook tc' -i lo --hook xdp-native
}

# A second capture finds room in a chain of programs, or is refused where the kernel has none.
second_capture() {
	local first first_out
	capture_start server -i veth0 --hook xdp -f json -v
	first=$CAPTURE_PID first_out=$CAPTURE.out
	if said 'no libxdp dispatcher'; then
		refused second 'cannot attach XDP to veth0: another XDP program is attached' -i veth0 --hook xdp
	else
		capture_start server -i veth0 --hook xdp -f json -v
		capture_stop
		check second_works [ "$CAPTURE_STATUS" -eq 0 ]
	fi
	capture_start server -i veth0 --hook tc -f json
	request 5
	capture_stop
	check beside_tc [ "$(wc -l <"$CAPTURE.out")" -eq 10 ]
	stop "$first" INT
	check first_unharmed [ "$(grep -c '"hdrtap.hook":"xdp"' "$first_out")" -eq 5 ]
}

foreign_program() {
	ns server ip link set dev veth0 xdpdrv obj "$HDRTAP_BUILD/test/net/pass.bpf.o" sec xdp ||
		die "cannot attach another program"
	refused foreign "cannot attach XDP to veth0: another XDP program is attached .*--hook tc" -i veth0 --hook xdp
	check foreign_stays attached xdp
	ns server ip link set dev veth0 xdpdrv off
	check foreign_alone nothing_attached
}

killed() {
	capture_start server -i veth0 --hook xdp
	capture_stop KILL
	if ! said 'no libxdp dispatcher'; then
		capture_start server -i veth0 --hook xdp
		capture_stop
	fi
	check killed_nothing_left wait_for 10 nothing_attached
}

# Larger than a page: of several buffers.
jumbo() {
	local end
	for end in client server; do
		ip -n "$(netns_name $end)" link set veth0 mtu 9000
	done
	net_offloads off
	HEADS_OPTIONS=(--hook xdp-native)
	heads_logged jumbo veth0 "http://$SERVER4" 6000
	check jumbo_several_buffers [ "$(grep -c '"receive".*"non_linear"' "$TEST_TMP/jumbo.json")" -eq $HEADS ]
}

# To another network namespace and back.
interface_moved() {
	netns_add elsewhere
	capture_start server -i veth0 --hook xdp -v
	ip -n "$(netns_name server)" link set veth0 netns "$(netns_name elsewhere)"
	capture_stop
	check moved_exit [ "$CAPTURE_STATUS" -eq 0 ]
	ip -n "$(netns_name elsewhere)" link set veth0 netns "$(netns_name server)"
	said 'no libxdp dispatcher' || return # a chain stays with the interface until the next start
	check moved_nothing_left nothing_attached
}

interface_deleted() {
	capture_start server -i veth0 --hook xdp
	ip -n "$(netns_name client)" link delete veth0
	capture_stop
	check deleted_exit [ "$CAPTURE_STATUS" -eq 0 ]
}

# places: how many requests were received where.
places() { jq -r 'select(."hdrtap.kind" == "request") | ."network.interface.name" + " " + ."hdrtap.hook"' "$CAPTURE.out" | sort | uniq -c | xargs; }

# The kernel takes no program at the port of a bridge that has one, and the bridge has the lower index.
part_of_another() {
	netns_add bridged
	ip -n "$(netns_name bridged)" link add bridge0 type bridge || die "cannot make a bridge"
	ip link add port0 netns "$(netns_name bridged)" type veth peer name port0 netns "$(netns_name client)" || die "cannot make a veth pair"
	ip -n "$(netns_name bridged)" link set port0 master bridge0 up
	ip -n "$(netns_name bridged)" link set bridge0 up
	ip -n "$(netns_name client)" link set port0 up
	ip -n "$(netns_name bridged)" address add 10.9.7.2/24 dev bridge0
	ip -n "$(netns_name client)" address add 10.9.7.1/24 dev port0
	server_start bridged 80 "$TEST_TMP/bridged.log" python3 -m http.server -d "$TEST_TMP" 80
	capture_start bridged -i any --hook xdp -f json -v
	check part_of_another_is_said said 'port0: it is part of an interface that has an XDP program'
	check part_of_another_by_tc said 'port0 (tc receive and transmit)'
	ns client curl -s -o /dev/null "http://10.9.7.2/[1-5]" || die "curl failed"
	capture_stop
	check part_of_another_exit [ "$CAPTURE_STATUS" -eq 0 ]
	check part_of_another_seen [ "$(places)" = '5 port0 tc' ]
}

net_pair
nginx_start server
both_hooks xdp xdp native xdp
both_hooks native xdp-native native xdp
both_hooks generic xdp-generic generic xdpgeneric
one_direction
no_native
second_capture
foreign_program
killed
jumbo
interface_moved
interface_deleted
part_of_another
