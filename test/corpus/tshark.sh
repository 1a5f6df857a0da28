#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The heads and pairs of the corpus's zeek-http are those that tshark finds, but for the differences
# explained in tshark.differences.
. "$(dirname "$0")/../lib.sh"

captures=$HDRTAP_CORPUS/zeek-http
if [ ! -d "$captures" ]; then
	skip as_tshark "no captures in $captures"
	exit 0
fi
check as_tshark "$HDRTAP_ROOT/test/compare" "$captures" "$HDRTAP_ROOT/test/corpus/tshark.differences"
