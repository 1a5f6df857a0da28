#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# hdrtap-top -i counts what nginx answered, shows what hdrtap says and how it ends, ends it, and marks windows in which records were lost.
. "$(dirname "$0")/../lib.sh"
. "$HDRTAP_ROOT/test/load.sh"

TOP=$HDRTAP_BUILD/bin/hdrtap-top
net_pair
nginx_start server
SERVER=$(netns_name server)

tm() { TMUX='' tmux -S "$TEST_TMP/tmux" -f /dev/null "$@"; }
on_exit tm kill-server
tm -u new-session -d -x 120 -y 24 ip netns exec "$SERVER" env -u NO_COLOR PS1='$ ' LC_ALL=C.UTF-8 TERM=screen-256color bash --norc --noprofile
tm set-option -g status off
screen() { tm capture-pane -p; }
shows() { screen | grep -qF -- "$1"; }
sees() {
	if wait_for 60 shows "$2"; then
		ok "$1"
	else
		screen
		fail "$1" "the screen does not show: $2"
	fi
}
left() { [ "$(tm display-message -p '#{alternate_on}')" = 0 ]; }
captures() { ip netns pids "$SERVER" | xargs -r ps -o comm= -p | grep -cx hdrtap; }
none() { [ "$(captures)" -eq 0 ]; }
detached() { [ "$(attached)" -eq 0 ]; }

# start: hdrtap-top -i veth0, until hdrtap listens.
start() {
	tm send-keys "clear; '$TOP' -i veth0" Enter
	wait_for 60 shows 'listening on veth0' || die "it does not listen: $(screen)"
}
send() { ns client curl -sf -o /dev/null "http://$SERVER4/$1"; }

# What nginx answered.
start
ok says_what_hdrtap_says
send 'users/[1-40]' || die "curl failed"
ns client curl -s -o /dev/null "http://$SERVER4/404/[1-10]"
sees fifty_requests '50 requests'
sees users 'GET 10.9.0.2/users/{n}'
screen
tm send-keys 4
sees by_status ' 404'
# counted KEY: how many requests its row has.
counted() { screen | awk -v key="$1" '$NF == key { print $1 }'; }
answered() { awk -v status="$1" '$3 == status' "$TEST_TMP/nginx-access.log" | wc -l; }
same() { [ "$(counted "$1")" = "$(answered "$1")" ]; }
check answers_200 wait_for 20 same 200
check answers_404 wait_for 20 same 404
load_start 2 1500 load
load_wait
tm send-keys 3 w
sees by_client '5m'
sum() { shows "$((LOAD_COUNT + 50)) requests"; }
check every_request_of_wrk wait_for 30 sum
check nothing_lost shows 'lost 0'
tm send-keys Enter
sees client_is_looked_into 'client 10.9.0.1'
sees its_apis 'GET 10.9.0.2/load/{n}/{n}'
pid_of() { ip netns pids "$SERVER" | xargs -r ps -o pid= -o comm= -p | awk -v name="$1" '$2 == name { print $1 }'; }
kill -KILL "$(pid_of hdrtap-top)"
check killed_takes_capture_with_it wait_for 20 none
check killed_leaves_nothing_attached wait_for 20 detached
tm send-keys "reset; echo re''ady" Enter
wait_for 20 shows ready

# hdrtap ends by itself.
start
send 1
sees one_request '1 requests'
check two_processes [ "$(captures)" -eq 2 ]
pid_of hdrtap | xargs kill -KILL
sees end_is_told 'hdrtap has ended: killed by signal 9'
tm send-keys q
wait_for 20 left
sees messages_are_kept 'listening on veth0'

# Batch mode, and captures that cannot begin.
background server "$TEST_TMP/err" sh -c "exec '$TOP' -q -i veth0 -b --window 1s >'$TEST_TMP/tables'"
BATCH=$BACKGROUND
on_exit stop "$BATCH" KILL
row_came() { send 1 && grep -qF 'GET 10.9.0.2/{n}' "$TEST_TMP/tables"; }
wait_for 60 row_came
status=0
stop "$BATCH" INT || status=$?
cat "$TEST_TMP/tables" "$TEST_TMP/err"
check batch_ends [ $status -eq 0 ]
check tables_have_rows grep -qF 'GET 10.9.0.2/{n}' "$TEST_TMP/tables"
check batch_ends_capture none
check batch_leaves_nothing_attached detached
check batch_has_its_messages grep -q 'heads seen by the kernel' "$TEST_TMP/err"
refused() {
	local status=0
	ns server "$TOP" -b "$@" >"$TEST_TMP/tables" 2>"$TEST_TMP/err" </dev/null || status=$?
	cat "$TEST_TMP/err"
	[ $status -eq 1 ] && [ ! -s "$TEST_TMP/tables" ]
}
check no_such_interface refused -i nothing
check no_such_interface_is_said grep -q 'nothing' "$TEST_TMP/err"

# Losses: it is stopped, and hdrtap has no room for what comes meanwhile.
LIMITED="prlimit --memlock=0 setpriv --bounding-set=-all,+bpf,+net_admin,+perfmon --inh-caps=-all"
tm send-keys "clear; $LIMITED '$HDRTAP' -i veth0 -w - 2>'$TEST_TMP/limited' | '$TOP' -r - --window 5m" Enter
wait_for 60 grep -q 'listening on' "$TEST_TMP/limited" || die "it does not listen: $(cat "$TEST_TMP/limited")"
cat "$TEST_TMP/limited"
send 1
sees before_losses 'lost 0'
sees one_request_before '1 requests'
kill -STOP "$(pid_of hdrtap-top)"
load_start 2 14000 loss
load_wait
kill -CONT "$(pid_of hdrtap-top)"
sees losses_are_marked '! lost '
sees losses_in_the_trend '!'
screen
tm send-keys q
check all_ends wait_for 30 none
