# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What live.sh, memory.sh and open_loop.sh share, behind test/lib.sh: a server and requests that saturate it, those who look on at the server's
# interface, and what they take.

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
		ns server tc filter add dev veth0 ingress bpf da obj "$HDRTAP_BUILD/test/bench/peers/empty.bpf.o" sec tc &&
		ns server tc filter add dev veth0 egress bpf da obj "$HDRTAP_BUILD/test/bench/peers/empty.bpf.o" sec tc
}

# observer_start NAME [OPTIONS]: $observer is its process, 0 where there is none.
observer_start() {
	local out=$TEST_TMP/observer.out err=$TEST_TMP/observer.err command
	observer=0
	: >"$err"
	rm -rf "$TEST_TMP/log"
	case $1 in
	none) return ;;
	empty) empty_attach || die "cannot attach the empty program" && return ;;
	hdrtap) command="$HDRTAP -i veth0 -v -w $TEST_TMP/log ${2:-}" ;;
	where) command="$HDRTAP -i veth0 -v --where path==/wanted -w $TEST_TMP/log" ;;
	requests) command="$HDRTAP -i veth0 -v --heads request -w $TEST_TMP/log" ;;
	tcpdump) command="tcpdump -i veth0 -w /dev/null" ;;
	tcpdump-A) command="tcpdump -i veth0 -A" out=/dev/null ;;
	pico) command="$HDRTAP_BUILD/test/bench/peers/hdrtap-bench-pico -i veth0" out=/dev/null ;;
	httpry) command="httpry -i veth0 -o /dev/null" ;;
	ngrep) command="ngrep -d veth0 -q -W byline ^GET" out=/dev/null ;;
	tshark) command="tshark -i veth0 -Y http.request -T fields -e http.host -e http.request.uri" out=/dev/null ;;
	*) die "no observer $1" ;;
	esac
	# shellcheck disable=SC2086 # words
	(exec ip netns exec "$(netns_name server)" env --default-signal=INT $command >"$out" 2>"$err" </dev/null) &
	observer=$!
	if [ "$1" = ngrep ]; then
		sleep 1 # it says nothing
	else
		wait_for 30 grep -qi 'listening on\|captur[a-z]* on' "$err" || die "$1 does not come up"
	fi
}

# observer_processes: process ids, the one that was started first.
observer_processes() {
	echo "$observer"
	pgrep -P "$observer"
}

# observer_cpu: seconds of all its processes so far.
observer_cpu() {
	local pid
	for pid in $(observer_processes); do
		cat /proc/"$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ sum += $1 } END { print sum / 1e9 }'
}

# programs_time: seconds that the kernel programs looking at the interface ran, and how often, as JSON. hdrtap's are its own descriptors'.
programs_time() {
	local hook
	if [ "$observer" -ne 0 ]; then
		cat /proc/"$observer"/fdinfo/*
	else
		for hook in ingress egress; do
			ns server tc filter show dev veth0 $hook | grep -o ' id [0-9]*' | xargs -r bpftool prog show | sed 's/ run_/\n&/g'
		done
	fi 2>/dev/null | awk '/prog_id:/ { id = $2 } /^[0-9]+:/ { id = $1 } /run_time_ns/ { ns[id] = $2 } /run_cnt/ { runs[id] = $2 }
		END { for (id in ns) { time += ns[id]; count += runs[id] } printf "{\"programs\":%f,\"runs\":%d}\n", time / 1e9, count }'
}

# worker_memory PID: KiB that are its own, and those of all rings and of one, as JSON.
worker_memory() {
	awk '/^[0-9a-f]+-[0-9a-f]+ / { ring = /perf_event/ }
		/^Size:/ && ring { one = $2; rings += $2 }
		/^Private_(Clean|Dirty):/ && !ring { own += $2 }
		END { printf "{\"private\":%d,\"rings\":%d,\"ring\":%d}\n", own, rings, one }' "/proc/$1/smaps"
}

observer_stop() {
	if [ "$observer" -eq 0 ]; then
		ns server tc qdisc del dev veth0 clsact 2>/dev/null
		return 0
	fi
	stop "$observer" INT
}

# load SECONDS TARGET [SCRIPT]: what wrk says of it, as JSON.
load() { ns client wrk -t 1 -c 32 -d "$1" -s "$HDRTAP_ROOT/test/bench/peers/${3:-wrk}.lua" "$2" | grep '^{'; }

# statistics_on: the kernel times programs, until the script ends.
statistics_on() {
	on_exit sysctl -q -w "kernel.bpf_stats_enabled=$(sysctl -n kernel.bpf_stats_enabled)"
	sysctl -q -w kernel.bpf_stats_enabled=1
}
