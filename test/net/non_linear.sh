#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Packets whose headers are not in the kernel's linear part give the records that they give from a capture: with nothing
# but the Ethernet header there, with the outer headers, and with half a header.
. "$(dirname "$0")/../lib.sh"

CAPTURES=()
for name in 100-get-200 101-ipv6 104-ipv4-options 105-ipv6-extension-headers 106-tcp-options 117-vxlan 119-gre \
	120-ip-in-ip 121-geneve 123-tunnel-in-tunnel 205-long-target; do
	CAPTURES+=("$HDRTAP_ROOT/pcaps/$name.pcap")
done
# Its connections are those of other captures but for the VLANs, without which --hook xdp tells them apart.
[ -n "${HDRTAP_HOOK-}" ] || CAPTURES+=("$HDRTAP_ROOT/pcaps/103-qinq.pcap")
OPTIONS=(--tunnels vxlan,gre,ipip,6in4,geneve -f json)

# what: of each head what does not depend on when and where it was seen.
what() {
	jq -c '[."source.address", ."source.port", ."destination.address", ."url.original", ."http.response.status_code",
		."hdrtap.tunnel", ."hdrtap.tunnel_id", ."hdrtap.vlan", ."hdrtap.head_length", ."hdrtap.tcp_seq"]'
}

tap_there() { ns host ip link show up tap0 | grep -q tap0; }

# non_linear LINEAR: with so many bytes in the linear part.
non_linear() {
	rm -f "$TEST_TMP/go" "$TEST_TMP/sent"
	background host "$TEST_TMP/tap" /usr/bin/python3 "$HDRTAP_ROOT/test/net/non_linear.py" "$TEST_TMP/go" "$TEST_TMP/sent" \
		"$1" "$TEST_TMP/all.pcap"
	local tap=$BACKGROUND
	on_exit stop "$tap"
	wait_for 20 tap_there || { cat "$TEST_TMP/tap" && die "no tap device"; }
	capture_start host -i tap0 "${OPTIONS[@]}"
	touch "$TEST_TMP/go"
	wait_for 60 test -e "$TEST_TMP/sent" || { cat "$TEST_TMP/tap" && die "the packets do not arrive"; }
	capture_stop
	stop "$tap"
	what <"$CAPTURE.out" >"$TEST_TMP/live"
	check "linear_$1" diff "$TEST_TMP/expected" "$TEST_TMP/live"
	if [ -z "${HDRTAP_HOOK-}" ]; then # for XDP this device makes packets linear
		check "linear_$1_was_so" grep -q '"non_linear"' "$CAPTURE.out"
	fi
}

netns_add host
head -c 24 "${CAPTURES[0]}" >"$TEST_TMP/all.pcap"
for capture in "${CAPTURES[@]}"; do
	tail -c +25 "$capture" >>"$TEST_TMP/all.pcap"
done
"$HDRTAP" -q "${OPTIONS[@]}" -r "$TEST_TMP/all.pcap" | what >"$TEST_TMP/expected"
check captures_have_heads [ "$(wc -l <"$TEST_TMP/expected")" -gt 60 ]
for linear in 14 34 60; do
	non_linear $linear
done
