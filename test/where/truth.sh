# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# Runs test/where/truth. To be sourced behind lib.sh.

# truth_heads: of JSON lines, the heads by their letters, as in test/where/truth.
truth_heads() {
	local heads
	heads=$(jq -r 'if ."hdrtap.kind" == "request" then ."url.original" | capture("/(?<letter>[a-z])(\\?.*)?$").letter
		else ."http.response.header.server"[0] + "!" end' | LC_ALL=C sort | tr '\n' ' ')
	heads=${heads% }
	echo "${heads:--}"
}

# truth_sorted HEADS...: in the order of truth_heads.
truth_sorted() { printf '%s\n' "$@" | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//'; }

# truth_rows COMMAND...: runs the command with each row's number, from 1, its predicate and its heads.
truth_rows() {
	local row=0 line
	while read -r line; do
		[[ $line == *' | '* && $line != '#'* ]] || continue
		# shellcheck disable=SC2086 # words
		"$@" $((++row)) "${line% | *}" "$(truth_sorted ${line##* | })" </dev/null
	done <"$HDRTAP_ROOT/test/where/truth"
}

# truth_compare NAME COMMAND ROW PREDICATE HEADS: what the command writes as JSON is these heads; it is given row and predicate.
truth_compare() {
	local got
	got=$("$2" "$3" "$4" | truth_heads)
	echo "$3" >>"$TEST_TMP/$1.rows"
	[ "$got" = "$5" ] || printf '%s: %s\n  wanted %s\n  got    %s\n' "$1" "$4" "$5" "$got" | tee -a "$TEST_TMP/$1.wrong"
}

# truth_run NAME COMMAND: all rows.
truth_run() {
	truth_rows truth_compare "$1" "$2"
	check "$1" [ "$(wc -l <"$TEST_TMP/$1.rows")" -gt 60 -a ! -e "$TEST_TMP/$1.wrong" ]
}
