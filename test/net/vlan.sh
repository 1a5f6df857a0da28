#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Heads behind no, one and two VLAN tags. The kernel may have no VLAN interfaces, so programs of this test (vlan.bpf.c) put
# the tags on and take them off in namespaces client and server; hdrtap looks at the line between, at a bridge's port.
. "$(dirname "$0")/heads.sh"

OBJECT=$HDRTAP_BUILD/test/net/vlan.bpf.o

# line_add NAME IPV4 IPV6: joins a namespace to the bridge of namespace `line`, with port NAME there and veth0 here.
line_add() {
	ip link add veth0 netns "$(netns_name "$1")" type veth peer name "$1" netns "$(netns_name line)" ||
		die "cannot make a veth pair"
	address_add "$1" veth0 "$2" "$3"
	ns "$1" tc qdisc add dev veth0 clsact
	# XDP does not see a tag that travels beside the packet.
	[ -z "${HDRTAP_HOOK-}" ] || ns "$1" ethtool -K veth0 txvlan off tx-vlan-stag-hw-insert off ||
		die "ethtool cannot keep tags in packets"
	ip -n "$(netns_name "$1")" link set veth0 up mtu 1400 # room for tags
	ip -n "$(netns_name line)" link set "$1" up master bridge
}

# tags one|two|none: on everything that client and server send and receive.
tags() {
	local end
	for end in client server; do
		ns $end tc filter delete dev veth0 egress
		ns $end tc filter delete dev veth0 ingress
		[ "$1" != none ] || continue
		ns $end tc filter add dev veth0 egress bpf direct-action object-file "$OBJECT" program "push_$1" &&
			ns $end tc filter add dev veth0 ingress bpf direct-action object-file "$OBJECT" \
				program "pop_$1" || die "cannot attach the programs that tag"
	done
}

for name in client line server; do
	netns_add $name
done
ip -n "$(netns_name line)" link add bridge type bridge mcast_snooping 0 ||
	die "cannot make a bridge"
ip -n "$(netns_name line)" link set bridge up
line_add client $CLIENT4 $CLIENT6
line_add server $SERVER4 $SERVER6
nginx_start server
HEADS_AT=line
tags none
heads_logged untagged server "http://$SERVER4" -- 'hdrtap.vlan=null'
tags one
heads_logged one server "http://$SERVER4,http://[$SERVER6]" -- 'hdrtap.vlan=[100]'
if [ -n "${HDRTAP_HOOK-}" ]; then
	for end in client server; do
		ns $end ethtool -K veth0 txvlan on || die "ethtool cannot keep tags beside packets"
	done
	tags one
	heads_logged tag_not_seen server "http://$SERVER4" # received without, transmitted with: one connection
	for end in client server; do
		ns $end ethtool -K veth0 txvlan off || die "ethtool cannot keep tags in packets"
	done
fi
tags two
heads_logged two server "http://$SERVER4,http://[$SERVER6]" -- 'hdrtap.vlan=[200,30]'
