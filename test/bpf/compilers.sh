#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The kernel programs as every supported clang compiles them: built into an hdrtap of its own, loaded, and at work on a veth.
. "$(dirname "$0")/../net/heads.sh"

BUILT=$HDRTAP_BUILD

build() {
	cmake -S "$HDRTAP_ROOT" -B "$1" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DHDRTAP_BPF_CLANG="$(command -v "$2")" &&
		cmake --build "$1" --target hdrtap -j "$(nproc)"
}

net_pair
nginx_start server
for clang in clang-14 clang-16 clang-19; do
	name=${clang/-/_}
	check "${name}_builds" build "$TEST_TMP/$clang" $clang
	HDRTAP=$TEST_TMP/$clang/bin/hdrtap
	[ -x "$HDRTAP" ] || continue
	for hook in tc xdp; do
		object=$TEST_TMP/$clang/$hook/$hook.bpf.o
		check "${name}_${hook}_stack" /usr/bin/python3 "$HDRTAP_ROOT/test/bpf/stack_depth.py" "$object"
		"$BUILT/test/bpf/bin/verified" "${name}" "$object" || TEST_FAILED=1
		HEADS_OPTIONS=(--hook $hook)
		heads_logged "${name}_$hook" veth0 "http://$SERVER4"
	done
done
