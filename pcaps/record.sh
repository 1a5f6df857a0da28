#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Makes the captures of real clients and servers (600 and up) anew: record.sh [DIRECTORY] (default: beside this file).
# Needs root, nginx, apache2, haproxy, curl, wrk, ethtool, tcpdump. Times, ports and versions are other ones each time,
# so the expected rows in test/golden have to be looked at and written anew as well.
. "$(dirname "$0")/../test/lib.sh"
OUT=$(realpath "${1:-$(dirname "$0")}")
LIMIT=1000 # packets

# record NAME NAMESPACE INTERFACE COMMAND...: what passes there while the command runs in the client's namespace.
record() {
	local file=$OUT/$1.pcap log=$TEST_TMP/$1.log name=$2 interface=$3
	shift 3
	background "$name" "$log" tcpdump --immediate-mode -Z root -U -n -i "$interface" -c $LIMIT -w "$file" tcp
	wait_for 10 grep -q 'listening on' "$log" || die "tcpdump does not listen"
	ns client "$@" >/dev/null || die "$* failed"
	wait_for 10 quiet "$file" || die "no packets in $file"
	stop "$BACKGROUND" INT
	ok "${file##*/}" "$(stat -c %s "$file") bytes"
}

# The file holds packets and has not grown for half a second.
quiet() {
	local before
	before=$(stat -c %s "$1")
	sleep 0.5
	[ "$before" -gt 24 ] && [ "$before" -eq "$(stat -c %s "$1")" ]
}

nginx_for_captures() {
	cat >"$TEST_TMP/captures.conf" <<END
daemon off;
user root;
pid $TEST_TMP/captures.pid;
events { }
http {
	access_log off;
	client_body_temp_path $TEST_TMP/body;
	proxy_temp_path $TEST_TMP/proxy;
	fastcgi_temp_path $TEST_TMP/fastcgi;
	uwsgi_temp_path $TEST_TMP/uwsgi;
	scgi_temp_path $TEST_TMP/scgi;
	large_client_header_buffers 4 16k;
	gzip on;
	gzip_min_length 1;
	gzip_types text/plain;
	default_type text/plain;
	server {
		listen 80;
		listen [::]:80;
		location / { return 200 "Hello from \$request_uri\n"; }
		location /moved { return 301 /; }
		location /upload { proxy_pass http://127.0.0.1:80/; }
	}
}
END
	server_start server 80 "$TEST_TMP/captures.out" nginx -c "$TEST_TMP/captures.conf" \
		-e "$TEST_TMP/captures.log"
}

# Three requests in one write; cat, because printf writes line by line. $0 is the server's address.
# shellcheck disable=SC2016 # it is expanded in the namespace
PIPELINED='exec 3<>"/dev/tcp/$0/80"
printf "GET /%s HTTP/1.1\r\nHost: pipe.test\r\n%b\r\n" one "" two "" three "Connection: close\r\n" | cat >&3
cat <&3'

net_pair
nginx_for_captures
apache_start server 81
haproxy_start server 82 80
url=http://$SERVER4
cookie="Cookie: session=$(printf 'c%.0s' {1..3500})"

record 600-nginx-keep-alive client veth0 curl -s -e http://refer.test/ "$url/one?a=b" "$url/two" "$url/moved"
record 601-nginx-ipv6 client veth0 curl -s -A six/6 "http://[$SERVER6]/six"
record 602-nginx-expect-continue client veth0 curl -s -H 'Expect: 100-continue' -d name=value "$url/upload"
record 603-nginx-head client veth0 curl -s -I "$url/head"
record 604-nginx-gzip-chunked client veth0 curl -s --compressed -o /dev/null "$url/gzip" -o /dev/null "$url/again"
record 605-nginx-pipelined client veth0 bash -c "$PIPELINED" "$SERVER4"
record 606-large-cookie client veth0 curl -s -H "$cookie" "$url/cookie"
net_offloads off
record 607-large-cookie-segments client veth0 curl -s -H "$cookie" -A behind-the-cookie "$url/cookie"
net_offloads on
record 608-apache client veth0 curl -s -H 'X-Request-Id: 608' "$url:81/one" "$url:81/404"
record 609-haproxy-both-sides server any curl -s "$url:82/front"
LIMIT=60
record 610-wrk client veth0 wrk -t 1 -c 2 -d 1 "$url/wrk"
