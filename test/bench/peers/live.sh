#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# live.sh dense|bulk ROUNDS SECONDS OBSERVER...: nginx in one namespace, wrk in another, saturated, while each observer in turn looks at the server's
# interface. One JSON object a line: round, observer, requests, bytes and seconds of wrk, the observer's cpu seconds (programs included), what it said.
# An observer's name may end in digits: the same once more.
. "$(dirname "$0")/../../lib.sh"

traffic=$1 rounds=$2 seconds=$3
shift 3
empty=$HDRTAP_BUILD/test/bench/peers/empty.bpf.o
target=http://$SERVER4/

bench_nginx() {
	head -c 4M /dev/zero >"$TEST_TMP/bulk"
	cat >"$TEST_TMP/nginx.conf" <<-CONF
		daemon off;
		user root;
		worker_processes 1;
		pid $TEST_TMP/nginx.pid;
		events { worker_connections 1024; }
		http {
			access_log off;
			keepalive_requests 10000000;
			sendfile on;
			server {
				listen 80;
				location / { return 200 "Hello from this server, which has no more to say than this.\n"; }
				location /bulk { root $TEST_TMP; }
			}
		}
	CONF
	server_start server 80 "$TEST_TMP/nginx.out" nginx -c "$TEST_TMP/nginx.conf" -e "$TEST_TMP/nginx-error.log"
}

empty_attach() {
	ns server tc qdisc add dev veth0 clsact &&
		ns server tc filter add dev veth0 ingress bpf da obj "$empty" sec tc &&
		ns server tc filter add dev veth0 egress bpf da obj "$empty" sec tc
}

# observer_start NAME: $observer is its process, 0 where there is none.
observer_start() {
	local out=$TEST_TMP/observer.out err=$TEST_TMP/observer.err command
	observer=0
	: >"$err"
	rm -rf "$TEST_TMP/log"
	case $1 in
	none) return ;;
	empty) empty_attach || die "cannot attach the empty program" && return ;;
	hdrtap) command="$HDRTAP -i veth0 -v -w $TEST_TMP/log" ;;
	requests) command="$HDRTAP -i veth0 -v --heads request -w $TEST_TMP/log" ;;
	tcpdump) command="tcpdump -i veth0 -w /dev/null" ;;
	pico) command="$HDRTAP_BUILD/test/bench/peers/hdrtap-bench-pico -i veth0" out=/dev/null ;;
	httpry) command="httpry -i veth0 -o /dev/null" ;;
	ngrep) command="ngrep -d veth0 -q -W byline ^GET" out=/dev/null ;;
	tshark) command="tshark -q -i veth0 -w /dev/null" ;;
	*) die "no observer $1" ;;
	esac
	# shellcheck disable=SC2086 # words
	(exec ip netns exec "$(netns_name server)" env --default-signal=INT $command >"$out" 2>"$err" </dev/null) &
	observer=$!
	wait_for 30 grep -qi 'listening on\|interface: \|capturing on' "$err" "$out" || sleep 1
}

# observer_cpu: seconds of all its processes so far.
observer_cpu() {
	local pids
	pids="$observer $(pgrep -P "$observer" | tr '\n' ' ')"
	# shellcheck disable=SC2086 # words
	cat $(printf '/proc/%s/stat ' $pids) 2>/dev/null |
		awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); ticks += $12 + $13 } END { print ticks / hz }'
}

# programs_cpu: seconds hdrtap's programs ran.
programs_cpu() {
	bpftool -j prog show | jq '[.[] | select(.name // "" | startswith("hdrtap_")) | .run_time_ns // 0] | add // 0 | . / 1e9'
}

observer_stop() {
	if [ "$observer" -eq 0 ]; then
		ns server tc qdisc del dev veth0 clsact 2>/dev/null
		return 0
	fi
	stop "$observer" INT
}

measure() {
	local round=$1 name=$2 kind=${2%%[0-9]*} wrk cpu=0 programs=0 before=0
	observer_start "$kind"
	[ "$observer" -eq 0 ] || before=$(observer_cpu)
	wrk=$(ns client wrk -t 1 -c 32 -d "$seconds" -s "$(dirname "$0")/wrk.lua" "$target")
	if [ "$observer" -ne 0 ]; then
		cpu=$(observer_cpu)
		programs=$(programs_cpu)
	fi
	observer_stop
	jq -cn --argjson round "$round" --arg observer "$name" --argjson cpu "$cpu" --argjson before "$before" \
		--argjson programs "$programs" --argjson wrk "$(grep '^{' <<<"$wrk")" --rawfile said "$TEST_TMP/observer.err" \
		'$wrk + { round: $round, observer: $observer, cpu: ($cpu - $before), programs: $programs, said: $said }'
}

net_pair
bench_nginx
if [ "$traffic" = bulk ]; then
	net_offloads off
	target=http://$SERVER4/bulk
fi
stats=$(sysctl -n kernel.bpf_stats_enabled)
on_exit sysctl -q -w "kernel.bpf_stats_enabled=$stats"
sysctl -q -w kernel.bpf_stats_enabled=1
for ((round = 0; round < rounds; round++)); do
	for name in "$@"; do
		measure "$round" "$name"
	done
done
