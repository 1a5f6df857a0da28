#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Rules over logs of captures give the expected alarms, and a stream gives what the log gives. A file alarms/NAME.yaml names its
# capture, and if it has one its list of APIs, in comments at its beginning; NAME.json has the alarms. `alarms.sh --update NAME...`
# (or --update all) writes them anew: look at them before they are committed.
. "$(dirname "$0")/../lib.sh"
ALARMS=$HDRTAP_ROOT/test/golden/alarms
alert=$HDRTAP_BUILD/bin/hdrtap-alert

names() { (cd "$ALARMS" && ls -- *.yaml) | sed 's/\.yaml$//'; }

# named NAME KEY: what the comment says.
named() { sed -n "s/^# $2: //p" "$ALARMS/$1.yaml"; }

# log_of NAME: the log of its capture.
log_of() {
	local capture
	capture=$(named "$1" capture)
	[ -d "$TEST_TMP/$capture" ] || "$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/$capture.pcap" -w "$TEST_TMP/$capture" || die "no log"
	echo "$TEST_TMP/$capture"
}

# test_rules NAME SOURCE: alarms, from a log or standard input.
test_rules() {
	local apis options=()
	apis=$(named "$1" apis)
	[ -z "$apis" ] || options=(--apis "$ALARMS/$apis")
	"$alert" -q --rules "$ALARMS/$1.yaml" --test "${options[@]}" -r "$2"
}

same_alarms() {
	test_rules "$1" "$(log_of "$1")" >"$TEST_TMP/alarms" || return
	jq -es 'length > 0 and all(.[]; (.time | type) == "string" and (.labels.alertname == .alert))' "$TEST_TMP/alarms" >/dev/null || return
	diff "$ALARMS/$1.json" "$TEST_TMP/alarms"
}

same_from_stream() {
	"$HDRTAP" -q -r "$(log_of "$1")" -w - | test_rules "$1" - >"$TEST_TMP/alarms" || return
	diff "$ALARMS/$1.json" "$TEST_TMP/alarms"
}

if [ "${1:-}" = --update ]; then
	shift
	[ "$*" != all ] || mapfile -t chosen < <(names)
	for name in "${chosen[@]:-$@}"; do
		test_rules "$name" "$(log_of "$name")" >"$ALARMS/$name.json" || die "$name fails"
	done
	exit
fi
for name in $(names); do
	check "${name}_log" same_alarms "$name"
	check "${name}_stream" same_from_stream "$name"
done
