# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# A virtual machine with one of Debian 12's kernels, a file system in memory and no network. To be sourced.

KERNEL_FIRST=linux-image-cloud-amd64 KERNEL_NEWER=linux-image-6.12-cloud-amd64

# fetch_kernel TO META: the kernel that this package of Debian stands for, unpacked there and not installed.
fetch_kernel() {
	local to=$1 package
	package=$(apt-cache depends "$2" | awk '$1 == "Depends:" { print $2; exit }')
	[ -n "$package" ] || return 1
	[ ! -e "$to/boot/vmlinuz-${package#linux-image-}" ] || return 0
	rm -rf "$to"
	mkdir -p "$to"
	cd "$to" && apt-get -q download "$package" && dpkg -x ./*.deb . && rm ./*.deb
}

# add_modules ROOT KERNEL: the kernel's modules.
add_modules() {
	mkdir -p "$1/usr/lib/modules"
	cp -a "$2"/lib/modules/* "$1/usr/lib/modules/"
	depmod -b "$1" "$(ls "$2/lib/modules")"
}

# pack_root ROOT FILE: the file system as the machine takes it.
pack_root() { (cd "$1" && find . -xdev | cpio -o -H newc --quiet) >"$2"; }

# machine KERNEL FILE SECONDS WORDS: runs it until it ends, at most so long. WORDS end the kernel's command line; the output is
# the console's. On a busy host an emulated timer may not tick in the moment in which the kernel tests it: no_timer_check.
machine() {
	timeout "$3" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 4096 -nographic -no-reboot -net none \
		-kernel "$1"/boot/vmlinuz-* -initrd "$2" -append "console=ttyS0 panic=-1 quiet mitigations=off no_timer_check $4" </dev/null 2>&1
}

# machine_results CONSOLE NAME: its result lines, and one more when the machine ended before its test.
machine_results() {
	tr -d '\r' <"$1" | grep -aE '^(ok|FAIL|skip) '
	grep -aq '^END of the machine' "$1" || echo "FAIL $2: the machine ended before"
}
