# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# A new system of Debian made by debootstrap, in $ROOT, which is removed at the end. To be sourced behind ../lib.sh.

. "$HDRTAP_ROOT/tools/setup.sh"
ROOT=$TEST_TMP/root

inside() { chroot "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
inside_apt() { inside apt-get -q -y --no-install-recommends "$@"; }

# new_system SUITE: makes it, with hdrtap's package as /package.deb. No service is started in it.
new_system() {
	install_packages package chroot || exit
	"$HDRTAP_ROOT/tools/package" || die "tools/package failed"
	step "Making a system of $1" debootstrap --variant=minbase "$1" "$ROOT" || die "debootstrap failed"
	printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d" && chmod 755 "$ROOT/usr/sbin/policy-rc.d"
	cp "$HDRTAP_ROOT"/build-package/hdrtap_*.deb "$ROOT/package.deb"
}
