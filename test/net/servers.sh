# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# Five kinds of server in namespace `server`, each with an access log that says of every request, one a line, what was sent
# and answered: client's address and port, request line, status, Host, User-Agent (nginx, apache, haproxy, varnish: with
# tabs between; caddy: JSON). They offer the same site ($SITE): files, uploads (/upload...), a redirection (/moved), an
# answer without a body (/empty). What haproxy and varnish pass on, and uploads, go to one more nginx on the namespace's loopback.
# Source it behind lib.sh.

SITE=$TEST_TMP/site
BACKEND_PORT=8000
declare -A SERVER_PORT=([nginx]=8001 [apache]=8002 [haproxy]=8003 [caddy]=8004 [varnish]=8005)
# shellcheck disable=SC2034 # for who sources this
SERVERS=(nginx apache haproxy caddy varnish)

access_log() { echo "$TEST_TMP/$1-access.log"; }

# site_nginx: nginx itself, and the backend of the others.
site_nginx() {
	cat >"$TEST_TMP/nginx.conf" <<END
daemon off;
user root;
worker_processes 1;
pid $TEST_TMP/nginx.pid;
error_log $TEST_TMP/nginx-error.log;
events { worker_connections 1024; }
http {
	log_format sent escape=none
		'\$remote_addr	\$remote_port	\$request	\$status	\$http_host	\$http_user_agent';
	client_body_temp_path $TEST_TMP/nginx-body;
	proxy_temp_path $TEST_TMP/nginx-proxy;
	fastcgi_temp_path $TEST_TMP/nginx-fastcgi;
	uwsgi_temp_path $TEST_TMP/nginx-uwsgi;
	scgi_temp_path $TEST_TMP/nginx-scgi;
	types { text/html html; text/css css; text/javascript js; application/json json; image/png png; text/plain txt; }
	keepalive_requests 1000000;
	keepalive_timeout 200s;
	client_max_body_size 0;
	absolute_redirect off;
	gzip on;
	gzip_types text/css text/javascript text/plain application/json;
	root $SITE;
	server {
		listen ${SERVER_PORT[nginx]};
		listen [::]:${SERVER_PORT[nginx]};
		access_log $(access_log nginx) sent;
		location ~ ^/(upload|moved|empty) { proxy_pass http://127.0.0.1:$BACKEND_PORT; proxy_http_version 1.1; }
	}
	server {
		listen 127.0.0.1:$BACKEND_PORT;
		access_log off;
		large_client_header_buffers 8 32k;
		location /upload { return 200 "received\n"; }
		location /moved { return 301 /index.html; }
		location /empty { return 204; }
	}
}
END
	server_start server "${SERVER_PORT[nginx]}" "$TEST_TMP/nginx.out" nginx -c "$TEST_TMP/nginx.conf" \
		-e "$TEST_TMP/nginx-error.log"
}

site_apache() {
	local module modules=/usr/lib/apache2/modules
	{
		for module in mpm_event authz_core dir mime filter deflate proxy proxy_http; do
			echo "LoadModule ${module}_module $modules/mod_$module.so"
		done
		cat <<END
ServerName localhost
Listen ${SERVER_PORT[apache]}
User www-data
Group www-data
PidFile $TEST_TMP/apache.pid
ErrorLog $TEST_TMP/apache-error.log
DefaultRuntimeDir $TEST_TMP
DocumentRoot $SITE
TypesConfig /dev/null
AddType text/html html
AddType text/css css
AddType text/javascript js
AddType application/json json
AddType image/png png
AddType text/plain txt
AddOutputFilterByType DEFLATE text/html text/css text/javascript text/plain application/json
LogFormat "%{c}a	%{remote}p	%r	%>s	%{Host}i	%{User-Agent}i" sent
CustomLog $(access_log apache) sent
KeepAlive On
KeepAliveTimeout 200
MaxKeepAliveRequests 0
LimitRequestFieldSize 16000
ProxyPassMatch "^/(upload|moved|empty)(.*)$" "http://127.0.0.1:$BACKEND_PORT/\$1\$2"
END
	} >"$TEST_TMP/apache.conf"
	server_start server "${SERVER_PORT[apache]}" "$TEST_TMP/apache.out" \
		apache2 -d "$TEST_TMP" -f "$TEST_TMP/apache.conf" -DFOREGROUND
}

# Its access log is what it prints.
site_haproxy() {
	cat >"$TEST_TMP/haproxy.cfg" <<END
global
	log stdout len 16384 format raw daemon
	nbthread 1
	tune.bufsize 32768
	tune.http.logurilen 8192
defaults
	mode http
	log global
	option dontlognull
	timeout connect 5s
	timeout client 200s
	timeout server 200s
	timeout http-keep-alive 200s
frontend front
	bind :${SERVER_PORT[haproxy]}
	bind :::${SERVER_PORT[haproxy]} v6only
	http-request capture req.hdr(host) len 256
	http-request capture req.fhdr(user-agent) len 1024
	log-format "%ci\t%cp\t%r\t%ST\t%[capture.req.hdr(0)]\t%[capture.req.hdr(1)]"
	default_backend back
backend back
	server one 127.0.0.1:$BACKEND_PORT
END
	server_start server "${SERVER_PORT[haproxy]}" "$(access_log haproxy)" haproxy -db -f "$TEST_TMP/haproxy.cfg"
}

site_caddy() {
	cat >"$TEST_TMP/Caddyfile" <<END
{
	admin off
	auto_https off
}
http://:${SERVER_PORT[caddy]} {
	log {
		output file $(access_log caddy)
		format json
	}
	encode gzip
	root * $SITE
	@backend path /upload* /moved* /empty*
	reverse_proxy @backend 127.0.0.1:$BACKEND_PORT
	file_server
}
END
	server_start server "${SERVER_PORT[caddy]}" "$TEST_TMP/caddy.out" \
		env HOME="$TEST_TMP" XDG_DATA_HOME="$TEST_TMP" XDG_CONFIG_HOME="$TEST_TMP" \
		caddy run --config "$TEST_TMP/Caddyfile" --adapter caddyfile
}

site_varnish() {
	local format='%{VSL:ReqStart[1]}x\t%{VSL:ReqStart[2]}x\t'
	format+='%{VSL:ReqMethod}x %{VSL:ReqURL}x %{VSL:ReqProtocol}x\t%s\t%{Host}i\t%{User-Agent}i'
	cat >"$TEST_TMP/varnish.vcl" <<END
vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "$BACKEND_PORT"; }
END
	server_start server "${SERVER_PORT[varnish]}" "$TEST_TMP/varnish.out" \
		varnishd -F -j none -n "$TEST_TMP/varnish" -f "$TEST_TMP/varnish.vcl" -s malloc,64m \
		-a ":${SERVER_PORT[varnish]}" -p http_req_hdr_len=16k -p http_req_size=64k \
		-p workspace_client=256k -p workspace_backend=256k -p timeout_idle=200
	background server "$TEST_TMP/varnishncsa.out" \
		varnishncsa -n "$TEST_TMP/varnish" -w "$(access_log varnish)" -F "$format"
	on_exit stop "$BACKGROUND"
}
