#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The captures of formats and link types hold what they are said to: tshark finds the requests that hdrtap finds, at the
# same times.
. "$(dirname "$0")/../lib.sh"

# What tshark 4.0 does not read: pppd's way to mark directions (tcpdump does), times that are none, and headers of analysers and
# switches (likewise).
NOT_TSHARKS='/pppd$|/netanalyzer|/switch-|/early$|/late$|/simple(/[0-9]+)?$'

# Both print one request a line: seconds since the epoch, target.
tshark_requests() {
	tshark -r "$1" -Y http.request -T fields -e frame.time_epoch -e http.request.uri 2>/dev/null | tr '\t' ' '
}

hdrtap_requests() {
	TZ=UTC "$HDRTAP" -q --heads request -f json -r "$1" 2>/dev/null |
		jq -r '"\(.timestamp // "none" | sub("Z$"; "") | split(".") | "\(.[0] + "Z" | fromdateiso8601? // "none").\(.[1] // "")") \(."url.original")"'
}

same_requests() {
	tshark_requests "$1" | grep -vE "$NOT_TSHARKS" >"$TEST_TMP/tshark"
	hdrtap_requests "$1" | grep -vE "$NOT_TSHARKS" >"$TEST_TMP/hdrtap"
	[ -s "$TEST_TMP/hdrtap" ] && diff "$TEST_TMP/tshark" "$TEST_TMP/hdrtap"
}

for capture in "$HDRTAP_ROOT"/pcaps/*.pcapng; do
	name=$(basename "$capture" .pcapng)
	check "requests_${name//-/_}" same_requests "$capture"
done
