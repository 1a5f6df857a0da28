# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# The whole of it: servers, clients, hdrtap at the servers' interface, and the comparison of its records with the access logs.
# Beside hdrtap the packets are captured, and hdrtap -r has to say the same of them. REALLIFE_KEEP=DIRECTORY keeps
# packets, records and access logs. Source it first.
. "$(dirname "${BASH_SOURCE[0]}")/../heads.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../servers.sh"
. "$(dirname "${BASH_SOURCE[0]}")/clients.sh"

# All values that are compared fit: target 256, host 64, these.
ELEMENTS=(-e none -e host -e user-agent:128)

# site_up: the site and all servers.
site_up() {
	local server
	if ! mkdir "$SITE" || ! cp "$REALLIFE"/site/* "$SITE" || ! python3 "$REALLIFE/site.py" "$SITE"; then
		die "no site"
	fi
	for server in "${SERVERS[@]}"; do
		"site_$server"
	done
}

# packets_start FILE: captures at the servers' interface.
packets_start() {
	background server "$TEST_TMP/dumpcap.out" dumpcap -q -P -B 64 -i veth0 -w "$1"
	DUMPCAP=$BACKGROUND
	on_exit stop "$DUMPCAP"
	wait_for 20 grep -q '^File:' "$TEST_TMP/dumpcap.out" || die "dumpcap does not come up"
}

# packets_stop FILE: when all packets until now are in it. A capture that is interrupted may leave some behind, so a datagram
# says that it has got so far.
packets_stop() {
	# shellcheck disable=SC2016 # it is for the other shell
	ns client bash -c 'echo the-last-packet >"/dev/udp/$SERVER4/9"'
	wait_for 20 grep -q the-last-packet "$1" || die "dumpcap does not write"
	stop "$DUMPCAP" INT
}

# last_logged: one more request to each server, until all have logged it; what was before it is then logged, too.
last_logged() {
	local server
	for server in "${SERVERS[@]}"; do
		ns client curl -sS -o /dev/null "$(base4 "$server")/upload?last" || return 1
		wait_for 20 grep -q '?last' "$(access_log "$server")" || return 1
	done
}

# records_compare NAME RECORDS [--flagged]: one result per server.
records_compare() {
	local name=$1 records=$2 server
	shift 2
	for server in "${SERVERS[@]}"; do
		check "${name}_$server" python3 "$REALLIFE/compare.py" \
			"$server" "${SERVER_PORT[$server]}" "$(access_log "$server")" "$records" "$@"
	done
}

# reallife NAME [--flagged]: results begin with NAME; --flagged: see compare.py.
reallife() {
	local name=$1
	shift
	site_up
	packets_start "$TEST_TMP/$name.pcap"
	capture_start server -i veth0 -w "$TEST_TMP/$name.hdl" "${ELEMENTS[@]}" -v
	check "${name}_clients" clients_run
	check "${name}_logs" last_logged
	capture_stop
	packets_stop "$TEST_TMP/$name.pcap"
	"$HDRTAP" -r "$TEST_TMP/$name.hdl" -f json >"$TEST_TMP/$name.json" || die "the log cannot be read"
	"$HDRTAP" -r "$TEST_TMP/$name.pcap" -f json "${ELEMENTS[@]}" -v >"$TEST_TMP/$name-pcap.json" \
		2>"$TEST_TMP/$name-pcap.err" || die "the packets cannot be read"
	records_compare "$name" "$TEST_TMP/$name.json" "$@"
	check "${name}_accounts" accounts_closed "$CAPTURE.err"
	records_compare "${name}_pcap" "$TEST_TMP/$name-pcap.json" "$@"
	check "${name}_pcap_accounts" accounts_closed "$TEST_TMP/$name-pcap.err"
	[ -z "${REALLIFE_KEEP:-}" ] || cp "$TEST_TMP"/*.{pcap,json,log,err,out} "$REALLIFE_KEEP"
}
