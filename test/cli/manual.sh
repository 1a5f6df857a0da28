#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The manual page and --help know the same options.
. "$(dirname "$0")/../lib.sh"

options() { grep -oE -- '(^|[ ,|])-(-[a-z][a-z-]+|[A-Za-z])\b' | tr -d ' ,|' | sort -u; }

# same_options PROGRAM MANUAL
same_options() {
	"$HDRTAP_BUILD/bin/$1" --help | grep -E '^  -' | cut -c 1-23 | options >"$TEST_TMP/help"
	grep -E '^\*-' "$2" | tr -d '*' | options >"$TEST_TMP/manual"
	[ "$(wc -l <"$TEST_TMP/help")" -gt 15 ] && diff "$TEST_TMP/help" "$TEST_TMP/manual"
}

manual=$HDRTAP_ROOT/docs/man/hdrtap.1.scd
check same_options same_options hdrtap "$manual"
check same_options_alert same_options hdrtap-alert "$HDRTAP_ROOT/tools/alert/hdrtap-alert.1.scd"
check same_options_top same_options hdrtap-top "$HDRTAP_ROOT/tools/top/hdrtap-top.1.scd"
check same_options_metrics same_options hdrtap-metrics "$HDRTAP_ROOT/tools/metrics/hdrtap-metrics.1.scd"

# Fields of format strings: those that an unknown one is answered with stand in the manual.
"$HDRTAP" -r "$HDRTAP_ROOT/pcaps/100-get-200.pcap" --format-string '$nothing' 2>&1 | sed 's/.*; use //; s/, http_NAME.*//; s/, /\n/g' | sort >"$TEST_TMP/fields"
awk '/^## format strings/ { on = 1 } /^# SUMMARY/ { on = 0 } on && /^```/ { inside = !inside; next } on && inside' "$manual" | grep -oE '[a-z_0-9]+' | sort -u >"$TEST_TMP/words"
check fields_known [ "$(wc -l <"$TEST_TMP/fields")" -gt 40 ]
check fields_in_the_manual [ -z "$(comm -23 "$TEST_TMP/fields" "$TEST_TMP/words")" ]
# The query keys that are secret by default, and the page that is made.
keys() { sed -n 's/^\tX("\(.*\)").*/\1/p' "$HDRTAP_ROOT/include/hdrtap/secrets.h"; }
check secret_keys_known [ "$(keys | wc -l)" -gt 15 ]
check secret_keys_in_the_page grep -qxF "$(keys | paste -s -d, | sed 's/,/, /g')" "$HDRTAP_BUILD/docs/man/hdrtap.1"
