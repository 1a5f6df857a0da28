#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# tools/quickstart shows what it promises, and leaves nothing behind: at its end, after Ctrl-C at any step, and again.
. "$(dirname "$0")/../lib.sh"

OUT=$TEST_TMP/out

# quickstart_start: in a process group and a temporary directory of its own.
quickstart_start() {
	mkdir "$TEST_TMP/own"
	(TMPDIR=$TEST_TMP/own exec env --default-signal=INT setsid "$HDRTAP_ROOT/tools/quickstart" >"$OUT" 2>&1 </dev/null) &
	QUICKSTART=$!
	on_exit stop "$QUICKSTART"
}

# ended: no process of the last run works any more. Those whose parent is gone are for others to collect.
ended() { ! pgrep -a -r R,S,D,T -g "$QUICKSTART"; }

# nothing_left: no process, namespace or temporary file of the last run.
nothing_left() {
	wait_for 10 ended && ! ip netns list | grep "^ht$QUICKSTART-" && rmdir "$TEST_TMP/own"
}

shows() { grep -qE -- "$1" "$OUT" || ! kill -0 "$QUICKSTART" 2>/dev/null; }

# ended_so STATUS: by the interruption, or having done everything just before it.
ended_so() { [ "$1" -eq 130 ] || { [ "$1" -eq 0 ] && grep -q '^== Done' "$OUT"; }; }

# interrupted NAME PATTERN: Ctrl-C as soon as the output has the pattern.
interrupted() {
	local status=0
	quickstart_start
	wait_for 200 shows "$2"
	kill -INT -- "-$QUICKSTART" 2>/dev/null
	wait "$QUICKSTART" || status=$?
	check "interrupted_$1_status" ended_so $status
	check "interrupted_$1_clean" nothing_left || rm -rf "$TEST_TMP/own"
}

quickstart_start
status=0
wait "$QUICKSTART" || status=$?
cat "$OUT"
check whole_run [ $status -eq 0 ]
check live_request grep -qE ' In .* GET 10\.9\.0\.2/hello HTTP/1\.1 .*x-request-id=demo-1' "$OUT"
check live_response grep -qE ' Out .* HTTP/1\.1 404 ' "$OUT"
check log_written grep -qE '[1-9][0-9]* bytes .*\.hdl' "$OUT"
check accounts_close grep -q '400 heads started = 400: 400 emitted' "$OUT"
check read_back_text grep -qE ' GET 10\.9\.0\.2/item/200 ' "$OUT"
check read_back_json grep -q '"url.path":"/item/200"' "$OUT"
check whole_run_clean nothing_left
interrupted building 'Building'
interrupted namespaces 'ip netns add'
interrupted server 'nginx'
interrupted attaching 'hdrtap -i veth0 -l'
interrupted live 'GET 10'
interrupted logging 'hdrtap -i veth0 .*-w'
interrupted reading 'Read it back'

cp -r "$HDRTAP_ROOT/tools" "$TEST_TMP" # where the user may read it
status=0
setpriv --reuid=65534 --regid=65534 --clear-groups "$TEST_TMP/tools/quickstart" >"$OUT" 2>&1 || status=$?
cat "$OUT"
check not_root_status [ $status -eq 1 ]
check not_root_one_line [ "$(grep -c 'quickstart: needs root' "$OUT")/$(wc -l <"$OUT")" = 1/1 ]
