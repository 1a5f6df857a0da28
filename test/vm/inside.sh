#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# inside.sh STAGE: what test/vm/run's machine does. Prints `ok NAME`, `FAIL NAME: why` and `skip NAME: why` lines.
set -u

export HDRTAP_ROOT=/project HDRTAP_BUILDS=/builds HDRTAP_CORPUS=/corpus HDRTAP_SLOWNESS=10 HDRTAP_BUILT=1
export HDRTAP_CLANGS='clang-14 clang-16 clang-19'
export HDRTAP_CHAINS=$HDRTAP_CLANGS # whose programs are tried in a chain, too
PROGRAMS=/project/test/bpf
cd "$HDRTAP_ROOT" || exit

# What takes a compiler, a browser, a package, or what the machine has not.
WITHOUT='newcomer quickstart reallife reallife_lossy reallife_swapped stat'

# use CLANG: its programs are under test.
use() { export HDRTAP_BUILD=$HDRTAP_BUILDS/$1 HDRTAP=$HDRTAP_BUILDS/$1/bin/hdrtap; }

# all_but WITHOUT AREA FILE...: AREA/NAME of each file that is not named.
all_but() {
	local without=" $1 " area=$2 name
	shift 2
	for name in "$@"; do
		name=$(basename "${name%.*}")
		[[ $without == *" $name "* ]] || echo "$area/$name"
	done
}

# tests CLANG TEST...: test/run's lines, with the compiler in front of the name.
tests() {
	local clang=$1
	use "$clang"
	shift
	test/run "$@" | sed -uE "s,^(ok|FAIL|skip) +,\1 $clang ,"
}

# script NAME: one of this directory's.
script() {
	use clang-14
	"test/vm/$1.sh" | sed -uE "s,^(ok|FAIL|skip) ,\1 $1 ,"
}

echo "Linux $(uname -r), $*"
case $1 in
short)
	HDRTAP_CHAINS=clang-14 script live
	script hotplug
	;;
hardened)
	sysctl -w net.core.bpf_jit_enable=1 net.core.bpf_jit_harden=2 kernel.unprivileged_bpf_disabled=2
	script live
	mapfile -t names < <(all_but '' bpf "$PROGRAMS"/*.c)
	tests clang-14 "${names[@]}"
	;;
compilers)
	script live
	tests clang-16 bpf/verified bpf/equal bpf/concurrent
	tests clang-19 bpf/verified bpf/equal bpf/concurrent
	;;
bpf)
	mapfile -t names < <(all_but '' bpf "$PROGRAMS"/*.c)
	tests clang-14 "${names[@]}"
	;;
net | xdp)
	sysctl -w kernel.perf_event_paranoid=2 # so that CAP_PERFMON is enough
	mapfile -t names < <(all_but "$WITHOUT" "$1" test/net/*.sh)
	tests clang-14 "${names[@]}"
	;;
soak)
	use clang-14
	HDRTAP_OWN_MACHINE=1 test/soak/run 120 | sed -uE 's,^(ok|FAIL|skip) ,\1 soak ,'
	;;
devices)
	script devices
	;;
esac
