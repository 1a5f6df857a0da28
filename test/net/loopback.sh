#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# On loopback every packet passes both directions of the interface; every head is logged once.
. "$(dirname "$0")/heads.sh"

netns_add server
nginx_start server 8080

# The client is on the same host here.
heads_send() {
	local at=$TEST_TMP/$1
	python3 "$HDRTAP_ROOT/test/net/heads.py" plan $HEADS "$2" "$at.plan" "$at.config" &&
		ns server curl --config "$at.config" >"$at.answers"
}

heads_logged both lo 'http://127.0.0.1:8080,http://[::1]:8080'
