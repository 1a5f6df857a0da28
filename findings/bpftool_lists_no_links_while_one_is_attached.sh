#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# bpftool 7.1.0 and libbpf 1.1.2 (Debian 12), seen on Linux 6.18. Takes root; touches only interfaces of a network namespace of
# its own.
# Expected: `bpftool link show` lists the links there are, whatever other programs do meanwhile; one that comes or goes just then
#   is in the list or not.
# Behaviour: a link has an id before its attachment is done, and until then the kernel answers EAGAIN to who asks for it.
#   bpftool takes that for the end: it prints an error in place of that link and those behind it, and fails. A TCX link is in
#   that state for a whole RCU grace period, so it is seen often where a container network attaches them: here in 131 of 300.
# Seen: "fails at times beside another program's attachments: yes", "can't get link by id (ID): Resource temporarily unavailable"
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack bpftool=7.1.0+6.1.192-3 libbpf1=1:1.1.2-0+deb12u1

SPACE=finding-$$ TRIES=300
ip netns add "$SPACE"
trap 'ip netns delete "$SPACE"; leave' EXIT
ip -n "$SPACE" link add bridge0 type bridge

cat >"$FOLDER/attach.py" <<'END'
import os
import tcx
fd = tcx.load()
while True:
    os.close(tcx.link(fd, "bridge0"))
END

failed=0
shared ip netns exec "$SPACE" timeout 120 python3 "$FOLDER/attach.py" &
for ((i = 0; i < TRIES; i++)); do
	unpacked bpftool link show >"$FOLDER/out" 2>&1 || { failed=$((failed + 1)) && cp "$FOLDER/out" "$FOLDER/error"; }
done
kill -0 $! || { echo "the other program ended"; exit 2; }
kill $!
echo "$failed of $TRIES lists failed" >&2
expect 'fails at times beside another program'\''s attachments' "$([ $failed -gt 0 ] && echo yes)" yes
expect 'says' "$(sed -n 's/^Error: //; s/([0-9]*)/(ID)/p' "$FOLDER/error" | tail -n 1)" \
	"can't get link by id (ID): Resource temporarily unavailable"
