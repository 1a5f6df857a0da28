#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Browsers, tools and libraries against five servers: every request that a server logged is a record, with its answer.
. "$(dirname "$0")/reallife/reallife.sh"

net_pair
reallife clean
