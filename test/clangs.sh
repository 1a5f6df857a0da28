# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# hdrtap as each supported clang compiles its kernel programs, built once for bpf/compilers and test/vm/run. To be sourced.

CLANGS='clang-14 clang-16 clang-19'
CLANG_SOURCES=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CLANG_BUILDS=$CLANG_SOURCES/build-vm

# build_clang CLANG [TARGET...]: hdrtap and those targets, into $CLANG_BUILDS/CLANG.
build_clang() {
	local clang=$1
	shift
	cmake -S "$CLANG_SOURCES" -B "$CLANG_BUILDS/$clang" -DCMAKE_BUILD_TYPE=Release -DHDRTAP_TESTS=ON \
		-DHDRTAP_BPF_CLANG="$(command -v "$clang")" &&
		cmake --build "$CLANG_BUILDS/$clang" -j "$(nproc)" --target hdrtap "$@"
}
