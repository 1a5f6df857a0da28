#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Secret query keys are the user's choice, applied in the kernel and changed on SIGHUP; a head that is on its way keeps the keys it began with.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/configure.sh"

QUERY='mykey=1&my_tenant=2&key=3&token=4&api_key=5'

# keeps NAME QUERY: what is left of that query in a request's target and Referer.
keeps() {
	ns client curl -s -o /dev/null -H "Referer: http://user:pw@site.example/?$QUERY" "http://$SERVER4/$1?$QUERY" || { fail "$1" 'no answer' && return; }
	wait_for 20 grep -q "\"url.path\":\"/$1\"" "$CAPTURE.out" || { fail "$1" 'not logged' && return; }
	check "$1" kept "$1" "$2"
}
kept() {
	local line
	line=$(grep "\"url.path\":\"/$1\"" "$CAPTURE.out")
	echo "$line"
	[[ $line == *"\"url.query\":\"$2\""* && $line == *"\"http.request.header.referer\":[\"http://site.example/?$2\"]"* ]]
}

# A head in two segments, with a change of keys between them.
half_way() {
	coproc HEAD { ns client python3 -c "
import socket, sys
s = socket.create_connection(('$SERVER4', 80))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.sendall(b'GET /half?$QUERY HTTP/1.1\r\nHost: a\r\nReferer: http://u@site.example/?$QUERY')
print('sent', flush=True)
sys.stdin.readline()
s.sendall(b'\r\nConnection: close\r\n\r\n')
while s.recv(4096): pass
"; }
	read -r -t 20 -u "${HEAD[0]}" || die 'the head is not sent'
	configure 'redact-query: [none, mykey]'
	echo >&"${HEAD[1]}"
	wait_for 20 grep -q '"url.path":"/half"' "$CAPTURE.out"
}

net_pair
nginx_start server
echo 'redact-query: ["-key", tenant, "*my_tenant"]' >"$CONFIG"
capture_start server -i veth0 -f json -l --config "$CONFIG" --redact-query mykey,-key
OWN='mykey=REDACTED&my_tenant=2&key=3&token=REDACTED&api_key=REDACTED'
keeps command_line_over_file "$OWN"
capture_stop
capture_start server -i veth0 -f json -l --config "$CONFIG"
TENANT='mykey=1&my_tenant=REDACTED&key=3&token=REDACTED&api_key=REDACTED'
keeps from_file "$TENANT"
check half_way_logged half_way
check half_way_keeps_its_keys kept half "$TENANT"
keeps after_that 'mykey=REDACTED&my_tenant=2&key=3&token=4&api_key=5'
configure 'redact-query: none'
keeps none "$QUERY"
configure 'limit: 1000'
keeps default_again 'mykey=1&my_tenant=2&key=REDACTED&token=REDACTED&api_key=REDACTED'
printf 'redact-query: [a, "b=c"]\n' >"$CONFIG"
kill -HUP "$CAPTURE_PID"
check bad_key_said wait_for 20 grep -qF "secret query key 'b=c' ($CONFIG:1:19): " "$CAPTURE.err"
keeps bad_key_changes_nothing 'mykey=1&my_tenant=2&key=REDACTED&token=REDACTED&api_key=REDACTED'
capture_stop
