#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# What README tells somebody new, done: the package is installed, in a copy of this system that is thrown away; one file is
# edited; what the unit starts is started by hand, as who the unit says and with the directories that it has made; requests are
# seen in the metrics and in the log.
[ -n "${NEWCOMER_PRIVATE:-}" ] || NEWCOMER_PRIVATE=1 exec unshare -m "$0" "$@"
. "$(dirname "$0")/../lib.sh"

ROOT=$TEST_TMP/copy/root
UNIT=/usr/lib/systemd/system/hdrtap@.service

inside() { chroot "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }

# copy_start: this system, seen through a layer that takes all changes.
copy_start() {
	mkdir "$TEST_TMP/copy"
	mount -t tmpfs tmpfs "$TEST_TMP/copy" && mkdir "$TEST_TMP"/copy/{changes,work,root} &&
		mount -t overlay overlay -o "lowerdir=/,upperdir=$TEST_TMP/copy/changes,workdir=$TEST_TMP/copy/work" "$ROOT" &&
		mount -t tmpfs tmpfs "$ROOT/run" && mount --rbind /proc "$ROOT/proc" && mount --rbind /sys "$ROOT/sys" &&
		mount --rbind /dev "$ROOT/dev" && cp "$HDRTAP_ROOT"/build-package/hdrtap_*.deb "$ROOT/run/hdrtap.deb"
}
copy_end() { umount -R -l "$TEST_TMP/copy"; }

# unit KEY: what the unit has there, for veth0.
unit() { sed -n "s/^$1=//p" "$ROOT$UNIT" | sed 's/%i/veth0/g'; }

# directories: what systemd makes before it starts the unit.
directories() {
	local user
	user=$(unit User)
	inside install -d -o "$user" -g "$user" -m "$(unit LogsDirectoryMode)" "/var/log/$(unit LogsDirectory)" &&
		inside install -d -o "$user" -g "$user" -m "$(unit StateDirectoryMode)" "/var/lib/$(unit StateDirectory)" &&
		inside install -d -o "$user" -g "$user" "/run/$(unit RuntimeDirectory)"
}

# by_hand: a command that starts hdrtap as the unit does.
by_hand() {
	local caps user
	caps=-all$(unit AmbientCapabilities | tr 'A-Z ' 'a-z\n' | sed 's/^cap_/,+/' | tr -d '\n')
	user=$(unit User)
	cat >"$TEST_TMP/by_hand" <<END
#!/bin/sh
exec chroot "$ROOT" setpriv --reuid=$user --regid=$user --clear-groups --no-new-privs \
	--inh-caps=$caps --ambient-caps=$caps --bounding-set=$caps $(unit ExecStart | cut -d' ' -f1) "\$@"
END
	chmod 755 "$TEST_TMP/by_hand"
	echo "$TEST_TMP/by_hand"
}

metric() { grep -qxF "$1" <<<"$(inside hdrtap-stat -f prometheus)"; }
tenants() { inside hdrtap -q -r "/var/log/$(unit LogsDirectory)" -f json | grep -c '"http.request.header.x-tenant":\["blue"\]'; }

env -u CMAKE_GENERATOR "$HDRTAP_ROOT/tools/package" || die "tools/package failed"
on_exit copy_end
copy_start || { skip new_system "no overlay file system can be mounted here" && exit; }
check installs inside dpkg -i /run/hdrtap.deb
sed -i 's/^#elements: .*/elements: [x-tenant, cookie=length]/' "$ROOT/etc/hdrtap/hdrtap.yaml"
check configuration_is_right inside hdrtap --check-config
check directories directories

net_pair
nginx_start server
read -ra command < <(unit ExecStart)
HDRTAP=$(by_hand)
capture_start server "${command[@]:1}"
check says_what_it_does grep -q 'listening on veth0 .*, 12 header elements' "$CAPTURE.err"
ns client curl -sf -o /dev/null -H 'X-Tenant: blue' "http://$SERVER4/[1-20]" || die "curl failed"
check metrics wait_for 20 metric 'hdrtap_heads_emitted_total{interfaces="veth0"} 40'
check metrics_lost metric 'hdrtap_heads_lost_total{interfaces="veth0",cause="space"} 0'
capture_stop TERM
check exit [ "$CAPTURE_STATUS" -eq 0 ]
check log [ "$(tenants)" -eq 20 ]
