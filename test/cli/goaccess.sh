#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# goaccess accepts every line of clf and combined, with its default checks: of IPv6 clients, unknown methods, quotes in targets,
# HTTP/0.9, heads without a time, requests without a response, responses alone, statuses that are none.
. "$(dirname "$0")/../lib.sh"
cd "$TEST_TMP" || die "no directory"

# put LOG CAPTURE...: their heads are in it.
put() {
	local log=$1 capture
	shift
	for capture; do
		"$HDRTAP" -q -e referer -r "$capture" -w "$log" 2>>err || fail "log_of_${capture##*/}" "exit status $?"
	done
}

# lines FORMAT SOURCE
lines() { "$HDRTAP" -q -f "$1" -r "$2" 2>>err || fail "${1}_of_${2##*/}" "exit status $?"; }

# accepted FILE LOG-FORMAT: all lines are valid to goaccess.
accepted() {
	local valid failed
	rm -f report.json
	goaccess "$1" --log-format="$2" --no-global-config --no-progress --invalid-requests=refused -o report.json >/dev/null 2>&1
	valid=$(jq .general.valid_requests report.json)
	failed=$(jq .general.failed_requests report.json)
	echo "$(wc -l <"$1") lines, $valid accepted, $failed not"
	cut -c 1-300 refused 2>/dev/null | head -n 5
	[ "$failed" = 0 ] && [ "$valid" = "$(wc -l <"$1")" ] && [ "$valid" -gt 0 ]
}

# One of each kind that is in question is there.
has() { check "has_$1" grep -qE "$2" combined; }

PCAPS=$HDRTAP_ROOT/pcaps
put all "$PCAPS"/*.pcap*
lines combined all >combined
check combined accepted combined COMBINED
lines clf all >clf
sed -E 's/ "[^"\\]*(\\.[^"\\]*)*" "[^"\\]*(\\.[^"\\]*)*"$//' combined >shorter
check common accepted clf COMMON
check common_is_the_beginning_of_combined diff shorter clf

# nginx's own log_format of that name, as it stands in its documentation but for requests without a response.
# shellcheck disable=SC2016 # the variables are hdrtap's
nginx='$remote_addr - $remote_user [$time_local] "$request" ${status|444} $body_bytes_sent "$http_referer" "$http_user_agent"'
"$HDRTAP" -q -r "$PCAPS/510-morning.pcap" --transactions --format-string "$nginx" >by_string
lines combined "$PCAPS/510-morning.pcap" >by_name
check combined_of_nginx diff by_string by_name

has ipv6 '^[0-9a-f]*:[0-9a-f:]+ - - '
has unknown_method '"(BREW|PURGE|[a-z]+) '
has quote '\\"'
has http_09 '"GET [^ ]*" '
has no_time '\[01/Jan/1970:00:00:00 '
has no_response '" 444 - "'
has no_request '\] "-" [1-5]'
has no_status '" 599 '
has user_agent '"curl/[0-9.]*"$'
if [ -d "$HDRTAP_CORPUS/zeek-http" ]; then
	mapfile -t corpus < <(find "$HDRTAP_CORPUS/zeek-http" -type f \( -name '*.pcap' -o -name '*.trace' -o -name '*.pcapng' \))
	put corpus "${corpus[@]}"
	lines combined corpus >of_corpus
	check corpus accepted of_corpus COMBINED
else
	skip corpus "no corpus in $HDRTAP_CORPUS"
fi

# As long as goaccess 1.7 can have it: it takes what is behind the first 4,095 bytes for another line. A default record's line is
# far shorter, also when all bytes of its values are escaped.
python3 - <<'END' >long
for size in 384, 960:
    print('192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] "GET /%s HTTP/1.1" 200 12' % ("\\xff" * size))
END
check long_lines accepted long COMMON
