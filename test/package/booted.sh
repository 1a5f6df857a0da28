#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Inside test/package/boot's machine, started by systemd: what becomes of hdrtap@veth0, which was enabled before there was
# such an interface.
export HDRTAP_BUILD=/usr HDRTAP_SLOWNESS=3
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/present.sh"

UNIT=hdrtap@veth0
LOG=/var/log/hdrtap/veth0
CONFIG=/etc/hdrtap/hdrtap.yaml

property() { systemctl show -P "$1" $UNIT; }
is() { [ "$(property "$1")" = "$2" ]; }
journal() { journalctl -q -o cat -u $UNIT; }
main() { property MainPID; }

# said PATTERN: in its journal.
said() { journal | grep -E "$1"; }

# configure TEXT: it is the configuration file; unconfigure: the package's is again.
configure() { echo "$1" >$CONFIG; }
unconfigure() { cp "$TEST_TMP/packaged.yaml" $CONFIG; }

# ask PATH [OPTION...]: ten requests. logs PATH: they are in the log.
ask() {
	local path=$1
	shift
	curl -sf -o /dev/null "$@" "http://$SERVER4/$path/[1-10]" || die "curl failed"
}
logs() { [ "$(logged "$LOG" "^/$1/")" -eq 10 ]; }

# comes_up: it becomes active, or its journal says why not.
comes_up() {
	wait_for 30 is ActiveState active && return
	systemctl status $UNIT
	journal | tail -n 30
	return 1
}

# goes_on NAME: it is active, and what is asked for now is logged.
goes_on() {
	check "$1_active" comes_up
	ask "$1"
	check "$1_logs" wait_for 20 logs "$1"
}

# tries: it is started again and again.
tries() { [[ $(property ActiveState) == *activating ]]; }

waits_for_interface() {
	check tries_without_interface tries
	check says_what_is_missing said 'cannot capture on veth0: no such interface'
	net_machine
	goes_on boot
}

confined() {
	local worker
	worker=$(pgrep -P "$(main)")
	check user [ "$(ps -o user= -p "$(main)")" = hdrtap ]
	check worker_without_capabilities grep -qE '^CapEff:\s+0+$' "/proc/$worker/status"
	check no_new_privileges grep -qE '^NoNewPrivs:\s+1$' "/proc/$(main)/status"
	check log_is_its_own [ "$(stat -c %U:%a $LOG)" = hdrtap:700 ]
}

says_what_it_does() {
	check status wait_for 20 is StatusText '20 heads emitted, 0 lost'
	check stat_without_privileges stat_by_nobody
	check says_it_listens said 'listening on veth0'
}
stat_by_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups hdrtap-stat -f json | jq -e '.captures | length == 1'
}

tenants() { [ "$("$HDRTAP" -r $LOG 2>/dev/null | grep -cF x-tenant=a)" -eq 10 ]; }

reloads() {
	local process
	process=$(main)
	configure 'elements: [x-tenant]'
	check reload systemctl reload $UNIT
	check reloaded wait_for 20 is ActiveState active
	ask tenant -H 'X-Tenant: a'
	check reload_chooses wait_for 20 tenants
	configure 'elements: [x-tenant'
	systemctl reload $UNIT
	check bad_configuration_is_said wait_for 20 said 'hdrtap.yaml:[0-9]'
	goes_on bad_configuration
	unconfigure
	check same_process [ "$(main)" = "$process" ]
}

# comes_back NAME SECONDS SIGNAL PROCESS: after the signal it is started once more, within that time, and goes on.
comes_back() {
	RESTARTS=$(property NRestarts)
	kill -s "$3" "$4"
	check "$1_restarts" wait_for "$2" again
	goes_on "$1"
}
again() { [ "$(property NRestarts)" -gt "$RESTARTS" ]; }

fails() {
	comes_back killed 20 KILL "$(main)"
	comes_back worker_killed 20 KILL "$(pgrep -P "$(main)")"
	comes_back watchdog 60 STOP "$(main)"
	check one_filter_each_way [ "$(filters)" -eq 2 ]
}
filters() { for way in ingress egress; do tc filter show dev veth0 $way; done | grep -c 'hdrtap_'; }

interface_again() {
	ip link delete veth0
	net_machine
	goes_on interface_again
}

upgrade() {
	local process
	process=$(main)
	check upgrade dpkg -i /package.deb
	check upgrade_restarts [ "$(main)" != "$process" ]
	goes_on upgrade
}

beside_another() {
	check any systemctl start hdrtap@any
	ask any
	check any_logs wait_for 20 any_logged
	check veth_logs wait_for 20 logs any
	check any_stops systemctl stop hdrtap@any
}
any_logged() { [ "$(logged /var/log/hdrtap/any '^/any/')" -ge 10 ]; }

# program_of_xdp NAME: it is the one at the interface.
program_of_xdp() { ip -d link show veth0 | grep -E "prog/xdp .* name $1 "; }

# As the unit's comment says, in a chain.
chained() {
	local dropin=/etc/systemd/system/hdrtap@.service.d
	mkdir -p $dropin
	printf '[Service]\nUser=root\nProtectKernelTunables=no\n' >$dropin/chain.conf
	systemctl daemon-reload
	check chain_restart systemctl restart $UNIT
	goes_on chain
	check xdp_chain program_of_xdp xdp_dispatcher
	rm -r $dropin
	systemctl daemon-reload
}

by_xdp() {
	configure 'hook: xdp'
	check xdp_restart systemctl restart $UNIT
	goes_on xdp
	check xdp_alone program_of_xdp hdrtap_xdp_eth
	chained
	unconfigure
	check tc_restart systemctl restart $UNIT
	goes_on tc
}

stops() {
	check stop systemctl stop $UNIT
	check stopped_well is Result success
	check stop_leaves_no_filter [ "$(filters)" -eq 0 ]
	check nothing_refused not_refused
	systemctl start $UNIT
	goes_on start
}
not_refused() { ! journal | grep -iE 'not permitted|denied|not supported|read-only|seccomp'; }

# left: files, and what the kernel and systemd keep in memory; slices are systemd's to remove.
left() {
	present ''
	find /run /sys/fs/bpf /sys/fs/cgroup -name '*hdrtap*' ! -name '*.slice'
}
nothing_left() { ! left | grep .; }

purges() {
	check purge dpkg --purge hdrtap
	check nothing_runs_on [ -z "$(pgrep hdrtap)" ]
	check purge_leaves_no_filter [ "$(filters)" -eq 0 ]
	check nothing_left nothing_left
}

cp $CONFIG "$TEST_TMP/packaged.yaml"
netns_add server
nginx_start server
waits_for_interface
confined
says_what_it_does
reloads
fails
interface_again
upgrade
beside_another
by_xdp
stops
journal
purges
