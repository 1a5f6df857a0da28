#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# tinyproxy 1.11.1 (Debian 12).
# Expected: a proxy passes every field line on, or joins those of one name with commas (RFC 9110 section 5.3); and it
#   writes a request's head with one system call, or a few.
# Behaviour: of field lines with one name only the first reaches the server. Request line, Host and Connection are one
#   write, then every field line, and the empty line, is a write of its own: a head of twenty fields is twenty segments
#   on the wire, and no packet but the last says that it is complete.
# Seen: of `X-Tag: one`, `X-Tag: two` the server gets `X-Tag: one`; a head of six lines is four writes.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack tinyproxy-bin=1.11.1-2.1+deb12u1 strace=6.1-0.1

cat >"$FOLDER/server.py" <<'END'
import socket, sys
server = socket.create_server(("127.0.0.1", 18431))
while True:
    peer, _ = server.accept()
    peer.settimeout(5)
    head = b""
    while b"\r\n\r\n" not in head:
        more = peer.recv(65536)
        if not more:
            break
        head += more
    if head:
        open(sys.argv[1], "wb").write(head)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    peer.close()
END
cat >"$FOLDER/tinyproxy.conf" <<END
Port 18432
Listen 127.0.0.1
Timeout 10
Allow 127.0.0.1
PidFile "$FOLDER/pid"
END
begin server.log python3 "$FOLDER/server.py" "$FOLDER/head"
begin proxy.log unpacked strace -D -f -qq -e trace=write,writev,sendto,sendmsg -o "$FOLDER/calls" \
	tinyproxy -d -c "$FOLDER/tinyproxy.conf"
reached 18431
reached 18432
exec 3<>/dev/tcp/127.0.0.1/18432
printf 'GET http://127.0.0.1:18431/ HTTP/1.1\r\nHost: 127.0.0.1:18431\r\nX-Tag: one\r\nX-Tag: two\r\n\r\n' >&3
timeout 10 head -n 1 <&3 >/dev/null
exec 3>&-
expect 'fields named X-Tag that the server gets' "$(tr -d '\r' <"$FOLDER/head" | grep -a '^X-Tag' | tr '\n' ' ')" 'X-Tag: one '
expect 'lines of the head' "$(wc -l <"$FOLDER/head")" 6
to_server=$(sed -nE 's/.*sendto\(([0-9]+), "GET .*/\1/p' "$FOLDER/calls")
expect 'writes to the server' "$(grep -c "sendto($to_server, " "$FOLDER/calls")" 4
