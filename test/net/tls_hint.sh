#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Where only TLS passes, hdrtap says once why it shows nothing; where HTTP/1 passes too, it does not.
. "$(dirname "$0")/../lib.sh"

# Takes connections and never says a word.
silent_begin() {
	ns server /usr/bin/python3 - "$SERVER4" <<-'PYTHON' &
		import socket, sys
		server, peers = socket.create_server((sys.argv[1], 443)), []
		while True:
		    peers.append(server.accept()[0])
	PYTHON
	on_exit kill $!
	wait_for 20 ns client bash -c "exec 3<>/dev/tcp/$SERVER4/443"
}

# Offers TLS to it, every tenth of a second.
tls_begin() {
	ns client /usr/bin/python3 - "$SERVER4" 2>/dev/null <<-'PYTHON' &
		import socket, ssl, sys, time
		hello = ssl.MemoryBIO()
		try:
		    context = ssl.create_default_context()
		    context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="tls.test").do_handshake()
		except ssl.SSLWantReadError:
		    pass
		hello = hello.read()
		while True:
		    with socket.create_connection((sys.argv[1], 443)) as peer:
		        peer.sendall(hello)
		        time.sleep(0.1)
	PYTHON
	TLS=$!
	on_exit kill $TLS
}

hints() { grep -c 'no HTTP/1 for 5 seconds' "$CAPTURE.err"; }
http_goes_on() {
	for _ in $(seq 70); do
		ns client curl -s -o /dev/null "http://$SERVER4/one"
		sleep 0.1
	done
}

net_pair
nginx_start server
silent_begin
tls_begin
capture_start server -i veth0
http_goes_on
check not_said_beside_http [ "$(hints)" = 0 ]
wait_for 30 grep -q 'no HTTP/1 for 5 seconds' "$CAPTURE.err"
check said_without_http [ "$(hints)" = 1 ]
sleep 6
check said_once [ "$(hints)" = 1 ]
capture_stop
