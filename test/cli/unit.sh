#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The unit is right, in systemd's words, and leaves little open.
. "$(dirname "$0")/../lib.sh"

LIMIT=2.0 # systemd-analyze's exposure, of 10

# unit_of NAME PROGRAM: the unit, with the program that was built.
unit_of() { sed "s,/usr/bin/$2 ,$HDRTAP_BUILD/bin/$2 ," "$HDRTAP_ROOT/package/$1" >"$TEST_TMP/$1"; }

# verified NAME
verified() {
	systemd-analyze verify --man=no "$TEST_TMP/$1" >"$TEST_TMP/verify" 2>&1 || return
	! grep hdrtap "$TEST_TMP/verify"
}

# hardened NAME
hardened() {
	local exposed
	exposed=$(systemd-analyze security --offline=true --no-pager "$TEST_TMP/$1" | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
	awk -v is="$exposed" -v limit=$LIMIT 'BEGIN { exit !(is != "" && is <= limit) }'
}

unit_of hdrtap@.service hdrtap
cp "$TEST_TMP/hdrtap@.service" "$TEST_TMP/hdrtap@eth0.service"
check verify verified hdrtap@eth0.service
check hardened hardened hdrtap@.service
unit_of hdrtap-metrics.service hdrtap-metrics
check verify_metrics verified hdrtap-metrics.service
check hardened_metrics hardened hdrtap-metrics.service
