#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The manual page and --help know the same options.
. "$(dirname "$0")/../lib.sh"

manual=$HDRTAP_ROOT/docs/man/hdrtap.1.scd
options() { grep -oE -- '(^|[ ,|])-(-[a-z][a-z-]+|[A-Za-z])\b' | tr -d ' ,|' | sort -u; }
"$HDRTAP" --help | grep -E '^  -' | cut -c 1-23 | options >"$TEST_TMP/help"
grep -E '^\*-' "$manual" | tr -d '*' | options >"$TEST_TMP/manual"
check options_known [ "$(wc -l <"$TEST_TMP/help")" -gt 15 ]
check same_options diff "$TEST_TMP/help" "$TEST_TMP/manual"
