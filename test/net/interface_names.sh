#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# An interface is taken by all names that the kernel knows it by: alternative names, which may be long, and old labels of addresses;
# by its true name in what is said and logged, once, and again when another interface comes by that name.
. "$(dirname "$0")/../lib.sh"

UPLINK=uplink-of-the-third-rack-in-the-left-row
LAN_CLIENT=10.9.1.1 LAN_SERVER=10.9.1.2

# lan_add INTERFACE: a second pair; the server's end is also called $UPLINK.
lan_add() {
	ip link add "$1" netns "$(netns_name client)" type veth peer name "$1" netns "$(netns_name server)" ||
		die "cannot make a veth pair"
	ip -n "$(netns_name client)" link set "$1" up
	ip -n "$(netns_name client)" address add $LAN_CLIENT/24 dev "$1"
	ip -n "$(netns_name server)" link property add dev "$1" altname $UPLINK || die "no alternative names here"
	ip -n "$(netns_name server)" link set "$1" up
	ip -n "$(netns_name server)" address add $LAN_SERVER/24 dev "$1"
}

# get ADDRESS PATH INTERFACE: a request is answered, and logged as one of that interface.
get() {
	ns client curl -s -m 20 -o /dev/null "http://$1/$2" &&
		wait_for 20 grep -q "\"network.interface.name\":\"$3\".*\"url.path\":\"/$2\"" "$CAPTURE.out"
}

# said TEXT [TIMES]: hdrtap said it so often.
said() {
	local times=${2:-1}
	wait_for 20 eval "[ \"\$(grep -cF '$1' '$CAPTURE.err')\" -eq $times ]" || { cat "$CAPTURE.err"; return 1; }
}

made_again() {
	ip -n "$(netns_name client)" link delete lan0
	said 'lan0 is gone' || return
	lan_add lan7
	said 'listening on lan7' && get $LAN_SERVER again lan7
}

net_pair
lan_add lan0
nginx_start server
ip -n "$(netns_name server)" address add 10.9.0.3/24 dev veth0 label veth0:1

capture_start server -i $UPLINK -i veth0:1 -i veth0 -i lan0 -l -f json -Q in
check says_true_name said "$UPLINK is another name of lan0"
check label_means_interface said 'veth0:1 is another name of veth0'
check each_once [ "$(grep -o '(' <(grep 'listening on' "$CAPTURE.err") | wc -l)" -eq 2 ]
check one_program [ "$(attached)" -eq 1 ]
check logged get $LAN_SERVER first lan0
check label_logged get 10.9.0.3 label veth0
check made_again made_again
capture_stop
check ends_well [ "$CAPTURE_STATUS" -eq 0 ]
check no_error [ "$(grep -c 'cannot' "$CAPTURE.err")" -eq 0 ]

check can_be_checked ns server "$HDRTAP" --check $UPLINK
check can_be_detached ns server "$HDRTAP" --detach $UPLINK
