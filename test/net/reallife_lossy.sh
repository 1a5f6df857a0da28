#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# As reallife.sh, over a line that drops, duplicates and reorders packets.
. "$(dirname "$0")/reallife/reallife.sh"
. "$(dirname "$0")/mangled.sh"

net_mangled "${SEED:-1}" 30 30 50 3
reallife lossy --flagged
mangled_end
check line mangled_enough 100 dropped duplicated delayed
