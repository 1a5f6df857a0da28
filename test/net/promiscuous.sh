#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# A bridge shows what its ports exchange while it is promiscuous: which hdrtap asks for by a membership that ends with it, for
# interfaces that were named, unless it was told -p or lacks CAP_NET_RAW.
. "$(dirname "$0")/../lib.sh"

NET=$(netns_name switch)

# net_bridge: client and server, each at a port of br0 in namespace switch, which has no address there.
net_bridge() {
	netns_add client
	netns_add server
	netns_add switch
	ip -n "$NET" link add br0 type bridge || die "cannot make a bridge"
	for name in client server; do
		ip -n "$NET" link add $name type veth peer name veth0 netns "$(netns_name $name)" || die "cannot make a veth pair"
		ip -n "$NET" link set $name master br0 up
	done
	ip -n "$NET" link set br0 up
	address_add client veth0 $CLIENT4 $CLIENT6
	address_add server veth0 $SERVER4 $SERVER6
	ip -n "$(netns_name client)" link set veth0 up
	ip -n "$(netns_name server)" link set veth0 up
}

# promiscuity IF: by how many the interface is made promiscuous.
promiscuity() { ip -n "$NET" -d link show "$1" | grep -oE 'promiscuity [0-9]+' | cut -d' ' -f2; }
is() { [ "$(promiscuity "$1")" -eq "$2" ]; }

request() { ns client curl -sf -o /dev/null "http://$SERVER4/$1" || die "curl failed"; }

# seen PATH: both heads of the request are in the output of the last capture.
seen() { [ "$(jq -r 'select(."url.path" == "/'"$1"'" or ."http.response.status_code") | ."hdrtap.kind"' "$CAPTURE.out" | paste -sd' ')" = 'request response' ]; }

# capture OPTION...: hdrtap in the namespace of the bridge, at none of the hooks in particular.
capture() { HDRTAP_HOOK='' capture_start switch -f json -l -n "$@"; }

net_bridge
nginx_start server
check not_before is br0 0

capture -i br0
check asked is br0 1
request forwarded
check forwarded wait_for 10 seen forwarded
check both_received [ "$(jq -r '."network.io.direction"' "$CAPTURE.out" | sort -u)" = receive ]
ip -n "$NET" link add br1 type bridge && ip -n "$NET" link set br1 up
ip -n "$NET" link delete br0
wait_for 10 grep -q 'br0 is gone' "$CAPTURE.err" || fail gone "that br0 was deleted is not noticed"
ip -n "$NET" link set br1 name br0
ip -n "$NET" link set client master br0 && ip -n "$NET" link set server master br0
check asked_again wait_for 10 is br0 1
check socket_receives_nothing [ "$(ns switch awk 'NR > 1 { print $4 }' /proc/net/packet)" = 0000 ]
kill -KILL "$CAPTURE_PID"
check killed wait_for 10 is br0 0

ip -n "$NET" link add other type veth peer name another && ip -n "$NET" link set other up
capture -i br0 -i any
check named_beside_any is br0 1
check any_asks_for_none is other 0
capture_stop
check given_back is br0 0

echo 'no-promiscuous: true' >"$TEST_TMP/hdrtap.yaml"
capture -i br0 --config "$TEST_TMP/hdrtap.yaml"
check none_by_file is br0 0
request hidden
capture_stop
check hidden_without [ ! -s "$CAPTURE.out" ]

install -m 755 "$HDRTAP" "$TEST_TMP/hdrtap"
caps=-all,+bpf,+net_admin,+perfmon,+sys_admin,+ipc_lock
printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=%s --ambient-caps=%s --bounding-set=%s %s "$@"\n' \
	$caps $caps $caps "$TEST_TMP/hdrtap" >"$TEST_TMP/without" && chmod 755 "$TEST_TMP/without"
HDRTAP=$TEST_TMP/without capture -i br0 -i client
check goes_on is br0 0
check said_once [ "$(grep -c 'not permitted without CAP_NET_RAW; .* -p' "$CAPTURE.err")" -eq 1 ]
capture_stop
check ends_well [ "$CAPTURE_STATUS" -eq 0 ]

"$HDRTAP" -p -r "$HDRTAP_ROOT/pcaps/100-get-200.pcap" 2>"$TEST_TMP/err" && fail not_for_files "-p is taken with -r"
check not_for_files grep -q '^hdrtap: option -p: nothing is attached with -r; ' "$TEST_TMP/err"
