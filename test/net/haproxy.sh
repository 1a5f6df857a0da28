#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Every head between curl and haproxy (in front of nginx) is logged as it was sent, over IPv4 and IPv6.
. "$(dirname "$0")/heads.sh"

net_pair
nginx_start server 8080
haproxy_start server 80 8080
heads_logged both veth0 "http://$SERVER4,http://[$SERVER6]"
