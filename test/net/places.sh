#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What a capture sees, and in which direction, at every place of README's table "Where to attach": one topology per row, in
# which requests are sent that have the row's name; and what --check says of the place. Two captures in namespace switch and
# two in namespace server wait for interfaces called one, two, eth and extra, which each topology makes of its own kinds.
. "$(dirname "$0")/../lib.sh"

SERVES='request receive, response transmit'
ASKS='request transmit, response receive'
PASSES='request receive, response receive'
INNER_CLIENT=10.10.0.1 INNER_SERVER=10.10.0.2
ROWS=()
declare -A PIDS FILES EXPECTED

# client, switch, server, outside ARGUMENT...: ip(8) in the namespace.
client() { ip -n "$(netns_name client)" "$@"; }
switch() { ip -n "$(netns_name switch)" "$@"; }
server() { ip -n "$(netns_name server)" "$@"; }
outside() { ip -n "$(netns_name outside)" "$@"; }

# watch NAMESPACE IF OPTION...: a capture that waits for that interface, and has one at the start.
watch() {
	local namespace=$1 interface=$2
	$namespace link add "$interface" type veth peer name first || die "cannot make a veth pair"
	HDRTAP_HOOK='' capture_start "$namespace" -i "$interface" -f json -q "${@:3}"
	PIDS[$interface]=$CAPTURE_PID FILES[$interface]=$CAPTURE
	$namespace link delete "$interface"
}

attached_at() { [[ $(grep -E "(listening on $1 |: $1 is gone)" "${FILES[$1]}.err" | tail -n 1) == *'listening on'* ]]; }

# row NAME [INTERFACE=HEADS...]: what is to be seen of requests of that name at some of the four interfaces.
row() {
	local name=$1 place
	shift
	ROWS+=("$name")
	for place; do
		wait_for 60 attached_at "${place%%=*}" || die "nothing is attached to ${place%%=*}"
		EXPECTED[$name ${place%%=*}]=${place#*=}
	done
}

# send NAMESPACE NAME [ADDRESS]
send() {
	ns "$1" curl -sf -m 30 --retry 8 --retry-connrefused -o /dev/null -H "X-Request-Id: $2" "http://${3:-$SERVER4}/" ||
		die "$2: no answer"
}

# says NAME NAMESPACE IF PATTERN [LEVEL]: --check's line about the place.
says() {
	ns "$2" "$HDRTAP" --check "$3" >"$TEST_TMP/report" 2>&1
	check "$1_check" grep -qE "^${5:-ok} +place +$4" "$TEST_TMP/report"
}

# seen ROW INTERFACE
seen() {
	jq -r --arg row "$1" 'select((."http.request.header.x-request-id" // ."http.response.header.x-request-id") == [$row]) |
		."hdrtap.kind" + " " + ."network.io.direction"' "${FILES[$2]}.out" | paste -sd, | sed 's/,/, /g'
}

# as_expected ROW INTERFACE
as_expected() {
	local found
	found=$(seen "$1" "$2")
	[ "$found" = "${EXPECTED[$1 $2]}" ] || { echo "'$found' is not '${EXPECTED[$1 $2]}'" && return 1; }
}

compare() {
	local row interface
	for interface in "${!PIDS[@]}"; do
		stop "${PIDS[$interface]}" INT
	done
	for row in "${ROWS[@]}"; do
		for interface in one two eth extra; do
			[ -z "${EXPECTED[$row $interface]+yes}" ] || check "${row}_at_$interface" as_expected "$row" "$interface"
		done
	done
}

# has_type TYPE: whether the kernel has such interfaces.
has_type() { [[ $(unshare -n ip link add probe0 type "$1" 2>&1) != *'Unknown device type'* ]]; }

# pair NAMESPACE NAME NAMESPACE NAME: two ends, up.
pair() {
	$1 link add "$2" type veth peer name "$4" netns "$(netns_name "$3")" || die "cannot make a veth pair"
	$1 link set "$2" up
	$3 link set "$4" up
}

# bridge NAME PORT...: of the switch.
bridge() {
	local port
	switch link add "$1" type bridge || die "cannot make a bridge"
	for port in "${@:2}"; do
		switch link set "$port" master "$1"
	done
	switch link set "$1" up
}

# clear: takes all interfaces away, and waits until the captures know.
clear() {
	local namespace name
	for namespace in outside client switch server; do
		for name in $($namespace -o link show | grep -oE '^[0-9]+: [^:@]+' | cut -d' ' -f2); do
			[ "$name" = lo ] || $namespace link delete "$name" 2>/dev/null
		done
	done
	for name in one two eth extra; do
		wait_for 20 eval "! attached_at $name" || die "$name is gone, which is not noticed"
	done
}

# A bridge: what two hosts say to each other, what its own host says, and the mirror of a port.
bridges() {
	pair client eth switch port
	pair server eth switch two
	pair server extra switch mirror
	bridge one port two
	address_add client eth $CLIENT4 $CLIENT6
	address_add server eth $SERVER4 $SERVER6
	row bridge "one=$PASSES" "two=$ASKS" "eth=$SERVES"
	send client bridge
	switch address add 10.9.0.3/24 dev one
	row bridge_own "one=$ASKS" "two=$ASKS"
	send switch bridge_own
	ns switch tc qdisc add dev two clsact
	for way in ingress egress; do
		ns switch tc filter add dev two $way protocol all u32 match u32 0 0 action mirred egress mirror dev mirror || die "cannot mirror a port"
	done
	row mirror "extra=$PASSES"
	send client mirror
	says bridge switch one 'bridge: what its ports exchange, .* promiscuous'
	says bridge_port switch two 'port of bridge one: '
}

# A container, to which the host routes; then also with a program that hands over what is received, past the host's end.
containers() {
	pair client eth switch one
	switch link add two index 77 type veth peer name eth netns "$(netns_name server)" || die "cannot make a veth pair"
	switch link set two up
	server link set eth up
	address_add client eth $CLIENT4 $CLIENT6
	switch address add 10.9.0.254/24 dev one
	switch address add $INNER_CLIENT/24 dev two
	server address add $INNER_SERVER/24 dev eth
	server route add default via $INNER_CLIENT
	client route add default via 10.9.0.254
	ns switch sysctl -q -w net.ipv4.ip_forward=1
	row container "one=$SERVES" "two=$ASKS" "eth=$SERVES"
	send client container $INNER_SERVER
	says container switch two 'veth: '
	server link set eth address "$(switch -j link show one | jq -r '.[0].address')"
	switch neighbor flush dev two
	ns switch tc qdisc add dev one clsact
	ns switch tc filter add dev one ingress bpf direct-action object-file "$HDRTAP_BUILD/test/net/peer.bpf.o" section tc ||
		die "cannot attach another program"
	row redirect_peer "one=$SERVES" 'two=response receive' "eth=$SERVES"
	send client redirect_peer $INNER_SERVER
}

# macvlans of one interface, in namespaces client and server.
macvlans() {
	local name
	pair outside eth switch one
	for name in client server; do
		switch link add link one name mac0 type macvlan mode bridge || die "cannot make a macvlan"
		switch link set mac0 netns "$(netns_name $name)" name eth
		$name link set eth up
	done
	address_add outside eth 10.9.0.4 fd09::4
	address_add client eth $CLIENT4 $CLIENT6
	address_add server eth $SERVER4 $SERVER6
	row macvlan_siblings "one=$PASSES" "eth=$SERVES"
	send client macvlan_siblings
	row macvlan "one=$SERVES" "eth=$SERVES"
	send outside macvlan
	says macvlan server eth 'macvlan: '
}

# line: client and server at a bridge of the switch.
line() {
	pair client eth switch port
	pair server eth switch two
	bridge one port two
	address_add client eth $CLIENT4 $CLIENT6
	address_add server eth $SERVER4 $SERVER6
}

# inner: addresses for the interface extra that client and server have above eth.
inner() {
	address_add client extra $INNER_CLIENT fd10::1
	address_add server extra $INNER_SERVER fd10::2
	client link set extra up
	server link set extra up
}

tunnels() {
	line
	client link add extra type vxlan id 7 remote $SERVER4 dstport 4789 dev eth || die "cannot make a VXLAN"
	server link add extra type vxlan id 7 remote $CLIENT4 dstport 4789 dev eth || die "cannot make a VXLAN"
	inner
	row tunnel "extra=$SERVES" "eth=$SERVES" "one=$PASSES"
	send client tunnel $INNER_SERVER
	says tunnel server extra 'tunnel: '
}

# What the server receives is redirected to an ifb.
ifbs() {
	line
	server link add extra type ifb || die "cannot make an ifb"
	server link set extra up
	ns server tc qdisc add dev eth clsact
	ns server tc filter add dev eth ingress protocol all u32 match u32 0 0 action mirred egress redirect dev extra || die "cannot redirect"
	row ifb 'extra=request transmit' "eth=$SERVES"
	send client ifb
	says ifb server extra 'ifb: ' note
}

loopback() {
	server link set lo up
	row loopback
	EXPECTED[loopback extra]=$PASSES
	send server loopback 127.0.0.1
	says loopback server lo 'loopback: '
}

bonds() {
	local name
	pair client eth switch port
	for name in switch server; do
		$name link add eth type bond mode balance-rr miimon 100 || die "cannot make a bond"
	done
	for name in two extra; do
		switch link add $name type veth peer name $name netns "$(netns_name server)"
		switch link set $name master eth
		server link set $name master eth
	done
	bridge one port eth
	switch link set eth up
	server link set eth up
	address_add client eth $CLIENT4 $CLIENT6
	address_add server eth $SERVER4 $SERVER6
	row bond "eth=$SERVES" "one=$PASSES"
	send client bond
	says bond server eth 'bond: '
	says bond_part server extra 'part of bond eth: ' note
}

vlans() {
	line
	client link add link eth name extra type vlan id 7 || die "cannot make a VLAN interface"
	server link add link eth name extra type vlan id 7 || die "cannot make a VLAN interface"
	inner
	row vlan "extra=$SERVES" "eth=$SERVES"
	send client vlan $INNER_SERVER
	says vlan server extra 'VLAN: '
}

vrfs() {
	pair client eth switch port
	pair server eth switch two
	bridge one port two
	server link add extra type vrf table 10 || die "cannot make a VRF"
	server link set extra up
	server link set eth master extra
	ns server sysctl -q -w net.ipv4.tcp_l3mdev_accept=1
	address_add client eth $CLIENT4 $CLIENT6
	address_add server eth $SERVER4 $SERVER6
	row vrf "eth=$SERVES" extra=
	send client vrf
	says vrf server extra 'VRF: .*: eth' STOP
	says vrf_member server eth 'member of VRF extra: '
}

# kernel_has TYPE FUNCTION: runs it, if the kernel has such interfaces.
kernel_has() {
	if has_type "$1"; then
		clear
		$2
	else
		skip "$1" "this kernel has no such interfaces"
	fi
}

for name in outside client switch server; do
	netns_add $name
done
nginx_start server
watch switch one
watch switch two
watch server eth
watch server extra -i lo
bridges
clear
containers
loopback
kernel_has macvlan macvlans
kernel_has vxlan tunnels
kernel_has ifb ifbs
kernel_has bond bonds
kernel_has vlan vlans
kernel_has vrf vrfs
compare
