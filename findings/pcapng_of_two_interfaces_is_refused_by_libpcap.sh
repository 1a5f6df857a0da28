#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# libpcap 1.10.3 and tcpdump 4.99.3 (Debian 12).
# Expected: pcapng gives each interface a link type and a snapshot length of its own, so a capture of two interfaces that
#   differ in one of them (what dumpcap writes of eth0 and lo, and mergecap of two files) is read like any other.
# Behaviour: the first interface decides for the file. With another snapshot length, or another link type, in the second
#   interface description the file is refused, after the packets before it.
# Seen: "an interface has a snapshot length 262144 different from the snapshot length of the first interface"
#       "an interface has a type 101 different from the type of the first interface"
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack tcpdump=4.99.3-1 libpcap0.8=1.10.3-1

# two_interfaces FILE LINKTYPE SNAPLEN: the second interface's; the first is Ethernet with 65535. One packet of each.
two_interfaces() {
	python3 - "$@" <<'END'
import struct, sys
path, link, snap = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
ip = bytes.fromhex("4500001c000000004011b6d9c0000201c0000202") + bytes.fromhex("0035003500080000")
def packet(interface, data):
    return block(6, struct.pack("<IIIII", interface, 0, 0, len(data), len(data)) + data)
ethernet = bytes(12) + b"\x08\x00" + ip
second = ip if link == 101 else ethernet
with open(path, "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    file.write(block(1, struct.pack("<HHI", 1, 0, 65535)) + packet(0, ethernet))
    file.write(block(1, struct.pack("<HHI", link, 0, snap)) + packet(1, second))
END
}

# read_it FILE: packets printed, and why it stops.
read_it() {
	local status=0
	unpacked tcpdump -nr "$1" >"$FOLDER/out" 2>"$FOLDER/err" || status=$?
	echo "$(grep -c 'IP' "$FOLDER/out") packet, status $status, $(sed -n 's/.*pcap_loop: //p' "$FOLDER/err")"
}

two_interfaces "$FOLDER/snaplen.pcapng" 1 262144
two_interfaces "$FOLDER/link.pcapng" 101 65535
expect 'another snapshot length' "$(read_it "$FOLDER/snaplen.pcapng")" \
	'1 packet, status 1, an interface has a snapshot length 262144 different from the snapshot length of the first interface'
expect 'another link type' "$(read_it "$FOLDER/link.pcapng")" \
	'1 packet, status 1, an interface has a type 101 different from the type of the first interface'
