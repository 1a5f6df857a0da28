#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON are enough; without more lockable memory the perf buffers are smaller, which is
# said.
. "$(dirname "$0")/heads.sh"

CAPS=-all,+bpf,+net_admin,+perfmon

net_pair
nginx_start server
install -m 755 "$HDRTAP" "$TEST_TMP/hdrtap"
cat >"$TEST_TMP/limited" <<END
#!/bin/sh
exec prlimit --memlock=0 setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$CAPS --ambient-caps=$CAPS \
	--bounding-set=$CAPS "$TEST_TMP/hdrtap" "\$@"
END
chmod 755 "$TEST_TMP/limited"
HDRTAP=$TEST_TMP/limited
capture_start server -i veth0 -f json -v
ns client curl -sf -o /dev/null "http://$SERVER4/[1-100]" || die "curl failed"
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check says_smaller grep -q 'ring buffers have 512 KiB per CPU.*CAP_IPC_LOCK' "$CAPTURE.err"
check accounts accounts_closed "$CAPTURE.err" heads_started=200 requests=100 responses=100
check records [ "$(wc -l <"$CAPTURE.out")" -eq 200 ]
