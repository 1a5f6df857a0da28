#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Requests with their responses: the expected lines of some captures in every format, and of all captures, that each head is in
# one transaction, with the other half that its record names. `transactions.sh --update` writes the expected lines anew.
. "$(dirname "$0")/../lib.sh"
EXPECTED=$HDRTAP_ROOT/test/golden/transactions
PCAPS=$HDRTAP_ROOT/pcaps
NAMES='101-ipv6 201-unknown-methods 202-target-forms 204-http-0.9 209-obs-text 222-secrets 303-bad-status-lines 400-pipelined
	429-interim-responses 432-responses-of-their-own 478-answers-before-the-end 484-answers-first 488-times-of-pcapng 609-haproxy-both-sides'
FORMATS='text json csv clf combined'

# lines NAME FORMAT
lines() {
	local more=()
	[ "$2" != text ] || more=(-vv -tttt)
	"$HDRTAP" -q -e cookie --transactions -f "$2" "${more[@]}" -r "$PCAPS/$1".pcap* |
		sed -E 's/"hdrtap.run":"[0-9a-f]{32}"/"hdrtap.run":"RUN"/'
}

same_lines() {
	local format
	for format in $FORMATS; do
		lines "$1" "$format" >"$TEST_TMP/lines" && diff -u "$EXPECTED/$1.$format" "$TEST_TMP/lines" && continue
		echo "other lines than $1.$format (see test/golden/transactions.sh)"
		return 1
	done
}

if [ "${1:-}" = --update ]; then
	mkdir -p "$EXPECTED"
	for name in $NAMES; do
		for format in $FORMATS; do
			lines "$name" "$format" >"$EXPECTED/$name.$format" || die "hdrtap -r $name fails"
		done
	done
	exit
fi
for name in $NAMES; do
	check "$(tr -- -. __ <<<"$name")" same_lines "$name"
done
check each_head_once python3 "$HDRTAP_ROOT/test/golden/transactions.py" "$HDRTAP" "$PCAPS"/*.pcap*
