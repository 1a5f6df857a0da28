#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Keep-alive connections at full speed: wrk, the server's access log and the records count the same requests.
. "$(dirname "$0")/heads.sh"

THREADS=4
export WRK_SHARE=2500

# Every thread of wrk has ended, having been answered its share; the main thread sleeps on. Or wrk is gone.
served_all() {
	kill -0 "$1" || return 0
	[ "$(wc -l <"$TEST_TMP/nginx-access.log")" -ge $((THREADS * WRK_SHARE)) ] &&
		[ "$(find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
}

records() { jq -c "select(.\"hdrtap.kind\" == \"$1\")" "$TEST_TMP/records.json" | wc -l; }

net_pair
nginx_start server
for family in ipv4 ipv6; do
	url=http://$SERVER4:80/ # with the port: not every host has /etc/services
	[ $family = ipv4 ] || url="http://[$SERVER6]:80/"
	: >"$TEST_TMP/nginx-access.log"
	capture_start server -i veth0 -w "$TEST_TMP/$family.log" -v
	background client "$TEST_TMP/wrk.out" \
		wrk -t $THREADS -c $THREADS -d 200s -s "$HDRTAP_ROOT/test/net/wrk.lua" "$url"
	wait_for 180 served_all "$BACKGROUND"
	stop "$BACKGROUND" INT || die "wrk failed: $(cat "$TEST_TMP/wrk.out")"
	capture_stop
	"$HDRTAP" -r "$TEST_TMP/$family.log" -f json >"$TEST_TMP/records.json" || die "the log cannot be read"
	counted=$(sed -nE 's/^ *([0-9]+) requests in .*/\1/p' "$TEST_TMP/wrk.out")
	served=$(wc -l <"$TEST_TMP/nginx-access.log")
	echo "wrk $counted, nginx $served, records $(records request) and $(records response)"
	check ${family}_wrk_itself [ "$counted" -eq $((THREADS * WRK_SHARE)) ]
	check ${family}_server_log [ "$(records request)" -eq "$served" ]
	check ${family}_requests [ "$(records request)" -eq "$counted" ]
	check ${family}_responses [ "$(records response)" -eq "$counted" ]
	check ${family}_accounts accounts_closed "$CAPTURE.err" requests="$counted" responses="$counted"
done
