#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Heads inside tunnels, captured on the line that carries the tunnel: VXLAN between real interfaces, the other kinds between
# programs of this test (tunnel_end.py), since few kernels have interfaces for them.
. "$(dirname "$0")/heads.sh"

INNER4=10.10.0 INNER6=fd10:

tunnel_there() { ns client ip link show tunnel0 && ns server ip link show tunnel0; }

# tunnel_up: gives the interfaces tunnel0 of client and server their addresses.
tunnel_up() {
	local name number=1
	for name in client server; do
		address_add $name tunnel0 $INNER4.$number $INNER6:$number
		ip -n "$(netns_name $name)" link set tunnel0 up
		number=$((number + 1))
	done
}

# vxlan_start ID PORT CLIENT SERVER
vxlan_start() {
	ip -n "$(netns_name client)" link add tunnel0 type vxlan id "$1" dstport "$2" local "$3" remote "$4" dev veth0 &&
		ip -n "$(netns_name server)" link add tunnel0 type vxlan id "$1" dstport "$2" local "$4" remote "$3" dev veth0 ||
		die "cannot make VXLAN interfaces"
	tunnel_up
}

vxlan_stop() {
	local name
	for name in client server; do
		ip -n "$(netns_name $name)" link delete tunnel0
	done
}

# ends_start KIND CLIENT SERVER
ends_start() {
	background client "$TEST_TMP/client.end" /usr/bin/python3 "$HDRTAP_ROOT/test/net/tunnel_end.py" "$1" "$2" "$3"
	ENDS=$BACKGROUND
	on_exit stop "$BACKGROUND"
	background server "$TEST_TMP/server.end" /usr/bin/python3 "$HDRTAP_ROOT/test/net/tunnel_end.py" "$1" "$3" "$2"
	ENDS="$ENDS $BACKGROUND"
	on_exit stop "$BACKGROUND"
	wait_for 20 tunnel_there || { cat "$TEST_TMP"/*.end && die "no tunnel of kind $1"; }
	tunnel_up
}

ends_stop() {
	local pid
	for pid in $ENDS; do
		stop "$pid" || true # by the signal
	done
}

# both NAME KEY=JSON...: requests over IPv4 and over IPv6 in the tunnel.
both() {
	local name=$1
	shift
	heads_logged "$name" veth0 "http://$INNER4.2,http://[$INNER6:2]" -- "$@"
}

# only_the_line NAME OPTION...: with these options nothing in the tunnel is seen, but what is sent on the line itself, to
# port 81, is.
only_the_line() {
	local name=$1
	shift
	capture_start server -i veth0 -v -q -w "$TEST_TMP/$name.log" "$@"
	heads_send "$name.tunnel" "http://$INNER4.2" || die "curl failed"
	heads_send "$name" "http://$SERVER4:81" || die "curl failed"
	capture_stop
	check "$name" heads_compare "$name" "$TEST_TMP/$name.log" hdrtap.tunnel=null
}

net_pair
nginx_start server 80
haproxy_start server 81 80
vxlan_start 42 4789 $CLIENT4 $SERVER4
both vxlan 'hdrtap.tunnel="vxlan"' hdrtap.tunnel_id=42
HEADS_OPTIONS=(--ports 79-80)
both ports_inside 'hdrtap.tunnel="vxlan"' hdrtap.tunnel_id=42
only_the_line ports_of_the_tunnel --ports 4789,81
only_the_line other_tunnels --tunnels gre,ipip,6in4,geneve
only_the_line no_tunnels --tunnels none
HEADS_OPTIONS=()
vxlan_stop
vxlan_start 43 4789 $CLIENT6 $SERVER6
both vxlan_over_ipv6 'hdrtap.tunnel="vxlan"' hdrtap.tunnel_id=43
vxlan_stop
vxlan_start 44 8472 $CLIENT4 $SERVER4
HEADS_OPTIONS=(--vxlan-port 8472)
both vxlan_port 'hdrtap.tunnel="vxlan"' hdrtap.tunnel_id=44
vxlan_stop
HEADS_OPTIONS=()
ends_start gre $CLIENT4 $SERVER4
both gre 'hdrtap.tunnel="gre"' hdrtap.tunnel_id=null
ends_stop
ends_start gre-fields $CLIENT6 $SERVER6
both gre_fields 'hdrtap.tunnel="gre"' hdrtap.tunnel_id=$((0xfedcba98))
ends_stop
HEADS_OPTIONS=(--tunnels ipip,6in4,geneve)
ends_start ip $CLIENT4 $SERVER4
heads_logged ipip veth0 "http://$INNER4.2" -- 'hdrtap.tunnel="ipip"'
heads_logged 6in4 veth0 "http://[$INNER6:2]" -- 'hdrtap.tunnel="6in4"'
ends_stop
ends_start geneve $CLIENT4 $SERVER4
both geneve 'hdrtap.tunnel="geneve"' hdrtap.tunnel_id=121
ends_stop
