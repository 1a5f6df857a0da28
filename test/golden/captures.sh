#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Every capture of pcaps/ gives the expected rows, as text and as JSON, and every synthetic one is what its generator
# makes. `captures.sh --update NAME...` (or --update all) writes the expected rows anew: look at them before they are
# committed, they have to be right, not only what came out.
. "$(dirname "$0")/../lib.sh"
EXPECTED=$HDRTAP_ROOT/test/golden/expected
PCAPS=$HDRTAP_ROOT/pcaps

# file_of NAME
file_of() { ls -- "$PCAPS/$1".pcap*; }

# rows NAME FORMAT: what hdrtap prints, with the options in NAME.options, if any; the run's id is another one each time.
rows() {
	local options=(-f "$2") more=()

	[ "$2" = json ] || options+=(-n -vv -tttt)
	[ ! -e "$EXPECTED/$1.options" ] || read -ra more <"$EXPECTED/$1.options"
	options+=("${more[@]}")
	"$HDRTAP" -q -e cookie "${options[@]}" -r "$(file_of "$1")" |
		sed -E 's/"hdrtap.run":"[0-9a-f]{32}"/"hdrtap.run":"RUN"/'
}

names() { (cd "$PCAPS" && ls -- *.pcap *.pcapng) | sed 's/\.[^.]*$//'; }

# same_rows NAME: in both formats, and the JSON lines are objects to a reader of JSON.
same_rows() {
	local format
	for format in text json; do
		rows "$1" "$format" >"$TEST_TMP/rows" &&
			diff -u "$EXPECTED/$1.$format" "$TEST_TMP/rows" >"$TEST_TMP/diff" && continue
		head -n 20 "$TEST_TMP/diff"
		echo "other rows than $1.$format (see test/golden/captures.sh)"
		return 1
	done
	[ ! -s "$TEST_TMP/rows" ] || jq -e 'type == "object"' "$TEST_TMP/rows" >/dev/null
}

# update NAME
update() {
	local format
	for format in text json; do
		rows "$1" "$format" >"$TEST_TMP/rows" || die "hdrtap -r $1 fails"
		cp "$TEST_TMP/rows" "$EXPECTED/$1.$format"
	done
}

same_packets() {
	local file different=0
	mkdir -p "$TEST_TMP/captures"
	/usr/bin/python3 "$PCAPS/generate.py" "$TEST_TMP/captures" || return 1
	for file in "$PCAPS"/[1-5]*.pcap* "$TEST_TMP"/captures/*; do
		cmp "$PCAPS/${file##*/}" "$TEST_TMP/captures/${file##*/}" || different=1
	done
	return $different
}

no_stale_rows() {
	local file name stale=0
	for file in "$EXPECTED"/*; do
		name=${file##*/}
		file_of "${name%.*}" >/dev/null 2>&1 && continue
		echo "no capture for $name"
		stale=1
	done
	return $stale
}

if [ "${1:-}" = --update ]; then
	shift
	[ "${1:-all}" != all ] || mapfile -t all < <(names)
	for name in "${all[@]:-$@}"; do
		update "$name"
	done
	exit
fi
check generator same_packets
check expected_rows no_stale_rows
check secrets_are_planted grep -q PLANTED "$PCAPS/222-secrets.pcap"
check no_planted_secret [ -z "$(grep -l PLANTED "$EXPECTED"/*)" ]
for name in $(names); do
	check "$(tr -- -. __ <<<"$name")" same_rows "$name"
done
