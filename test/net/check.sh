#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --check and -D: what is attached, in which order, what stands in the way and what to do about it.
. "$(dirname "$0")/../lib.sh"

# report OPTION...: of veth0 in the server's namespace, into $TEST_TMP/report; the exit status.
report() { ns server "$HDRTAP" --check veth0 "$@" >"$TEST_TMP/report" 2>&1; }

# line LEVEL TOPIC PATTERN: the report has such a line.
line() { grep -qE "^$1 +$2 +.*$3" "$TEST_TMP/report" || { cat "$TEST_TMP/report"; return 1; }; }
no_line() { ! grep -E "^$1 +$2" "$TEST_TMP/report"; }

unprivileged() {
	ns server setpriv --reuid=65534 --clear-groups "$HDRTAP" --check veth0 >"$TEST_TMP/report" 2>&1
	[ $? -eq 1 ]
}

no_such() { [ "$("$HDRTAP" --check nothing0 2>&1)" = "hdrtap: cannot capture on nothing0: no such interface; list interfaces with -D" ]; }

# Ours, beside filters of somebody else.
beside_others() {
	ns server tc qdisc add dev veth0 clsact
	ns server tc filter add dev veth0 ingress prio 9 protocol ip u32 match ip protocol 250 0xff flowid 1:1
	capture_start server -i veth0
	check reports_ours report
	check ours line ok received '1\. (TCX|bpf filter, priority 1): hdrtap_receive_.* \(id [1-9][0-9]*\)'
	check theirs line ok received '2\. u32 filter, priority 9$'
	check ours_sent line ok sent '1\. (TCX|bpf filter, priority 1): hdrtap_transmit'
	check order_first line ok received 'hdrtap would be the first of the'
	report --order last
	check order_last_verdicts line note received '(TCX_NEXT \(-1\), such as 0; filters run after it|last of the filters)'
	check order_last line note received 'hdrtap would be the last of the .*: it would not see what others drop'
	check listed bash -c "ip netns exec $(netns_name server) $HDRTAP -D | grep -qE '^veth0 +up +Ethernet, 3 attached$'"
	capture_stop
	ns server tc qdisc delete dev veth0 clsact
}

# An XDP program that shares with none.
xdp_in_the_way() {
	ns server ip link set veth0 xdp object "$HDRTAP_BUILD/test/net/pass.bpf.o" section xdp ||
		die "cannot attach another program"
	report
	check xdp_before line note received 'XDP programs run before: '
	check xdp_named line ok received '1\. XDP: pass \(id'
	check no_harm_for_tc no_line STOP received
	check stops_xdp bash -c "! ip netns exec $(netns_name server) $HDRTAP --check veth0 --hook xdp >$TEST_TMP/report"
	check stops_xdp_why line STOP received 'so no other can be added; remove it, or use --hook tc'
	ns server ip link set veth0 xdp off
}

# refused NAME PATTERN COMMAND...: --check of lo run by the command blames this, and not the kernel; a capture says the same.
refused() {
	local name=$1 pattern=$2
	shift 2
	"$@" "$HDRTAP" --check lo >"$TEST_TMP/report" 2>&1 && fail "$name" "it is nothing that stops"
	check "$name" line STOP "$WHERE" "$pattern"
	check "${name}_kernel_not_blamed" bash -c "! grep -E '^(STOP|note) +(kernel|TCX) .*(support|no )' $TEST_TMP/report"
	"$@" "$HDRTAP" -i lo >"$TEST_TMP/said" 2>&1
	check "${name}_said" grep -E "^hdrtap: .*$pattern" "$TEST_TMP/said"
}

# Who refuses although all capabilities are there.
refusals() {
	local without=$HDRTAP_BUILD/test/net/bin/without_call EPERM=1 ENOSYS=38
	WHERE=permission
	refused seccomp 'a seccomp filter, .*allow bpf and perf_event_open there' "$without" bpf $EPERM
	refused seccomp_nosys 'a seccomp filter, .*allow bpf and perf_event_open there' "$without" bpf $ENOSYS
	refused user_namespace 'this is a user namespace' unshare -Urn
	WHERE=perf
	refused seccomp_perf 'a seccomp filter, .*allow bpf and perf_event_open there' "$without" perf_event_open $EPERM
}

net_pair
check nothing_in_the_way report
check may line ok capabilities 'all that a capture requires'
check kernel line ok kernel 'Linux .* has all the helpers that the programs call'
check link line ok link 'Ethernet, up'
check mtu line ok MTU 1500
check nothing_attached line ok received 'nothing else is attached'
ip -n "$(netns_name server)" link set veth0 mtu 9000
report --hook xdp
check jumbo line note MTU '9000: native XDP requires a driver'
ip -n "$(netns_name server)" link set veth0 mtu 1500 down
check down_is_no_stop report
check down line note link 'down: no traffic until it is up'
ip -n "$(netns_name server)" link set veth0 up
beside_others
xdp_in_the_way
refusals
check unprivileged unprivileged
check unprivileged_why line STOP capabilities 'CAP_BPF and CAP_NET_ADMIN and CAP_PERFMON missing; run hdrtap as root'
check no_such_interface no_such
