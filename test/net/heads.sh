# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# For tests that send planned requests (heads.py) and compare every record. Source it instead of ../lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

HEADS=1009
HEADS_AT=server # the namespace of hdrtap
HEADS_OPTIONS=() # of hdrtap

# heads_send NAME BASE_URL[,BASE_URL...] [FILL]: sends the planned requests, to each server, with one curl in namespace client.
heads_send() {
	local at=$TEST_TMP/$1
	python3 "$HDRTAP_ROOT/test/net/heads.py" plan $HEADS "$2" "$at.plan" "$at.config" "${3:-0}" &&
		ns client curl --config "$at.config" >"$at.answers"
}

# heads_compare NAME LOG [KEY=JSON...]: LOG, a record log, against what was sent; both directions of every exchange.
heads_compare() {
	local at=$TEST_TMP/$1 log=$2
	shift 2
	"$HDRTAP" -r "$log" -f json >"$at.json" &&
		python3 "$HDRTAP_ROOT/test/net/heads.py" compare "$at.plan" "$at.answers" "$at.json" "$@"
}

# accounts_closed FILE: the -v accounts in FILE (hdrtap's stderr) close, and nothing was lost.
accounts_closed() { python3 "$HDRTAP_ROOT/test/net/accounts.py" "$@"; }

# heads_logged NAME INTERFACE BASE_URL[,BASE_URL...] [FILL] [-- KEY=JSON...]: captured on INTERFACE of namespace $HEADS_AT into a log:
# every head is there as it was sent, and the accounts close.
heads_logged() {
	local name=$1 interface=$2 base=$3 fill=0 servers=${3//[^,]/} count
	count=$((HEADS * (${#servers} + 1)))
	shift 3
	[ $# -eq 0 ] || [ "$1" = -- ] || { fill=$1 && shift; }
	[ $# -eq 0 ] || shift
	capture_start $HEADS_AT -i "$interface" -w "$TEST_TMP/$name.log" -v "${HEADS_OPTIONS[@]}"
	heads_send "$name" "$base" "$fill" || die "curl failed"
	capture_stop
	check "${name}_exit" [ "$CAPTURE_STATUS" -eq 0 ]
	check "${name}_heads" heads_compare "$name" "$TEST_TMP/$name.log" "$@"
	check "${name}_accounts" accounts_closed "$CAPTURE.err" \
		heads_started=$((2 * count)) requests=$count responses=$count
}
