#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# libpcap 1.10.3 (Debian 12), pcap_open_dead() and pcap_offline_filter(), as programs use them that filter packets they have
# themselves.
# Expected: `inbound` and `outbound` are refused, as they are when a capture file is read ("not supported ... when reading
#   savefiles"), because packets in memory have no direction; or else one of `inbound` and `not inbound` passes.
# Behaviour: both compile without an error, to the load of a packet type beside the packet that only Linux's kernel has. Such a
#   load is beyond the end of every packet in memory, and that ends the program with "no": neither `inbound` nor `not inbound`
#   passes, and in `tcp or not inbound` a packet passes only by what stands in front of it.
# Seen: as below, for one TCP segment on Ethernet.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack libpcap0.8=1.10.3-1

cat >"$FOLDER/passes.py" <<'END'
import ctypes, sys
pcap = ctypes.CDLL("libpcap.so.0.8")
pcap.pcap_open_dead.restype = ctypes.c_void_p
pcap.pcap_geterr.restype = ctypes.c_char_p

class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint), ("instructions", ctypes.c_void_p)]

class Header(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long), ("captured", ctypes.c_uint32), ("length", ctypes.c_uint32)]

packet = bytes(12) + bytes.fromhex("0800 45000028000100004006 0000 c0000201c0000202 9c400050 0000000100000001 50100000 00000000")
handle = ctypes.c_void_p(pcap.pcap_open_dead(1, 65535))
program = Program()
if pcap.pcap_compile(handle, ctypes.byref(program), sys.argv[1].encode(), 1, ctypes.c_uint32(0xFFFFFFFF)):
    print("refused:", pcap.pcap_geterr(handle).decode())
else:
    header = Header(0, 0, len(packet), len(packet))
    print("passes" if pcap.pcap_offline_filter(ctypes.byref(program), ctypes.byref(header), packet) else "does not pass")
END

# passes EXPRESSION
passes() { unpacked python3 "$FOLDER/passes.py" "$1"; }

expect 'tcp' "$(passes tcp)" 'passes'
expect 'inbound' "$(passes inbound)" 'does not pass'
expect 'not inbound' "$(passes 'not inbound')" 'does not pass'
expect 'outbound' "$(passes outbound)" 'does not pass'
expect 'tcp or not inbound' "$(passes 'tcp or not inbound')" 'passes'
expect 'not inbound or tcp' "$(passes 'not inbound or tcp')" 'does not pass'
