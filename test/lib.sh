# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What the test scripts share: result lines, network namespaces, real servers, a running hdrtap, clean-up. Source it
# first. Everything a test makes stands in network namespaces named after its process and in $TEST_TMP, so tests
# disturb neither each other nor the machine; the exit trap takes it all away again, also after a signal.

set -u -o pipefail

: "${HDRTAP_ROOT:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${HDRTAP_BUILD:=$HDRTAP_ROOT/build-test}"
: "${HDRTAP:=$HDRTAP_BUILD/bin/hdrtap}"
: "${HDRTAP_CORPUS:=$HDRTAP_ROOT/../shared/corpus}"
export HDRTAP_ROOT HDRTAP_BUILD HDRTAP HDRTAP_CORPUS
PATH=/usr/bin:$PATH:/usr/sbin:/sbin # first the programs of the packages that the tests need

TEST_TMP=''
TEST_FAILED=0
TEST_CLEANUP=()

# --- results -----------------------------------------------------------------------------------------------------

# ok NAME [DETAIL]
ok() { echo "ok $1${2:+: $2}"; }

# FAIL NAME WHY
fail() {
	echo "FAIL $1: $2"
	TEST_FAILED=1
}

# skip NAME WHY
skip() { echo "skip $1: $2"; }

# check NAME COMMAND...: one result line; what the command prints goes to the log and its last line is the reason.
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		[ -z "$output" ] || echo "$output"
		ok "$name"
	else
		output=${output:-$*}
		echo "$output"
		fail "$name" "$(tail -n 1 <<<"$output")"
	fi
}

# die WHY: the test can't go on.
die() {
	fail "${0##*/}" "$1"
	exit 1
}

# on_exit COMMAND...: runs at the end, last one first.
on_exit() { TEST_CLEANUP+=("$(printf '%q ' "$@")"); }

test_end() {
	local status=$? i

	trap '' INT TERM
	for ((i = ${#TEST_CLEANUP[@]} - 1; i >= 0; i--)); do
		eval "${TEST_CLEANUP[i]}"
	done
	[ -z "$TEST_TMP" ] || rm -rf "$TEST_TMP"
	[ "$status" -ne 0 ] || status=$TEST_FAILED
	exit "$status"
}
trap test_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
TEST_TMP=$(mktemp -d)
chmod 755 "$TEST_TMP" # servers that give up root still have to read it

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is over.
wait_for() {
	local tries=$(($1 * 20 * ${HDRTAP_SLOWNESS:-1}))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# stop PID [SIGNAL]: ends a process of ours and returns its exit status.
stop() {
	kill -s "${2:-TERM}" "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# refuses PROGRAM STATUS TEXT ARGUMENT...: it ends with that status, and its first line on standard error has the text.
refuses() {
	local program=$1 expected=$2 text=$3 status=0
	shift 3
	"$program" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null || status=$?
	[ $status -eq "$expected" ] && head -n 1 "$TEST_TMP/err" | grep -qF -- "$text"
}

# notify_listen: a service manager that is a socket, $NOTIFY. It writes every message to $NOTIFIED, its lines joined by spaces.
notify_listen() {
	NOTIFY=$TEST_TMP/notify NOTIFIED=$TEST_TMP/notified
	python3 -u -c '
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
while True:
    print(end.recv(4096).decode().replace("\n", " "))' "$NOTIFY" >"$NOTIFIED" &
	on_exit stop $!
	wait_for 10 test -S "$NOTIFY" || die "no socket"
}

# notified N PATTERN: at least so often.
notified() { [ "$(grep -c -- "$2" "$NOTIFIED")" -ge "$1" ]; }

# --- network namespaces --------------------------------------------------------------------------------------------

netns_name() { echo "ht$$-$1"; }

# ns NAME COMMAND...: runs in the namespace.
ns() {
	local name=$1
	shift
	ip netns exec "ht$$-$name" "$@"
}

# netns_add NAME: a namespace with its loopback up.
netns_add() {
	on_exit netns_delete "$1" # before it is there: a signal may come in between
	ip netns add "ht$$-$1" || die "cannot make a network namespace"
	ip -n "ht$$-$1" link set lo up
	ns "$1" sysctl -q -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.accept_dad=0 ||
		die "cannot set up a network namespace"
}

netns_delete() {
	local pids
	[ -e "/run/netns/ht$$-$1" ] || return 0
	pids=$(ip netns pids "ht$$-$1")
	# shellcheck disable=SC2086 # one word per process
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	ip netns delete "ht$$-$1"
}

CLIENT4=10.9.0.1 SERVER4=10.9.0.2 CLIENT6=fd09::1 SERVER6=fd09::2
export CLIENT4 SERVER4 CLIENT6 SERVER6

# address_add NAME INTERFACE IPV4 IPV6
address_add() {
	ip -n "ht$$-$1" address add "$3/24" dev "$2"
	ip -n "ht$$-$1" address add "$4/64" dev "$2" nodad
}

# net_pair: namespaces `client` and `server`, joined by a veth pair, called veth0 in both; $CLIENT4, $SERVER6 and so on.
net_pair() {
	netns_add client
	netns_add server
	ip link add veth0 netns "ht$$-client" type veth peer name veth0 netns "ht$$-server" ||
		die "cannot make a veth pair"
	address_add client veth0 $CLIENT4 $CLIENT6
	address_add server veth0 $SERVER4 $SERVER6
	ip -n "ht$$-client" link set veth0 up
	ip -n "ht$$-server" link set veth0 up
}

# net_machine: joins the namespace `server` with the one that the test itself runs in, which takes a machine of its own.
net_machine() {
	ip link add veth0 type veth peer name veth0 netns "ht$$-server" || die "cannot make a veth pair"
	address_add server veth0 $SERVER4 $SERVER6
	ip -n "ht$$-server" link set veth0 up
	ip address add $CLIENT4/24 dev veth0
	ip link set veth0 up
}

# net_offloads on|off: segmentation and receive offloads of both ends of net_pair.
net_offloads() {
	local name
	for name in client server; do
		ns $name ethtool -K veth0 tso "$1" gso "$1" gro "$1" tx "$1" rx "$1" >/dev/null 2>&1 ||
			die "ethtool cannot turn offloads $1"
	done
}

# --- servers -------------------------------------------------------------------------------------------------------

# port_open NAME PORT: something listens there. Connects over the namespace's loopback and sends nothing.
port_open() { ns "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/$2"; }

# background NAME LOG COMMAND...: starts it in the namespace; its process id is in $BACKGROUND. Unlike plain `&` it
# leaves SIGINT alone.
background() {
	local name=$1 log=$2
	shift 2
	(exec ip netns exec "ht$$-$name" env --default-signal=INT "$@" >"$log" 2>&1 </dev/null) &
	BACKGROUND=$!
}

# server_start NAME PORT LOG COMMAND...: starts a server in the namespace, returns when it listens.
server_start() {
	local name=$1 port=$2 log=$3
	shift 3
	background "$name" "$log" "$@"
	on_exit stop "$BACKGROUND"
	wait_for 20 port_open "$name" "$port" && return
	cat "$log"
	die "${1##*/} does not listen on port $port"
}

# nginx_start NAME [PORT]: answers every method on every path with 200 (/404... 404, /301... 301) and sends the
# X-Request-Id back. One line per request in $TEST_TMP/nginx-access.log: id method status target.
nginx_start() {
	local port=${2:-80}
	cat >"$TEST_TMP/nginx.conf" <<END
daemon off;
user root;
worker_processes 1;
pid $TEST_TMP/nginx.pid;
error_log $TEST_TMP/nginx-error.log;
events { worker_connections 1024; }
http {
	log_format test '\$http_x_request_id \$request_method \$status \$request_uri';
	access_log $TEST_TMP/nginx-access.log test;
	client_body_temp_path $TEST_TMP/nginx-body;
	proxy_temp_path $TEST_TMP/nginx-proxy;
	fastcgi_temp_path $TEST_TMP/nginx-fastcgi;
	uwsgi_temp_path $TEST_TMP/nginx-uwsgi;
	scgi_temp_path $TEST_TMP/nginx-scgi;
	keepalive_requests 1000000;
	server {
		listen $port;
		listen [::]:$port;
		add_header X-Request-Id \$http_x_request_id always;
		default_type text/plain;
		location / { return 200 "Hello from \$request_uri\n"; }
		location /404 { return 404 "Not here\n"; }
		location /301 { return 301 /moved; }
	}
}
END
	server_start "$1" "$port" "$TEST_TMP/nginx.out" nginx -c "$TEST_TMP/nginx.conf" \
		-e "$TEST_TMP/nginx-error.log"
}

# apache_start NAME [PORT]: as nginx_start; the log is $TEST_TMP/apache-access.log.
apache_start() {
	local port=${2:-80} module modules=/usr/lib/apache2/modules
	{
		for module in mpm_event authz_core headers rewrite setenvif; do
			echo "LoadModule ${module}_module $modules/mod_$module.so"
		done
		cat <<END
ServerName localhost
Listen $port
User www-data
Group www-data
PidFile $TEST_TMP/apache.pid
ErrorLog $TEST_TMP/apache-error.log
DefaultRuntimeDir $TEST_TMP
DocumentRoot $TEST_TMP
LogFormat "%{X-Request-Id}i %m %>s %U%q" test
CustomLog $TEST_TMP/apache-access.log test
KeepAlive On
MaxKeepAliveRequests 0
SetEnvIf X-Request-Id "^(.*)$" request_id=\$1
Header always set X-Request-Id "%{request_id}e" env=request_id
RewriteEngine On
RewriteRule ^/404 - [R=404,L]
RewriteRule ^/301 /moved [R=301,L]
RewriteRule ^ - [R=200,L]
END
	} >"$TEST_TMP/apache.conf"
	server_start "$1" "$port" "$TEST_TMP/apache.out" apache2 -d "$TEST_TMP" -f "$TEST_TMP/apache.conf" -DFOREGROUND
}

# haproxy_start NAME PORT BACKEND_PORT: in front of a server on the namespace's loopback.
haproxy_start() {
	cat >"$TEST_TMP/haproxy.cfg" <<END
defaults
	mode http
	timeout connect 5s
	timeout client 30s
	timeout server 30s
frontend front
	bind :::$2 v4v6
	default_backend back
backend back
	server one 127.0.0.1:$3
END
	server_start "$1" "$2" "$TEST_TMP/haproxy.out" haproxy -db -f "$TEST_TMP/haproxy.cfg"
}

# --- hdrtap --------------------------------------------------------------------------------------------------------

CAPTURE_COUNT=0

capture_ready() { grep -q 'listening on' "$CAPTURE.err" || ! kill -0 "$CAPTURE_PID"; }

# capture_start NAME ARGUMENT...: hdrtap in the namespace, at hook $HDRTAP_HOOK if that is set; returns when it is
# attached. Its process id is in $CAPTURE_PID, its output in $CAPTURE.out and $CAPTURE.err.
capture_start() {
	local name=$1
	shift
	CAPTURE=$TEST_TMP/capture$((++CAPTURE_COUNT))
	(exec ip netns exec "ht$$-$name" env --default-signal=INT "$HDRTAP" ${HDRTAP_HOOK:+--hook "$HDRTAP_HOOK"} "$@" \
		>"$CAPTURE.out" 2>"$CAPTURE.err" </dev/null) &
	CAPTURE_PID=$!
	on_exit stop "$CAPTURE_PID" KILL
	wait_for 60 capture_ready && kill -0 "$CAPTURE_PID" 2>/dev/null && return
	cat "$CAPTURE.err"
	die "hdrtap $* does not come up"
}

# worker: of the last capture, the process that reads.
worker() { pgrep -P "$CAPTURE_PID"; }

gone() { ! kill -0 "$1" 2>/dev/null; }

# attached: how many programs of hdrtap are at the server's veth0. bpftool does not know TCX everywhere, so hdrtap is asked.
attached() { ns server "$HDRTAP" --check veth0 | grep -c 'hdrtap_'; }

# logged LOG PATTERN: how many requests for such a path are in it.
logged() { "$HDRTAP" -q -r "$1" -f json | jq -r 'select(."hdrtap.kind" == "request") | ."url.path"' | grep -cE "$2"; }

at_least() { [ "$(logged "$1" "$2")" -ge "$3" ]; }

# capture_stop [SIGNAL]: ends the last capture in order; its exit status is in $CAPTURE_STATUS.
capture_stop() {
	CAPTURE_STATUS=0
	stop "$CAPTURE_PID" "${1:-INT}" || CAPTURE_STATUS=$?
	cat "$CAPTURE.err"
}

# without_run: JSON without what differs from run to run.
without_run() { jq -c 'del(."hdrtap.run")'; }

# json ARGUMENT...: what hdrtap prints as JSON, likewise.
json() { "$HDRTAP" -q -f json "$@" | without_run; }
