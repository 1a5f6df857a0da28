# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# A line between namespaces `client` and `server` that drops, duplicates and reorders TCP segments (mangle.c). Source it
# behind lib.sh.

# mangled_end_add NAME IPV4 IPV6: joins a namespace to namespace `line`, with interface NAME there and veth0 here. No
# offloads: what one end sends is what the other receives, in segments of the MTU, with checksums.
mangled_end_add() {
	netns_add "$1"
	ip link add veth0 netns "$(netns_name "$1")" type veth peer name "$1" netns "$(netns_name line)" ||
		die "cannot make a veth pair"
	address_add "$1" veth0 "$2" "$3"
	ip -n "$(netns_name line)" link set "$1" up
	ip -n "$(netns_name "$1")" link set veth0 up
	# Losses are noticed soon.
	ip -n "$(netns_name "$1")" route change 10.9.0.0/24 dev veth0 src "$2" rto_min 20ms
	ip -n "$(netns_name "$1")" -6 route change fd09::/64 dev veth0 proto kernel metric 256 rto_min 20ms
}

# net_mangled SEED DROP DUPLICATE DELAY DISTANCE: as net_pair; the arguments are those of mangle.c.
net_mangled() {
	netns_add line
	mangled_end_add client "$CLIENT4" "$CLIENT6"
	mangled_end_add server "$SERVER4" "$SERVER6"
	net_offloads off
	ns line ethtool -K client gro off && ns line ethtool -K server gro off
	background line "$TEST_TMP/mangle.out" "$HDRTAP_BUILD/test/net/bin/mangle" client server "$@"
	MANGLE=$BACKGROUND
	on_exit stop "$MANGLE"
	wait_for 10 grep -q forwarding "$TEST_TMP/mangle.out" || die "mangle does not come up"
}

# mangled_end: the line is cut; what it did is printed.
mangled_end() {
	stop "$MANGLE" || fail mangle "ended with an error"
	cat "$TEST_TMP/mangle.out"
}

# mangled_enough COUNT WHAT...: in each direction at least so many segments were dropped, duplicated, delayed.
mangled_enough() {
	local least=$1 what
	shift
	for what in "$@"; do
		awk -v least="$least" -v what="$what" '
			{ for (i = 2; i <= NF; i++)
				if ($i ~ "^" what && $(i - 1) >= least)
					ways++ }
			END { exit ways != 2 }' "$TEST_TMP/mangle.out" || { echo "too few segments were $what" && return 1; }
	done
}
