#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# nginx 1.22.1 (Debian 12) as a reverse proxy.
# Expected: 103 (Early Hints, RFC 8297) is interim: a proxy passes it on or drops it, and the final response behind it is
#   the answer (RFC 9110 section 15.2).
# Behaviour: the 103 is passed on as the final response, and the head of the 200 behind it as its body, as it stands.
#   On the wire behind nginx the request's status is 103, and a whole status line stands inside a body.
# Seen: client's status line `HTTP/1.1 103 Early Hints`, then a body that begins with `HTTP/1.1 200 OK`.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack nginx=1.22.1-9+deb12u11

cat >"$FOLDER/server.py" <<'END'
import socket
server = socket.create_server(("127.0.0.1", 18433))
while True:
    peer, _ = server.accept()
    if peer.recv(65536):
        peer.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
                     b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
    peer.close()
END
cat >"$FOLDER/nginx.conf" <<END
error_log stderr;
pid $FOLDER/pid;
daemon off;
master_process off;
events {}
http {
	access_log off;
	client_body_temp_path $FOLDER/body;
	proxy_temp_path $FOLDER/proxy;
	fastcgi_temp_path $FOLDER/fastcgi;
	uwsgi_temp_path $FOLDER/uwsgi;
	scgi_temp_path $FOLDER/scgi;
	server {
		listen 127.0.0.1:18434;
		location / { proxy_pass http://127.0.0.1:18433; }
	}
}
END
begin server.log python3 "$FOLDER/server.py"
begin nginx.log unpacked nginx -p "$FOLDER" -c "$FOLDER/nginx.conf"
reached 18433
reached 18434
exec 3<>/dev/tcp/127.0.0.1/18434
printf 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n' >&3
timeout 10 cat <&3 | tr -d '\r' >"$FOLDER/answer" || true
exec 3>&-
cat "$FOLDER/answer"
expect 'status line' "$(head -n 1 "$FOLDER/answer")" 'HTTP/1.1 103 Early Hints'
expect 'body' "$(sed '1,/^$/d' "$FOLDER/answer" | grep -a '^HTTP')" 'HTTP/1.1 200 OK'
