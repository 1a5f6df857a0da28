#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# tools/watch shows the same calls in hdrtap-top, in a real Prometheus and in a real Alertmanager, and leaves nothing behind.
. "$(dirname "$0")/../lib.sh"

OUT=$TEST_TMP/out
for engine in prometheus prometheus-alertmanager; do
	command -v $engine >/dev/null || { skip watch "no $engine"; exit; }
done

mkdir "$TEST_TMP/own"
status=0
TMPDIR=$TEST_TMP/own "$HDRTAP_ROOT/tools/watch" >"$OUT" 2>&1 </dev/null || status=$?
cat "$OUT"
check whole_run [ $status -eq 0 ]
check counted grep -qE '\{method="GET", path="/users/\{n\}"\} => 30 ' "$OUT"
check counted_of_the_other grep -qE '\{method="POST", path="/login"\} => 15 ' "$OUT"
told() { grep -qE "^ +$1 .* active" "$OUT"; }
check told_of_logins told LoginTooOften
check told_of_missing_ids told NoRequestId
check told_of_pages_not_found told NotFound
check listed grep -qE '^ +30 .* GET 10\.9\.0\.2/users/\{n\}$' "$OUT"
check refused grep -qE '^ +10 +[0-9.]+ +[0-9.]+ +0 +10 .* GET 10\.9\.0\.2/\{n\}/page/\{n\}$' "$OUT"
check sum grep -qE '^ +55 .* \(all\)$' "$OUT"
check clean rmdir "$TEST_TMP/own"
