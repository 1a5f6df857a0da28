# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What the findings share: pinned Debian packages unpacked into a temporary folder that is removed at the end, with
# whatever was started there. To be sourced; FOLDER is the folder, `unpacked COMMAND...` runs a program of it.
set -eu -o pipefail

FOLDER=$(mktemp -d)
STARTED=()

leave() {
	local job
	for job in "${STARTED[@]}"; do
		kill -- "-$job" 2>/dev/null || true # its process group
	done
	wait
	rm -rf "$FOLDER"
}
trap leave EXIT

# unpack NAME=VERSION...
unpack() {
	local package
	chmod 755 "$FOLDER"
	(cd "$FOLDER" && apt-get -q -o APT::Sandbox::User=root download "$@" >apt.log 2>&1) || {
		cat "$FOLDER/apt.log"
		exit 2
	}
	for package in "$FOLDER"/*.deb; do
		dpkg -x "$package" "$FOLDER/root"
		rm "$package"
	done
}

unpacked() {
	PATH=$FOLDER/root/usr/sbin:$FOLDER/root/usr/bin:$PATH \
		LD_LIBRARY_PATH=$FOLDER/root/usr/lib/$(uname -m)-linux-gnu "$@"
}

# shared COMMAND...: unpacked(), with the Python modules that findings share.
shared() {
	PYTHONPATH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) PYTHONDONTWRITEBYTECODE=1 unpacked "$@"
}

# begin LOG COMMAND...: starts it in the background, to be ended with the script.
begin() {
	local log=$1
	shift
	set -m
	"$@" >"$FOLDER/$log" 2>&1 &
	STARTED+=($!)
	set +m
}

# reached PORT: waits until somebody listens there.
reached() {
	local tries
	for tries in {1..100}; do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep 0.1
	done
	echo "nobody listens at port $1 after $tries tries"
	exit 2
}

# expect WHAT SEEN EXPECTED: the behaviour is as it was when this was written.
expect() {
	printf '%s: %s\n' "$1" "$2"
	[ "$2" = "$3" ] && return
	printf 'it has changed; it was: %s\n' "$3"
	exit 1
}
