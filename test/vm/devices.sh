#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Inside test/vm/run's machine: what captures see at the interfaces of ip-link(8) that few kernels of build machines have: bond,
# VLAN, netkit, WireGuard, GRE, VRF; and of TLS that the kernel encrypts. Few captures of many interfaces: each start takes a
# while in a machine without hardware support.
. "$(dirname "$0")/../net/heads.sh"

HEADS=60

# client ARGUMENT...; server ARGUMENT...: ip(8) in the namespace.
client() { ip -n "$(netns_name client)" "$@"; }
server() { ip -n "$(netns_name server)" "$@"; }

# both ARGUMENT...: in either namespace.
both() { client "$@" && server "$@" || die "ip $* fails"; }

# address INTERFACE: the server's, of an interface that has a network of its own.
declare -A NETWORKS=([bond0]=10 [bond1]=11 [vlan0]=12 [kit0]=13 [kit1]=14 [wg0]=15 [tunnel0]=16 [tap0]=17 [nbma0]=18)
address() { echo "10.20.${NETWORKS[$1]}.2"; }

# up INTERFACE...: with its addresses, at both ends.
up() {
	local interface
	for interface in "$@"; do
		client address add "10.20.${NETWORKS[$interface]}.1/24" dev "$interface"
		server address add "10.20.${NETWORKS[$interface]}.2/24" dev "$interface"
		both link set "$interface" up
	done
}

# bond_make BOND MODE LINE...: of veth pairs, whose indexes are higher than the bond's.
bond_make() {
	local bond=$1 line
	both link add "$1" type bond mode "$2" miimon 100
	shift 2
	for line in "$@"; do
		ip link add "$line" netns "$(netns_name client)" type veth peer name "$line" netns "$(netns_name server)" ||
			die "cannot make a veth pair"
		both link set "$line" master "$bond"
	done
}

netkit_make() {
	ns server python3 "$HDRTAP_ROOT/test/vm/netkit.py" "$1" "$1" "$(netns_name client)" "$2" || die "cannot make a netkit pair"
}

# wireguard_end NAMESPACE OTHER OTHER_ADDRESS
wireguard_end() {
	ns "$1" wg set wg0 listen-port 51820 private-key "$TEST_TMP/$1.key" peer "$(wg pubkey <"$TEST_TMP/$2.key")" \
		allowed-ips 0.0.0.0/0 endpoint "$3:51820" || die "cannot set up WireGuard"
}

wireguard_make() {
	(umask 077 && wg genkey >"$TEST_TMP/client.key" && wg genkey >"$TEST_TMP/server.key")
	both link add wg0 type wireguard
	wireguard_end client server $SERVER4
	wireguard_end server client $CLIENT4
}

# gre_make NAME TYPE KEY: between two addresses; nbma_make: to any.
gre_make() {
	client link add "$1" type "$2" local $CLIENT4 remote $SERVER4 key "$3" &&
		server link add "$1" type "$2" local $SERVER4 remote $CLIENT4 key "$3" || die "cannot make a $2 interface"
}
nbma_make() {
	client link add "$1" type gre local $CLIENT4 key "$2" && server link add "$1" type gre local $SERVER4 key "$2" ||
		die "cannot make a multipoint GRE interface"
	up "$1"
	client neighbor add "$(address "$1")" lladdr $SERVER4 dev "$1"
	server neighbor add "10.20.${NETWORKS[$1]}.1" lladdr $CLIENT4 dev "$1"
}

# tls_make: a server on port 443 for which the kernel encrypts.
tls_make() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -keyout "$TEST_TMP/tls.key" -out "$TEST_TMP/tls.crt" 2>/dev/null ||
		die "cannot make a certificate"
	server_start server 443 "$TEST_TMP/tls.log" python3 "$HDRTAP_ROOT/test/vm/tls_server.py" 443 "$TEST_TMP/tls.key" "$TEST_TMP/tls.crt"
}
tls_ask() { ns client curl -sfk -o /dev/null "https://$SERVER4/"; }
tls_in_kernel() { ns server grep -E '^TlsTxSw[[:space:]]+[1-9]' /proc/net/tls_stat; }

# begin NAME OPTION...: a capture; what follows it is end's.
begin() {
	NAME=$1
	shift
	capture_start server -v -w "$TEST_TMP/$NAME.log" "$@"
}

# ask PART ADDRESS
ask() { heads_send "$NAME.$1" "http://$2" || die "curl failed"; }

# end PARTS: the capture has seen each head of so many parts once.
end() {
	capture_stop
	check "${NAME}_exit" [ "$CAPTURE_STATUS" -eq 0 ]
	check "${NAME}_accounts" accounts_closed "$CAPTURE.err" requests=$(($1 * HEADS)) responses=$(($1 * HEADS))
	"$HDRTAP" -q -r "$TEST_TMP/$NAME.log" -f json >"$TEST_TMP/$NAME.json"
}

# directions FILE: requests were received, responses transmitted.
directions() {
	[ "$(jq -r '."hdrtap.kind" + " " + ."network.io.direction"' "$1" | sort | uniq -c | xargs)" = \
		"$HEADS request receive $HEADS response transmit" ]
}

# seen PART FILTER [KEY=JSON...]: the heads that jq's FILTER selects are those of this part, and have these keys.
seen() {
	local at=$TEST_TMP/$NAME.$1 part=$1 filter=$2
	shift 2
	jq -c "select($filter)" "$TEST_TMP/$NAME.json" >"$at.json"
	check "${NAME}_${part}_heads" python3 "$HDRTAP_ROOT/test/net/heads.py" compare "$at.plan" "$at.answers" "$at.json" "$@"
	check "${NAME}_${part}_directions" directions "$at.json"
}

# of INTERFACE: jq's filter.
of() { echo ".\"network.interface.name\" == \"$1\""; }

# At each interface itself.
themselves() {
	local interface list=(bond0 bond1 vlan0 kit0 kit1 wg0 tunnel0 tap0 nbma0)
	begin tc "${list[@]/#/-i}"
	for interface in "${list[@]}"; do
		ask "$interface" "$(address "$interface")"
	done
	end ${#list[@]}
	for interface in bond0 bond1 vlan0 kit0 kit1 wg0 tunnel0 tap0; do
		seen "$interface" "$(of "$interface")" hdrtap.vlan=null hdrtap.tunnel=null
	done
	# The interface's packets have the outer headers, those that it transmits without the key.
	seen nbma0 "$(of nbma0)" 'hdrtap.tunnel="gre"'
}

# At the interface that carries others.
below() {
	begin below -iveth0
	for interface in vlan0 tunnel0 tap0 nbma0 wg0; do
		ask "$interface" "$(address "$interface")"
	done
	check tls_asked tls_ask
	end 4
	seen vlan0 '."hdrtap.vlan"' 'hdrtap.vlan=[100]' hdrtap.tunnel=null
	seen tunnel0 '."hdrtap.tunnel_id" == 7' 'hdrtap.tunnel="gre"'
	seen tap0 '."hdrtap.tunnel_id" == 8' 'hdrtap.tunnel="gre"'
	seen nbma0 '."hdrtap.tunnel_id" == 9' 'hdrtap.tunnel="gre"'
	check tls_counted grep -qE '^ *[1-9][0-9]* packets_tls' "$CAPTURE.err"
	check tls_in_kernel tls_in_kernel
}

# A bond's XDP programs run in the interfaces it is made of.
bonds_native() {
	begin native -ibond0 -ibond1 --hook xdp-native
	ask bond0 "$(address bond0)"
	ask bond1 "$(address bond1)"
	end 2
	seen bond0 "$(of bond0)"
	seen bond1 "$(of bond1)"
	check native_hook [ "$(jq -r 'select(."hdrtap.kind" == "request") | ."hdrtap.hook"' "$TEST_TMP/native.json" | uniq -c | xargs)" = \
		"$((2 * HEADS)) xdp" ]
}

# The kernel takes no program at an interface that is part of a bond that has one.
bond_and_parts() {
	begin parts -ibond0 -ione -itwo --hook xdp
	ask bond0 "$(address bond0)"
	end 1
	seen bond0 true 'network.interface.name="bond0"'
	check parts_said [ "$(grep -cE '(one|two): it is part of an interface that has an XDP program' "$CAPTURE.err")" -eq 2 ]
}

# Its packets are those of its member.
vrf() {
	server link add vrf0 type vrf table 10 || die "cannot make a VRF"
	server link set vrf0 up
	server link set veth0 master vrf0
	ns server sysctl -q -w net.ipv4.tcp_l3mdev_accept=1
	begin vrf -ivrf0 -iveth0
	ask veth0 $SERVER4
	end 1
	seen veth0 true 'network.interface.name="veth0"'
}

modprobe -a bonding 8021q wireguard ip_gre vrf tls veth
net_pair
nginx_start server
bond_make bond0 active-backup one two
bond_make bond1 balance-rr three four
both link add link veth0 name vlan0 type vlan id 100
netkit_make kit0 l3
netkit_make kit1 l2
wireguard_make
gre_make tunnel0 gre 7
gre_make tap0 gretap 8
tls_make
up bond0 bond1 vlan0 kit0 kit1 wg0 tunnel0 tap0
nbma_make nbma0 9
themselves
below
bonds_native
bond_and_parts
vrf
