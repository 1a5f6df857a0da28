#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The captures of tunnels hold what they are said to: tshark finds the requests that hdrtap finds, in tunnels of the same
# numbers, and no wrong checksum.
. "$(dirname "$0")/../lib.sh"

TSHARK=(tshark -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE)

# tshark_requests CAPTURE: target and tunnel number of each request.
tshark_requests() {
	local uri vni key geneve gtp
	"${TSHARK[@]}" -r "$1" -Y http.request -T fields -E separator='|' -e http.request.uri -e vxlan.vni -e gre.key \
		-e geneve.vni -e gtp.teid 2>/dev/null | while IFS='|' read -r uri vni key geneve gtp; do
		echo "$uri $((${vni:-0} + ${key:-0} + ${geneve:-0} + ${gtp:-0}))"
	done
}

hdrtap_requests() {
	local options=() file
	file=$HDRTAP_ROOT/test/golden/expected/$(basename "$1" .pcap).options
	[ ! -e "$file" ] || read -ra options <"$file"
	"$HDRTAP" -q "${options[@]}" --heads request -f json -r "$1" |
		jq -r '"\(."url.original") \(."hdrtap.tunnel_id" // 0)"'
}

same_requests() {
	tshark_requests "$1" >"$TEST_TMP/tshark"
	hdrtap_requests "$1" >"$TEST_TMP/hdrtap"
	[ -s "$TEST_TMP/tshark" ] && diff "$TEST_TMP/tshark" "$TEST_TMP/hdrtap"
}

# Status 0 is a bad checksum.
good_checksums() {
	local bad
	bad=$("${TSHARK[@]}" -r "$1" -T fields -e frame.number -Y \
		'ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 or gre.checksum.status == 0' \
		2>/dev/null)
	[ -z "$bad" ] || { echo "wrong in packets $bad" && false; }
}

for capture in "$HDRTAP_ROOT"/pcaps/{117-vxlan,119-gre,120-ip-in-ip,121-geneve,124-tunnel-fragments,155-gtp}.pcap; do
	name=$(basename "$capture" .pcap)
	check "requests_${name//-/_}" same_requests "$capture"
	check "checksums_${name//-/_}" good_checksums "$capture"
done
