#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# goaccess 1.7 (Debian 12), reading a log in the format that it calls COMMON.
# Expected: a line is a request, however long: servers take request lines of 8 KiB and more by default, and write them to their
#   logs whole.
# Behaviour: a line is read in pieces of 4,095 bytes. One that is longer is refused, and each piece of it counts as a request of its
#   own that was refused.
# Seen: a target of 3,000 bytes is 1 request taken; of 5,000 bytes, 2 refused; of 9,000 bytes, 3 refused.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack goaccess=1:1.7-1 libncursesw6=6.4-4 libmaxminddb0=1.7.1-1

# counts BYTES: how many requests of a log are taken and refused: one that is good, and one with a target of so many bytes.
counts() {
	printf '192.0.2.1 - - [29/Nov/2026:14:05:00 +0000] "GET /%s HTTP/1.1" 200 5\n' good "$(head -c "$(($1 - 1))" /dev/zero | tr '\0' a)" >"$FOLDER/log"
	unpacked goaccess "$FOLDER/log" --log-format=COMMON --no-global-config -o json >"$FOLDER/out.json" 2>"$FOLDER/progress"
	python3 -c 'import json, sys; seen = json.load(open(sys.argv[1]))["general"]; print(seen["valid_requests"], "taken,", seen["failed_requests"], "refused")' "$FOLDER/out.json"
}

expect 'target of 3,000 bytes' "$(counts 3000)" '2 taken, 0 refused'
expect 'target of 5,000 bytes' "$(counts 5000)" '1 taken, 2 refused'
expect 'target of 9,000 bytes' "$(counts 9000)" '1 taken, 3 refused'
