#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# goaccess 1.7 (Debian 12), with its default checks and the format that it calls COMMON.
# Expected: the Common Log Format has `-` for what is missing, and servers write whatever three digits an upstream sent, so each
#   line is a request; at most its status counts as unknown.
# Behaviour: a line whose status is `-`, or a number outside of 100 to 599, is refused as a whole: its request is in none of the
#   counts but failed_requests. A status in that range that nobody ever registered is taken.
# Seen: `-`, 000, 600 and 777 refused; 200, 299, 499 and a size of `-` taken.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack goaccess=1:1.7-1 libncursesw6=6.4-4 libmaxminddb0=1.7.1-1

# counts STATUS SIZE: how many of two lines are taken and refused: one that is good, and one with that status and size.
counts() {
	printf '192.0.2.1 - - [29/Nov/2026:14:05:00 +0000] "GET /%s HTTP/1.1" %s %s\n' good 200 5 other "$1" "$2" >"$FOLDER/log"
	unpacked goaccess "$FOLDER/log" --log-format=COMMON --no-global-config -o json >"$FOLDER/out.json" 2>"$FOLDER/progress"
	python3 -c 'import json, sys; seen = json.load(open(sys.argv[1]))["general"]; print(seen["valid_requests"], "taken,", seen["failed_requests"], "refused")' "$FOLDER/out.json"
}

for status in - 000 600 777; do
	expect "status $status" "$(counts $status 5)" '1 taken, 1 refused'
done
for status in 299 499; do
	expect "status $status" "$(counts $status 5)" '2 taken, 0 refused'
done
expect 'size -' "$(counts 200 -)" '2 taken, 0 refused'
