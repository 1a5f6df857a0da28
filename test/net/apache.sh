#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Every head between curl and apache is logged as it was sent, over IPv4 and IPv6.
. "$(dirname "$0")/heads.sh"

net_pair
apache_start server 80
heads_logged both veth0 "http://$SERVER4,http://[$SERVER6]"
