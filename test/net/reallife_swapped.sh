#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# As reallife.sh, over a line that duplicates packets and lets some be overtaken by the next.
. "$(dirname "$0")/reallife/reallife.sh"
. "$(dirname "$0")/mangled.sh"

net_mangled 1 0 30 100 1
reallife swapped
mangled_end
check line mangled_enough 100 duplicated delayed
