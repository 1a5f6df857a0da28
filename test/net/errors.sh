#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What a live capture is refused for: no such interface, and each missing capability by its name.
. "$(dirname "$0")/../cli/refused.sh"

# with_caps NAME,...: hdrtap as nobody in namespace server with these capabilities only.
with_caps() {
	local caps=-all,+${1//,/,+}
	[ -n "$1" ] || caps=-all
	shift
	RUN_AS=(ip netns exec "$(netns_name server)" setpriv --reuid=65534 --regid=65534 --clear-groups
		--inh-caps="$caps" --ambient-caps="$caps" --bounding-set="$caps")
	"$@"
}

net_pair
install -m 755 "$HDRTAP" "$TEST_TMP/hdrtap"
HDRTAP=$TEST_TMP/hdrtap
RUN_AS=(ip netns exec "$(netns_name server)")
refused no_such_interface 1 'nosuch0' -i nosuch0
refused interface_name_too_long 1,2 'a-very-long-interface-name' -i a-very-long-interface-name
refused log_is_no_directory 1 'hdrtap' -i veth0 -w "$TEST_TMP/hdrtap"
refused live_expression 2 "expression 'tcp porrt 80': .*syntax error" -i veth0 tcp porrt 80
RUN_AS+=(unshare -m sh -c 'umount -l /sys && exec "$@"' sh)
refused no_sys 1 'No such file or directory; mount /sys' -i veth0
RUN_AS=(ip netns exec "$(netns_name server)")
ip -n "$(netns_name server)" link add $'e\e[31mx' type veth || die "cannot make an interface"
run -D
check list_exit [ "$STATUS" -eq 0 ]
check list_escapes [ "$(grep -cF 'e\x1b[31mx' "$TEST_TMP/out") $(grep -c $'\e' "$TEST_TMP/out")" = '1 0' ]
with_caps '' refused no_capability 1 'CAP_(BPF|NET_ADMIN|PERFMON)' -i veth0
with_caps net_admin,perfmon refused without_bpf 1 'CAP_BPF' -i veth0
with_caps bpf,perfmon refused without_net_admin 1 'CAP_NET_ADMIN' -i veth0
with_caps bpf,net_admin refused without_perfmon 1 'CAP_PERFMON' -i veth0
