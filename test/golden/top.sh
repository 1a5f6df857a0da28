#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Plain tables of hdrtap-top are as in test/golden/top/, close, and count what hdrtap prints of the same log. `top.sh --update` writes them anew: read them before
# you commit them.
. "$(dirname "$0")/../lib.sh"
EXPECTED=$HDRTAP_ROOT/test/golden/top
TOP=$HDRTAP_BUILD/bin/hdrtap-top

# Name, capture, and options.
ROWS=(
	'apis 510-morning'
	'hosts 510-morning --by host'
	'clients 510-morning --by client --sort p99'
	'statuses 510-morning --by status'
	'classes 510-morning --by class,method --sort key'
	'minutes 510-morning --window 1m --by host'
	'two_minutes 510-morning --window 1m --by host -n 2'
	'five_minutes 510-morning --window 5m --sort 4xx'
	'errors 510-morning --where status==5xx'
	'since 510-morning --since 2024-01-01T10:00:00Z --by host'
	'field 510-morning --by user-agent'
	'apache 608-apache --by path'
)

log_of() { echo "$TEST_TMP/$1.log"; }

# tables CAPTURE OPTION...
tables() {
	local capture=$1
	shift
	"$TOP" -q -b -r "$(log_of "$capture")" "$@"
}

same_tables() {
	local name=$1
	shift
	tables "$@" >"$TEST_TMP/tables" && diff -u "$EXPECTED/$name" "$TEST_TMP/tables"
}

# closes: of every table on standard input, rows and (all) are the same in all numbers that add up.
closes() {
	awk '
	/^time=/ { tables++; split("", sum); next }
	/^ *REQUESTS/ || /^$/ { next }
	$NF == "(all)" {
		for (i = 1; i <= 6; i++)
			if (i != 2 && i != 3 && $i != sum[i] + 0)
				{ print FILENAME ": column " i " of table " tables ": " $i " is not " sum[i]; bad = 1 }
		if (sum[1] && (sum[3] < 99.5 || sum[3] > 100.5))
			{ print "shares are " sum[3] " in table " tables; bad = 1 }
		next
	}
	{ for (i = 1; i <= 6; i++) sum[i] += $i }
	END { exit bad || !tables }'
}

for row in "${ROWS[@]}"; do
	read -ra words <<<"$row"
	log=$(log_of "${words[1]}")
	[ -d "$log" ] || "$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/${words[1]}.pcap" -w "$log" || die "no log of ${words[1]}"
	if [ "${1:-}" = --update ]; then
		tables "${words[@]:1}" >"$EXPECTED/${words[0]}"
	else
		check "${words[0]}" same_tables "${words[@]}"
		check "${words[0]}_closes" closes <"$EXPECTED/${words[0]}"
	fi
done
check no_others [ "$(find "$EXPECTED" -type f | wc -l)" -eq ${#ROWS[@]} ]

# The same by other means: jq counts what hdrtap prints of transactions.
"$HDRTAP" -q -r "$(log_of 510-morning)" --transactions -f json >"$TEST_TMP/transactions"
# counted FIELD: requests by that, of both.
counted() {
	jq -r "select(.\"http.request.method\") | $1" "$TEST_TMP/transactions" | sort | uniq -c | awk '{ print $1, $2 }' | sort
}
shown() { tables 510-morning --by "$1" | awk '/^ *[0-9]/ && $NF != "(all)" { print $1, $NF }' | sort; }
same_counts() { diff <(counted "$2") <(shown "$1"); }
check hosts_are_counted same_counts host '."server.address"'
check methods_are_counted same_counts method '."http.request.method"'
check statuses_are_counted same_counts status '."http.response.status_code" // "(none)"'
check there_is_something [ "$(counted '."server.address"' | wc -l)" -ge 3 ]

# Parts: each window is a part of all, and the windows together are all.
together() { [ "$(tables 510-morning --window "$1" | awk '$NF == "(all)" { sum += $1 } END { print sum }')" -eq 33 ]; }
for window in 1s 10s 1m 5m all; do
	check "windows_of_$window" together $window
done
again() { diff <(tables 510-morning --window 1m --speed 400) <(tables 510-morning --window 1m); }
check the_same_at_any_speed again
piped() { diff <("$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/510-morning.pcap" -w - | "$TOP" -q -b -r - --window 1m) <(tables 510-morning --window 1m); }
check the_same_from_a_stream piped
