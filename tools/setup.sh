# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What tools/quickstart and test/run share: packages, the build, long steps with a progress line. To be sourced. A fresh
# Debian 12 has all that this file calls.

SETUP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# progress_begin TEXT: on a terminal, shows the seconds pass until progress_end, or until this shell is gone.
progress_begin() {
	PROGRESS=''
	[ -t 1 ] || return 0
	(
		for ((seconds = 0; ; seconds++)); do
			kill -0 $$ 2>/dev/null || exit
			printf '\r%s ... %d s ' "$1" "$seconds"
			sleep 1
		done
	) &
	PROGRESS=$!
}

progress_end() {
	[ -n "$PROGRESS" ] || return 0
	kill "$PROGRESS" 2>/dev/null
	wait "$PROGRESS" 2>/dev/null
	printf '\r\033[K'
}

# step TEXT COMMAND...: runs a long command with its output in a log, which is shown when it fails. The command stays in
# the foreground, so Ctrl-C reaches it; the log has no name any more, so nothing is left behind then.
step() {
	local text=$1 start=$SECONDS status=0 log in out
	shift
	log=$(mktemp)
	exec {out}>"$log" {in}<"$log"
	rm -f "$log"
	[ -t 1 ] || echo "$text ..."
	progress_begin "$text"
	"$@" >&"$out" 2>&1 </dev/null || status=$?
	progress_end
	if [ "$status" -eq 0 ]; then
		echo "$text: done in $((SECONDS - start)) s"
	else
		tail -n 40 <&"$in"
		echo "$text: failed (exit status $status)"
	fi
	exec {out}>&- {in}<&-
	return "$status"
}

# packages_of SECTION...: the packages tools/packages.txt lists there.
packages_of() {
	local line section='' wanted=" $* "

	while read -r line; do
		line=${line%%#*}
		line=${line//[[:space:]]/}
		case $line in
		'') ;;
		'['*) section=${line//[][]/} ;;
		*) [[ $wanted != *" $section "* ]] || echo "$line" ;;
		esac
	done <"$SETUP_ROOT/tools/packages.txt"
}

# packages_missing SECTION...: those of them that are not installed.
packages_missing() {
	local package

	for package in $(packages_of "$@"); do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

# apt_install PACKAGE...: no questions, nothing recommended, and no service of theirs is started.
apt_install() (
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap 'rm -f $policy' EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi
	export DEBIAN_FRONTEND=noninteractive
	dpkg --configure -a # what an interrupted installation left half done
	apt-get -q -o DPkg::Lock::Timeout=300 update || echo "going on with the package lists at hand"
	apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@"
)

# install_packages SECTION...: installs what is missing; needs root only then.
install_packages() {
	local missing

	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "${0##*/}: packages are missing: ${missing[*]}; run it as root once to install them" >&2
		return 1
	fi
	step "Installing ${#missing[@]} packages" apt_install "${missing[@]}"
}

# build_project DIRECTORY TYPE [CMAKE_ARGUMENT...]: configures and builds everything.
build_project() {
	local directory=$1 type=$2
	shift 2
	cmake -S "$SETUP_ROOT" -B "$directory" -DCMAKE_BUILD_TYPE="$type" "$@" &&
		cmake --build "$directory" -j "$(nproc)"
}
