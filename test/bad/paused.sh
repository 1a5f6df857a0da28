#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The guard is stopped for longer than programs which would outlive it wait for it, as those of XDP: from then on they look at
# no packet. When it goes on, so do they, and it says for how long they did not.
. "$(dirname "$0")/bad.sh"

PAUSED=12 # seconds; ATTACH_BEAT_NS is ten

# ask PATH: five requests.
ask() { ns client curl -sf -o /dev/null "http://$SERVER4/$1/[1-5]" || die "curl failed"; }

goes_on_said() { grep -qE 'hdrtap was stopped: for [1-9][0-9]* ms its programs ignored all packets' "$CAPTURE.err"; }

net_pair
nginx_start server
LOG=$TEST_TMP/log
capture_start server -i veth0 --hook xdp -w "$LOG" -v
ask before
kill -STOP "$CAPTURE_PID"
sleep $PAUSED # that is what is tested, not waited for
ask meanwhile
kill -CONT "$CAPTURE_PID"
check is_said wait_for 20 goes_on_said
ask after
capture_stop
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check accounts closes "$CAPTURE.err"
check before_is_logged [ "$(logged "$LOG" '^/before/')" -eq 5 ]
check not_looked_at [ "$(logged "$LOG" '^/meanwhile/')" -eq 0 ]
check goes_on [ "$(logged "$LOG" '^/after/')" -eq 5 ]
