#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The unit's command line, on a veth pair, with the unit's families of sockets and a service manager that is a socket: it is
# told what happens. test/package/boot has the unit itself.
. "$(dirname "$0")/../lib.sh"

LOG=$TEST_TMP/log

# command_line: the arguments of ExecStart, for veth0 and with a log of ours.
command_line() { sed -n 's,^ExecStart=/usr/bin/hdrtap ,,p' "$HDRTAP_ROOT/package/hdrtap@.service" | sed "s,/var/log/hdrtap/%i,$LOG,; s,%i,veth0,"; }

# confined: a program that is hdrtap with no more than the unit's families of sockets.
confined() {
	local families
	families=$(sed -n 's/^RestrictAddressFamilies=//p' "$HDRTAP_ROOT/package/hdrtap@.service")
	printf '#!/bin/sh\nexec "%s" "%s" "%s" "$@"\n' "$HDRTAP_BUILD/test/net/bin/only_families" "$families" "$HDRTAP" >"$TEST_TMP/hdrtap"
	chmod 755 "$TEST_TMP/hdrtap"
	echo "$TEST_TMP/hdrtap"
}

net_pair
nginx_start server
notify_listen
echo 'limit: 1000' >"$TEST_TMP/hdrtap.yaml"
read -ra arguments < <(command_line)
check command_line [ "${#arguments[@]}" -eq 4 ]
export NOTIFY_SOCKET=$NOTIFY WATCHDOG_USEC=400000
HDRTAP=$(confined) capture_start server "${arguments[@]}" --config "$TEST_TMP/hdrtap.yaml"
unset NOTIFY_SOCKET WATCHDOG_USEC
check ready wait_for 20 notified 1 '^READY=1$'
check may_be_promiscuous bash -c "! grep 'not promiscuous' $CAPTURE.err"
check ready_first [ "$(head -n 1 "$NOTIFIED")" = READY=1 ]
ns client curl -sf -o /dev/null "http://$SERVER4/[1-20]" || die "curl failed"
check keep_alives wait_for 20 notified 3 '^WATCHDOG=1 '
check status wait_for 20 notified 1 'STATUS=40 heads emitted, 0 lost'
kill -HUP "$CAPTURE_PID"
check reloading wait_for 20 notified 1 '^RELOADING=1$'
check ready_again wait_for 20 notified 2 '^READY=1$'
check not_stopping_yet [ "$(grep -c STOPPING "$NOTIFIED")" -eq 0 ]
capture_stop TERM
check exit_status [ "$CAPTURE_STATUS" -eq 0 ]
check stopping wait_for 20 notified 1 '^STOPPING=1$'
check logged [ "$("$HDRTAP" -q -r "$LOG" -f json | wc -l)" -eq 40 ]
