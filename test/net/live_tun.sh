#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Links without an Ethernet header: a pair of tun devices whose packets a program carries over, and an IP tunnel.
. "$(dirname "$0")/heads.sh"

tun_ready() { ns client ip link show tun0 && ns server ip link show tun0; }

netns_add client
netns_add server
(exec python3 "$HDRTAP_ROOT/test/net/live_tun.py" "$(netns_name client)" "$(netns_name server)") &
on_exit stop $!
wait_for 20 tun_ready || die "no tun devices"
address_add client tun0 $CLIENT4 $CLIENT6
address_add server tun0 $SERVER4 $SERVER6
ip -n "$(netns_name client)" link set tun0 up
ip -n "$(netns_name server)" link set tun0 up
nginx_start server
heads_logged tun tun0 "http://$SERVER4,http://[$SERVER6]"
HEADS_OPTIONS=(ip6 and tcp port 80)
heads_logged tun_expression tun0 "http://[$SERVER6]"
HEADS_OPTIONS=()
