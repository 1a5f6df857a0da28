#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The kernel programs as every supported clang compiles them: built into an hdrtap of its own, loaded, and at work on a veth.
. "$(dirname "$0")/../net/heads.sh"
. "$(dirname "$0")/../clangs.sh"

BUILT=$HDRTAP_BUILD

net_pair
nginx_start server
for clang in $CLANGS; do
	name=${clang/-/_}
	check "${name}_builds" build_clang "$clang"
	HDRTAP=$CLANG_BUILDS/$clang/bin/hdrtap
	[ -x "$HDRTAP" ] || continue
	for hook in tc xdp; do
		object=$CLANG_BUILDS/$clang/$hook/$hook.bpf.o
		check "${name}_${hook}_stack" /usr/bin/python3 "$HDRTAP_ROOT/test/bpf/stack_depth.py" "$object"
		"$BUILT/test/bpf/bin/verified" "${name}" "$object" || TEST_FAILED=1
		HEADS_OPTIONS=(--hook $hook)
		heads_logged "${name}_$hook" veth0 "http://$SERVER4"
	done
done
