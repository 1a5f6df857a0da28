#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# lossy.sh FILE SEED DROP DUPLICATE DELAY DISTANCE: captures to FILE what the servers of test/net/reallife see of all its clients behind a line
# like this (test/net/mangle.c).
. "$(dirname "$0")/../net/reallife/reallife.sh"
. "$HDRTAP_ROOT/test/net/mangled.sh"

net_mangled "${@:2}"
site_up
packets_start "$TEST_TMP/lossy.pcap"
clients_run || die "the clients did not come through"
packets_stop "$TEST_TMP/lossy.pcap"
cp "$TEST_TMP/lossy.pcap" "$1"
