#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Lines of text with all that can be chosen of them are as in test/golden/lines/. `lines.sh --update` writes them anew: read them before you commit them.
. "$(dirname "$0")/../lib.sh"
EXPECTED=$HDRTAP_ROOT/test/golden/lines
CAPTURE=$HDRTAP_ROOT/pcaps/608-apache.pcap

# Name and options.
ROWS=(
	'plain'
	'brief -q'
	'verbose -v'
	'verbose_brief -v -q'
	'very_verbose -vv'
	'no_time -t'
	'epoch -tt'
	'since_line -ttt'
	'date -tttt'
	'since_first -ttttt'
	'local_date -tttt --local-time'
	'color --color always'
	'color_brief --color always -q'
	'elements -e none,server'
)

# lines OPTION...
lines() { TZ=XXX-05:45 "$HDRTAP" "$@" -r "$CAPTURE" 2>/dev/null; }

same_lines() {
	local name=$1
	shift
	lines "$@" >"$TEST_TMP/lines" && diff -u "$EXPECTED/$name" "$TEST_TMP/lines"
}

for row in "${ROWS[@]}"; do
	read -ra words <<<"$row"
	if [ "${1:-}" = --update ]; then
		lines "${words[@]:1}" >"$EXPECTED/${words[0]}"
	else
		check "${words[0]}" same_lines "${words[@]}"
	fi
done
check no_others [ "$(find "$EXPECTED" -type f | wc -l)" -eq ${#ROWS[@]} ]
