# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# A capture's configuration file, and its being read again. To be sourced after lib.sh.

CONFIG=$TEST_TMP/hdrtap.yaml

# configure LINE...: and have it read.
configure() {
	local times
	times=$(grep -c 'configuration reloaded' "$CAPTURE.err")
	printf '%s\n' "$@" >"$CONFIG"
	kill -HUP "$CAPTURE_PID"
	wait_for 20 read_again $((times + 1)) || die "the configuration is not read: $(tail -n 3 "$CAPTURE.err")"
}
read_again() { [ "$(grep -c 'configuration reloaded' "$CAPTURE.err")" -eq "$1" ]; }
