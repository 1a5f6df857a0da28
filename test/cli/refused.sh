# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# For tests of refusals: `refused`, and running without privilege. Source it instead of ../lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

RUN_AS=()

# run ARGUMENT...: hdrtap with its output in `out` and `err` of $TEST_TMP; its exit status is in $STATUS.
run() {
	STATUS=0
	timeout 60 "${RUN_AS[@]}" "$HDRTAP" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null || STATUS=$?
}

# refused NAME STATUS[,STATUS] PATTERN ARGUMENT...: hdrtap ends with that status and says so in one line that matches the
# pattern.
refused() {
	local name=$1 status=$2 pattern=$3 lines
	shift 3
	run "$@"
	cat "$TEST_TMP/err"
	lines=$(wc -l <"$TEST_TMP/err")
	if [[ ,$status, != *,$STATUS,* ]]; then
		fail "$name" "exit status $STATUS, not $status"
	elif [ "$lines" -ne 1 ]; then
		fail "$name" "$lines lines on stderr, not one"
	elif ! grep -qE '^hdrtap: [^:]+.*: .+; .+' "$TEST_TMP/err"; then
		fail "$name" "not of the shape 'hdrtap: what failed: why; what to do'"
	elif ! grep -qE "^hdrtap: .*($pattern)" "$TEST_TMP/err"; then
		fail "$name" "the line does not name '$pattern'"
	else
		ok "$name"
	fi
}

# as_nobody COMMAND...: with hdrtap run by a user without any privilege; a copy, since the build may be out of reach.
as_nobody() {
	local program=$HDRTAP
	if [ "$(id -u)" -eq 0 ]; then
		install -m 755 "$HDRTAP" "$TEST_TMP/hdrtap"
		HDRTAP=$TEST_TMP/hdrtap
		RUN_AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	"$@"
	HDRTAP=$program
	RUN_AS=()
}
