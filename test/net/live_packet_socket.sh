#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# While hdrtap captures, no process of its holds a packet socket that receives anything: packets are read in the kernel only.
# The one that makes interfaces promiscuous is of protocol 0.
. "$(dirname "$0")/../lib.sh"

# packet_inodes: the packet sockets of namespace server that receive.
packet_inodes() { ns server awk 'NR > 1 && $4 != "0000" { print $NF }' /proc/net/packet; }

# holds_packet_socket PID: the process or a child of its has one of them.
holds_packet_socket() {
	local pid inode
	for pid in "$1" $(pgrep -P "$1"); do
		for inode in $(packet_inodes); do
			ls -l "/proc/$pid/fd" | grep -qF "socket:[$inode]" && return
		done
	done
	return 1
}

holds_none() { ! holds_packet_socket "$1"; }

none_at_all() { [ -z "$(packet_inodes)" ]; }

control_ready() { holds_packet_socket "$BACKGROUND"; }

net_pair
nginx_start server
check none_before none_at_all
capture_start server -i veth0 -f json -l
ns client curl -sf -o /dev/null "http://$SERVER4/one" || die "curl failed"
check captures wait_for 10 grep -q '"url.path":"/one"' "$CAPTURE.out"
check process_holds_none holds_none "$CAPTURE_PID"
check namespace_has_none none_at_all
capture_stop

# The same look finds one where there is one.
background server "$TEST_TMP/control" python3 -c \
	'import socket, time; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3); time.sleep(60)'
on_exit stop "$BACKGROUND" KILL
check control_is_found wait_for 10 control_ready
