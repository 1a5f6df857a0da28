#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Heads behind one and two VLAN tags, in band and in the packet's metadata, seen at the tagged and at the plain interface.
. "$(dirname "$0")/heads.sh"

# vlan_add INTERFACE PARENT ID PROTOCOL NETWORK: at both ends, with addresses 10.NETWORK.0.x and fdNETWORK::x.
vlan_add() {
	local end host=1
	for end in client server; do
		ip -n "$(netns_name $end)" link add link "$2" name "$1" type vlan id "$3" protocol "$4" ||
			die "cannot make $1"
		address_add $end "$1" "10.$5.0.$host" "fd$5::$host"
		ip -n "$(netns_name $end)" link set "$1" up
		host=$((host + 1))
	done
}

net_pair
vlan_add veth0.100 veth0 100 802.1Q 11
vlan_add veth0.200 veth0 200 802.1ad 12
vlan_add veth0.200.30 veth0.200 30 802.1Q 13
nginx_start server
for tags in metadata in_band; do
	if [ $tags = in_band ]; then
		for end in client server; do
			ns $end ethtool -K veth0 txvlan off rxvlan off || die "cannot turn VLAN offload off"
		done
	fi
	heads_logged ${tags}_one veth0 http://10.11.0.2 -- 'hdrtap.vlan=[100]'
	heads_logged ${tags}_one_ipv6 veth0 'http://[fd11::2]' -- 'hdrtap.vlan=[100]'
	heads_logged ${tags}_two veth0 http://10.13.0.2 -- 'hdrtap.vlan=[200,30]'
	heads_logged ${tags}_inside veth0.100 http://10.11.0.2 -- 'hdrtap.vlan=null'
	heads_logged ${tags}_untagged veth0 "http://$SERVER4" -- 'hdrtap.vlan=null'
done
