#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The unit is right, in systemd's words, and leaves little open.
. "$(dirname "$0")/../lib.sh"

LIMIT=2.0 # systemd-analyze's exposure, of 10
unit="$TEST_TMP/hdrtap@.service"
sed "s,/usr/bin/hdrtap,$HDRTAP," "$HDRTAP_ROOT/package/hdrtap@.service" >"$unit"

verified() {
	systemd-analyze verify --man=no "$TEST_TMP/hdrtap@eth0.service" >"$TEST_TMP/verify" 2>&1 || return
	! grep hdrtap "$TEST_TMP/verify"
}

exposure() { systemd-analyze security --offline=true --no-pager "$unit" | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p'; }

cp "$unit" "$TEST_TMP/hdrtap@eth0.service"
check verify verified
exposed=$(exposure)
check hardened awk -v is="$exposed" -v limit=$LIMIT 'BEGIN { exit !(is != "" && is <= limit) }'
