#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Interfaces that go down, are renamed, deleted, made again and moved to another namespace while a capture runs; those that
# appear under `any`. What passes on veth0 meanwhile is logged without a gap.
. "$(dirname "$0")/../lib.sh"

LAN_CLIENT=10.9.1.1 LAN_SERVER=10.9.1.2

# lan_add: a second pair, lan0 in both namespaces, up.
lan_add() {
	ip link add lan0 netns "$(netns_name client)" type veth peer name lan0 netns "$(netns_name server)" ||
		die "cannot make a veth pair"
	ip -n "$(netns_name client)" link set lan0 up
	ip -n "$(netns_name client)" address add $LAN_CLIENT/24 dev lan0
	lan_up server lan0
}

# lan_up NAMESPACE INTERFACE
lan_up() {
	ip -n "$(netns_name "$1")" link set "$2" up
	ip -n "$(netns_name "$1")" address replace $LAN_SERVER/24 dev "$2"
}

lan_delete() { ip -n "$(netns_name client)" link delete lan0; }

# get ADDRESS PATH
get() { ns client curl -s -m 20 -o /dev/null "http://$1/$2"; }

# logged PATH INTERFACE: its request was, as received on that interface.
logged() {
	wait_for 20 grep -q "\"network.interface.name\":\"$2\".*\"url.path\":\"/$1\"" "$CAPTURE.out" ||
		{ cat "$CAPTURE.err"; echo "no request /$1 on $2"; return 1; }
}

# passes PATH INTERFACE ADDRESS: a request is answered and logged; so is one on veth0.
passes() { get "$3" "$1" && logged "$1" "$2" && get $SERVER4 "$1-veth0" && logged "$1-veth0" veth0; }

# said TEXT [TIMES]: hdrtap said it so often.
said() {
	local times=${2:-1}
	wait_for 20 eval "[ \"\$(grep -cF '$1' '$CAPTURE.err')\" -eq $times ]" || { cat "$CAPTURE.err"; return 1; }
}

down_and_up() {
	ip -n "$(netns_name server)" link set lan0 down
	said 'lan0 is down' && get $SERVER4 while_down && logged while_down veth0 || return
	lan_up server lan0
	said 'lan0 is up' && passes up_again lan0 $LAN_SERVER
}

# Renaming takes an interface that is down.
renamed() {
	ip -n "$(netns_name server)" link set lan0 down
	ip -n "$(netns_name server)" link set lan0 name lan7
	said 'lan0 was renamed to lan7' || return
	lan_up server lan7
	passes renamed lan7 $LAN_SERVER || return
	ip -n "$(netns_name server)" link set lan7 down
	ip -n "$(netns_name server)" link set lan7 name lan0
	said 'lan7 was renamed to lan0' || return
	lan_up server lan0
	passes renamed_back lan0 $LAN_SERVER
}

deleted_and_made_again() {
	lan_delete
	said 'lan0 is gone' && get $SERVER4 while_deleted && logged while_deleted veth0 || return
	lan_add
	said 'listening on lan0' && passes made_again lan0 $LAN_SERVER
}

# Nothing of what passes elsewhere is looked at.
moved_and_back() {
	ip -n "$(netns_name server)" link set lan0 netns "$(netns_name other)"
	said 'lan0 is gone' 2 || return
	lan_up other lan0
	get $LAN_SERVER elsewhere || { echo "no answer in the other namespace"; return 1; }
	ip -n "$(netns_name other)" link set lan0 netns "$(netns_name server)"
	said 'listening on lan0' 2 || return
	lan_up server lan0
	passes moved_back lan0 $LAN_SERVER || return
	! grep elsewhere "$CAPTURE.out"
}

all_gone() {
	lan_delete
	ip -n "$(netns_name server)" link delete veth0
	said 'no interface is left' || return
	lan_add
	said 'listening on lan0' 3 && get $LAN_SERVER after_all && logged after_all lan0
}

ended_well() {
	[ "$CAPTURE_STATUS" -eq 0 ] && grep -q 'heads started = ' "$CAPTURE.err" && ! grep 'IS NOT' "$CAPTURE.err"
}

appears() {
	lan_add
	said 'listening on lan0' && passes appeared lan0 $LAN_SERVER
}

vanishes() {
	lan_delete
	said 'lan0 is gone' && get $SERVER4 vanished && logged vanished veth0
}

net_pair
netns_add other
lan_add
nginx_start server
background other "$TEST_TMP/other.log" python3 -m http.server 80
on_exit stop "$BACKGROUND"
wait_for 20 port_open other 80 || die "no server in the other namespace"

capture_start server -i veth0 -i lan0 -v -l -f json -Q in
check passes_before passes before lan0 $LAN_SERVER
check down_and_up down_and_up
check renamed renamed
check deleted_and_made_again deleted_and_made_again
check moved_and_back moved_and_back
check all_gone all_gone
capture_stop
check named_ends_well ended_well

lan_delete
ip link add veth0 netns "$(netns_name client)" type veth peer name veth0 netns "$(netns_name server)"
for name in client server; do ip -n "$(netns_name $name)" link set veth0 up; done
address_add client veth0 $CLIENT4 $CLIENT6
address_add server veth0 $SERVER4 $SERVER6
capture_start server -i any -v -l -f json -Q in
check any_appears appears
check any_vanishes vanishes
capture_stop
check any_ends_well ended_well
