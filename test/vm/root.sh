# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
# The file system of test/vm/run's machine: this system's own programs, the project, what was built. To be sourced.

# What programs inside come from, with all that they depend on. All of them are installed here already: by
# tools/packages.txt, or with every Debian.
GUEST='bash dash coreutils gzip util-linux mount grep sed mawk findutils procps diffutils kmod libc-bin login iproute2 ethtool
	curl wrk nginx-light apache2-bin haproxy python3 jq bpftool xdp-tools busybox-static libcap2-bin hostname wireguard-tools openssl'

# packages_closure PACKAGE...: they and what they depend on.
packages_closure() {
	apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
		grep '^[a-z0-9]' | cut -d: -f1 | sort -u
}

# files_of PACKAGE...: of those that are installed, without what is only for people.
files_of() {
	local package
	for package in "$@"; do
		dpkg -L "$package" 2>/dev/null
	done | grep -vE '^/(usr/share/(doc|man|locale|info|perl|zoneinfo)|usr/lib/(gcc|llvm-.*|debug|jvm))/' | sort -u
}

# copy ROOT: files, links and directories whose paths are read.
copy() { cpio -pdmu --quiet "$1" 2>/dev/null; }

# add_libraries ROOT FILE...: what the loader says that they take.
add_libraries() {
	local root=$1
	shift
	ldd "$@" 2>/dev/null | grep -o '/[^ ]*' | sort -u | while read -r library; do
		case $library in *:) continue ;; esac
		[ -e "$root$library" ] || install -D "$library" "$root$library"
	done
}

# make_system ROOT
make_system() {
	local root=$1 link
	rm -rf "$root"
	mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc,proc,sys,dev,tmp,run,root,var/lib,var/log/nginx}
	for link in bin sbin lib lib64; do
		ln -s "usr/$link" "$root/$link"
	done
	ln -s /run "$root/var/run"
	# shellcheck disable=SC2046,SC2086 # words
	files_of $(packages_closure $GUEST) | copy "$root"
	find /usr/bin /usr/sbin /etc/alternatives /usr/lib/x86_64-linux-gnu -maxdepth 1 -type l | copy "$root"
	find /etc/{passwd,group,nsswitch.conf,services,protocols,hosts,ld.so.conf,ld.so.conf.d,nginx,default} | copy "$root"
}

# add_project ROOT CORPUS BUILDS CLANG...: sources that tests read, and each compiler's build.
add_project() {
	local root=$1 corpus=$2 builds=$3 clang program
	shift 3
	mkdir -p "$root/project" "$root/builds"
	cp -a "$SETUP_ROOT"/{test,tools,pcaps,include,user,package} "$root/project/"
	[ ! -d "$corpus" ] || cp -a "$corpus" "$root/corpus"
	for clang in "$@"; do
		(cd "$builds/$clang" && find bin test/bpf/bin test/net test/bad -type f \( -perm -100 -o -name '*.o' \)) | while read -r program; do
			install -D "$builds/$clang/$program" "$root/builds/$clang/$program"
		done
		add_libraries "$root" "$builds/$clang"/bin/* "$builds/$clang"/test/bpf/bin/* "$builds/$clang"/test/net/bin/*
	done
	ldconfig -r "$root"
	install -m 755 "$SETUP_ROOT/test/vm/init" "$root/init"
}
