# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# What a purge must leave nothing of. To be sourced.

# present ROOT: what a system, not the test in its /project, has with hdrtap in its name, but apt's and dpkg's own records.
present() {
	find "$1/" -xdev \( -path "$1/proc" -o -path "$1/project" -o -path "$1/var/log/apt" \) -prune -o -name '*hdrtap*' -print
	grep hdrtap "$1/etc/passwd" "$1/etc/group"
}
