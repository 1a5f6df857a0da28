#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# MTU 1500: nothing is missed with offloads off, and none of the heads larger than the MTU that arrive as one packet
# with offloads on.
. "$(dirname "$0")/heads.sh"

net_pair
for end in client server; do
	ip -n "$(netns_name $end)" link set veth0 mtu 1500
done
nginx_start server
net_offloads off
heads_logged off veth0 "http://$SERVER4,http://[$SERVER6]"
net_offloads on
heads_logged on veth0 "http://$SERVER4,http://[$SERVER6]"
heads_logged on_large veth0 "http://$SERVER4,http://[$SERVER6]" 4000
