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

# truth_run NAME COMMAND...: row by row, what the command, which is given the predicate, writes as JSON.
truth_run() {
	local name=$1 rows=0 wrong=0 line wanted got
	shift
	while read -r line; do
		[[ $line == *' | '* && $line != '#'* ]] || continue
		rows=$((rows + 1))
		# shellcheck disable=SC2086 # words
		wanted=$(truth_sorted ${line##* | })
		got=$("$@" "${line% | *}" </dev/null | truth_heads)
		[ "$got" = "$wanted" ] && continue
		wrong=$((wrong + 1))
		printf '%s: %s\n  wanted %s\n  got    %s\n' "$name" "${line% | *}" "$wanted" "$got"
	done <"$HDRTAP_ROOT/test/where/truth"
	echo "$name: $rows rows, $wrong wrong"
	check "$name" [ "$rows" -gt 60 -a "$wrong" -eq 0 ]
}
