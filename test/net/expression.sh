#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# pcap-filter expressions on live interfaces, with real traffic: what they exclude, what they leave of heads, VLAN tags beside
# packets, several kinds of links, interfaces that come later, reloading.
. "$(dirname "$0")/heads.sh"

OBJECT=$HDRTAP_BUILD/test/net/vlan.bpf.o

# get PORT PATH: from the server.
get() { ns client curl -s -m 20 -o /dev/null "http://$SERVER4:$1/$2"; }

# said PATTERN: by the capture that is going on.
said() { wait_for 20 grep -qE -- "$1" "$CAPTURE.err"; }

# requests, responses: what was logged, as PATH and STATUS, in order.
requests() { jq -r '."url.path" // empty' "$CAPTURE.out" | paste -sd' '; }
responses() { jq -r '."http.response.status_code" // empty' "$CAPTURE.out" | paste -sd' '; }

# is EXPECTED COMMAND...: it prints that.
is() {
	local expected=$1 got
	shift
	got=$("$@")
	[ "$got" = "$expected" ] || { echo "$*: '$got' instead of '$expected'"; return 1; }
}

# counted NAME: the value of a counter of the capture that ended.
counted() { awk -v name="$1" '$2 == name { print $1 }' "$CAPTURE.err"; }

logged_there() { wait_for 20 grep -q "\"url.path\":\"/$1\"" "$CAPTURE.out"; }

net_pair
nginx_start server
server_start server 8080 "$TEST_TMP/other.out" python3 -m http.server 8080

# Every head of one port is there as it was sent; of the other port, none.
HEADS_OPTIONS=(tcp port 80)
capture_start server -i veth0 -f json -v tcp port 80
for path in one two; do
	get 8080 "other$path"
	get 80 $path
done
logged_there two
capture_stop
check only_that_port is '/one /two' requests
check only_that_port_responses is '200 200' responses
check excluded_are_counted [ "$(counted packets_expression)" -gt 0 ]
check accounts accounts_closed "$CAPTURE.err" requests=2 responses=2
check summary grep -qE "^$(counted packets_expression) packets excluded by the expression$" "$CAPTURE.err"
check no_warning [ "$(grep -c 'can exclude' "$CAPTURE.err")" -eq 0 ]
heads_logged whole veth0 "http://$SERVER4"

# One direction.
capture_start server -i veth0 -f json -v tcp dst port 80
get 80 there
logged_there there
capture_stop
check one_direction is '/there' requests
check no_responses is '' responses
check one_direction_warned grep -q "expression 'tcp dst port 80': 'dst' can exclude one direction" "$CAPTURE.err"
check one_direction_accounts accounts_closed "$CAPTURE.err" requests=1

# A part of a head: its second segment is excluded.
capture_start server -i veth0 -f json 'tcp port 80 and not greater 600'
ns client python3 - "$SERVER4" <<'END'
import socket, sys, time
with socket.create_connection((sys.argv[1], 80)) as s:
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.sendall(b"GET /cut HTTP/1.1\r\nHost: cut.example\r\n")
    time.sleep(0.2)
    s.sendall(b"X-Long: " + b"x" * 900 + b"\r\n")
    time.sleep(0.2)
    s.sendall(b"Connection: close\r\n\r\n")
    while s.recv(4096):
        pass
END
logged_there cut
capture_stop
check part_warned grep -q "a test of the length can exclude some packets" "$CAPTURE.err"
cut_is_flagged() {
	jq -es 'any(.[] | select(."url.path" == "/cut") | ."hdrtap.flags"[]; . == "incomplete" or . == "gap")' "$CAPTURE.out"
}
check part_flagged cut_is_flagged

# A VLAN tag: the client's packets have one, which is beside the packet at TC and in it at XDP; the server's have none.
ns client tc qdisc add dev veth0 clsact
ns server tc qdisc add dev veth0 clsact
ns client ethtool -K veth0 txvlan off >/dev/null 2>&1 || die "ethtool cannot keep tags in packets"
ip -n "$(netns_name client)" link set veth0 mtu 1400
ns client tc filter add dev veth0 egress bpf direct-action object-file "$OBJECT" program push_one &&
	ns server tc filter add dev veth0 ingress prio 60000 bpf direct-action object-file "$OBJECT" program pop_one ||
	die "cannot attach the programs that tag"
# tagged NAME REQUESTS RESPONSES EXPRESSION...: what it leaves.
tagged() {
	local name=$1 requests=$2 responses=$3
	shift 3
	capture_start server -i veth0 -f json "$@"
	get 80 tagged
	[ -z "$requests" ] || logged_there tagged
	[ -z "$responses" ] || wait_for 20 grep -q status_code "$CAPTURE.out"
	capture_stop
	check "$name" is "$requests" requests
	check "${name}_responses" is "$responses" responses
}
tagged tag /tagged '' 'vlan 100 and tcp port 80'
tagged another_tag '' '' 'vlan 101 and tcp port 80'
tagged no_tag '' 200 'tcp port 80'
tagged with_and_without /tagged 200 'tcp port 80 or (vlan and tcp port 80)'
ns client tc filter delete dev veth0 egress
ns server tc filter delete dev veth0 ingress

# A link without Ethernet header beside one with: each has its own translation, or is left out.
ip -n "$(netns_name server)" tuntap add dev tun0 mode tun || die "cannot make a tun device"
ip -n "$(netns_name server)" link set tun0 up
capture_start server -i veth0 -i tun0 -f json tcp port 80
get 80 both
check both_links logged_there both
capture_stop
ns server "$HDRTAP" -i tun0 vlan 100 >"$TEST_TMP/out" 2>"$TEST_TMP/err"
check not_for_this_link [ $? -eq 2 ]
check not_for_this_link_line grep -qE "^hdrtap: cannot capture on tun0: expression 'vlan 100': .*IP header" "$TEST_TMP/err"
capture_start server -i any -f json not vlan
get 80 any
check any_goes_on logged_there any
check any_leaves_out said 'cannot capture on tun0: expression'
capture_stop

# An interface that comes later has the expression, and SIGHUP does not take it away.
echo 'elements: [none]' >"$TEST_TMP/hdrtap.yaml"
capture_start server --config "$TEST_TMP/hdrtap.yaml" -i any -f json tcp port 80
ip link add late netns "$(netns_name server)" type veth peer name late netns "$(netns_name client)"
ip -n "$(netns_name client)" address add 10.8.0.1/24 dev late
ip -n "$(netns_name server)" address add 10.8.0.2/24 dev late
ip -n "$(netns_name client)" link set late up
ip -n "$(netns_name server)" link set late up
said 'listening on late ' || die "the interface was not found"
kill -HUP "$CAPTURE_PID"
said 'configuration reloaded' || die "the configuration was not read"
ns client curl -s -m 20 -o /dev/null http://10.8.0.2:8080/later-other
ns client curl -s -m 20 -o /dev/null http://10.8.0.2/later
check later logged_there later
capture_stop
check later_only_that_port is '/later' requests
