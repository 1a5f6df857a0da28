#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Keep-alive connections at full speed: wrk, the server's access log and the records count the same requests.
. "$(dirname "$0")/heads.sh"
. "$(dirname "$0")/../load.sh"

THREADS=4
SHARE=2500

# nginx writes its log when the answer has gone out.
served_all() { [ "$(wc -l <"$TEST_TMP/nginx-access.log")" -ge $((THREADS * SHARE)) ]; }

records() { jq -c "select(.\"hdrtap.kind\" == \"$1\")" "$TEST_TMP/records.json" | wc -l; }

net_pair
nginx_start server
for family in ipv4 ipv6; do
	url=http://$SERVER4:80/ # with the port: not every host has /etc/services
	[ $family = ipv4 ] || url="http://[$SERVER6]:80/"
	: >"$TEST_TMP/nginx-access.log"
	capture_start server -i veth0 -w "$TEST_TMP/$family.log" -v
	load_start $THREADS $SHARE wrk "$url"
	load_wait
	wait_for 20 served_all
	capture_stop
	"$HDRTAP" -r "$TEST_TMP/$family.log" -f json >"$TEST_TMP/records.json" || die "the log cannot be read"
	served=$(wc -l <"$TEST_TMP/nginx-access.log")
	echo "wrk $LOAD_COUNT, nginx $served, records $(records request) and $(records response)"
	check ${family}_wrk_itself [ "$LOAD_COUNT" -eq $((THREADS * SHARE)) ]
	check ${family}_server_log [ "$(records request)" -eq "$served" ]
	check ${family}_requests [ "$(records request)" -eq "$LOAD_COUNT" ]
	check ${family}_responses [ "$(records response)" -eq "$LOAD_COUNT" ]
	check ${family}_accounts accounts_closed "$CAPTURE.err" requests="$LOAD_COUNT" responses="$LOAD_COUNT"
done
