#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# memory.sh SECONDS: what hdrtap -w takes while a server is saturated. JSON objects: one a second with KiB of the worker's private memory and of the
# rings it has mapped; one for each of two sizes of the flow table with bytes of all maps.
. "$(dirname "$0")/../../lib.sh"
. "$(dirname "$0")/observers.sh"

# maps_memory CONNECTIONS: bytes of all maps of the process that made them.
maps_memory() {
	cat /proc/"$observer"/fdinfo/* 2>/dev/null |
		awk -v connections="$1" '/^memlock:/ { bytes = $2 } /^map_id:/ { of[$2] = bytes }
			END { for (id in of) sum += of[id]; printf "{\"connections\":%d,\"maps\":%d}\n", connections, sum }'
}

net_pair
bench_nginx
observer_start hdrtap "--connections 16384"
maps_memory 16384
load "$1" "http://$SERVER4/" >/dev/null &
loader=$!
for ((second = 0; second < $1; second++)); do
	sleep 1
	worker_memory "$(observer_processes | tail -n 1)"
done
wait "$loader"
observer_stop
observer_start hdrtap "--connections 65536"
maps_memory 65536
observer_stop
