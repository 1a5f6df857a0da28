#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# live.sh dense|mixed|bulk ROUNDS SECONDS OBSERVER...: nginx in one namespace, wrk in another, saturated, while each observer in turn looks at the server's
# interface; each round begins with another of them. One JSON object a line: round, observer, requests, bytes and seconds of wrk, CPU seconds of the
# observer's processes, seconds and runs of its programs, what it said. An observer's name may end in digits: the same once more.
. "$(dirname "$0")/../../lib.sh"
. "$(dirname "$0")/observers.sh"

traffic=$1 rounds=$2 seconds=$3
shift 3
target=http://$SERVER4/ requests=wrk

measure() {
	local round=$1 name=$2 kind=${2%%[0-9]*} wrk cpu=0 programs before=0
	observer_start "$kind"
	[ "$observer" -eq 0 ] || before=$(observer_cpu)
	wrk=$(load "$seconds" "$target" "$requests")
	[ "$observer" -eq 0 ] || cpu=$(observer_cpu)
	programs=$(programs_time)
	observer_stop
	jq -cn --argjson round "$round" --arg observer "$name" --argjson cpu "$cpu" --argjson before "$before" \
		--argjson programs "$programs" --argjson wrk "$wrk" --rawfile said "$TEST_TMP/observer.err" \
		'$wrk + $programs + { round: $round, observer: $observer, cpu: ($cpu - $before), said: $said }'
}

net_pair
bench_nginx
if [ "$traffic" = bulk ]; then
	net_offloads off
	target=http://$SERVER4/bulk
elif [ "$traffic" = mixed ]; then
	requests=wrk_mixed
fi
statistics_on
for ((round = 0; round < rounds; round++)); do
	for ((i = 0; i < $#; i++)); do
		at=$((1 + (round + i) % $#))
		measure "$round" "${!at}"
	done
done
