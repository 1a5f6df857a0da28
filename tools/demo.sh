# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What tools/quickstart and tools/watch share: they build hdrtap and show it at work between a real server and a real client in two
# network namespaces of their own, and leave the build behind and nothing else, also after Ctrl-C. To be sourced in the project's folder.

. tools/setup.sh
if [ "$(id -u)" -ne 0 ]; then
	echo "${0##*/}: needs root to make network namespaces and attach to an interface; run: sudo tools/${0##*/}" >&2
	exit 1
fi
HDRTAP_BUILD=$PWD/build # for test/lib.sh
. test/lib.sh

die() {
	echo "${0##*/}: $1" >&2
	exit 1
}

headline() { printf '\n== %s\n' "$1"; }

# says COMMAND...: the command line, as one would type it.
says() { printf '   $ %s\n' "$*"; }

indent() { sed -u 's/^/   /'; }

# demo_build SECTION...: with what packages.txt lists there.
demo_build() {
	echo "hdrtap: HTTP heads, parsed in the kernel. This takes a few minutes the first time."
	install_packages "$@" || exit
	step "Building into build/" build_project build Release || exit
}

# demo_network: namespaces client and server, with nginx.
demo_network() {
	headline "A server and a client, each in a network namespace, joined by a veth pair"
	says "ip netns add $(netns_name server); ip netns add $(netns_name client); ip link add veth0 type veth ..."
	net_pair
	says "ip netns exec $(netns_name server) nginx ..."
	nginx_start server
}
