#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Programs that others take away: said once, counted, attached anew, every time. So are those of an interface whose index another one
# has got while no events were seen.
. "$(dirname "$0")/../lib.sh"

STAT=$HDRTAP_BUILD/bin/hdrtap-stat

# links: the numbers of the guard's BPF links.
links() { awk '/^link_id:/ { print $2 }' "/proc/$CAPTURE_PID/fdinfo/"* 2>/dev/null; }

take_away() {
	local id
	links >"$TEST_TMP/links"
	[ -s "$TEST_TMP/links" ] || return
	while read -r id; do
		bpftool link detach id "$id" || return
	done <"$TEST_TMP/links"
}

# get ADDRESS PATH [INTERFACE]: a request and its response are logged, as of that interface.
get() {
	ns client curl -s -m 20 -o /dev/null "http://$1/$2" &&
		wait_for 20 grep -q "\"network.interface.name\":\"${3:-veth0}\".*\"url.path\":\"/$2\"" "$CAPTURE.out"
}

# said TEXT [TIMES]
said() {
	local times=${2:-1}
	wait_for 20 eval "[ \"\$(grep -cF \"$1\" '$CAPTURE.err')\" -eq $times ]" || { cat "$CAPTURE.err"; return 1; }
}

both_attached() { [ "$(attached)" -eq 2 ]; }
counted() {
	jq -e ".captures[] | select(.guard_pid == $CAPTURE_PID) | .user.programs_taken_away == $1" < <("$STAT" -f json)
}

attached_again() {
	take_away || return
	said "veth0: another program took hdrtap's program away; attached again" || return
	wait_for 20 both_attached && get $SERVER4 "$1"
}

# At once, and as often as it happens.
and_again() {
	take_away && wait_for 20 both_attached && get $SERVER4 third || return
	said "veth0: another program took hdrtap's program away; attached again"
}

metrics() { grep -x 'hdrtap_programs_taken_away_total{interfaces="veth0"[^}]*} 4' < <("$STAT" -f prometheus); }

# lost_events: so many that the socket of the guard, which does not read, has no room for the next.
lost_events() {
	local i
	for i in {1..150}; do
		echo "link set storm up"
		echo "link set storm down"
	done >"$TEST_TMP/storm"
	ip -n "$(netns_name server)" -batch "$TEST_TMP/storm" || return
	ns server awk '$4 == "00000001" && $9 > 0 { found = 1 } END { exit !found }' /proc/net/netlink
}

index_used_again() {
	local index
	index=$(ns server cat /sys/class/net/lan0/ifindex)
	kill -STOP "$CAPTURE_PID"
	lost_events || { kill -CONT "$CAPTURE_PID"; echo "no event was lost"; return 1; }
	ip -n "$(netns_name server)" link delete lan0
	ip -n "$(netns_name server)" link add lan1 index "$index" type veth peer name lan1 netns "$(netns_name client)"
	ip -n "$(netns_name server)" link set lan1 up
	kill -CONT "$CAPTURE_PID"
	ip -n "$(netns_name client)" link set lan1 up
	ip -n "$(netns_name server)" address add 10.9.1.2/24 dev lan1
	ip -n "$(netns_name client)" address add 10.9.1.1/24 dev lan1
	said 'listening on lan1 ' && said 'lan0 is gone' && get 10.9.1.2 elsewhere lan1
}

net_pair
nginx_start server
capture_start server -i veth0 -l -f json -v
check before get $SERVER4 first
check attached_again attached_again second
check counted wait_for 10 counted 2
check and_again and_again
check counted_again wait_for 10 counted 4
check metrics metrics
capture_stop
check ends_well [ "$CAPTURE_STATUS" -eq 0 ]
check in_the_accounts grep -q '^4 times a program of hdrtap was taken away by another program$' "$CAPTURE.err"

ip -n "$(netns_name server)" link add storm type veth peer name storm1
ip -n "$(netns_name server)" link add lan0 up type veth peer name lan0 netns "$(netns_name client)"
capture_start server -i any -l -f json -Q in
check index_used_again index_used_again
capture_stop
check any_ends_well [ "$CAPTURE_STATUS" -eq 0 ]
