#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# tools/package makes a Debian package that holds what it should, has no errors for lintian, and whose program runs.
. "$(dirname "$0")/../lib.sh"

tree=$TEST_TMP/tree
env -u CMAKE_GENERATOR "$HDRTAP_ROOT/tools/package" || die "tools/package failed"
deb=$(ls "$HDRTAP_ROOT"/build-package/hdrtap_*.deb) || die "there is no package"
dpkg-deb -c "$deb" | awk '{ print $1, $2, $6 }' >"$TEST_TMP/contents"

holds() { grep -qxF -- "$1 root/root ./$2" "$TEST_TMP/contents" || { echo "$2 is not there as $1"; return 1; }; }

for program in hdrtap hdrtap-stat hdrtap-replay hdrtap-metrics hdrtap-alert hdrtap-top; do
	check "holds_$program" holds -rwxr-xr-x usr/bin/$program
	check "holds_$program.1" holds -rw-r--r-- usr/share/man/man1/$program.1.gz
done
for file in usr/share/man/man5/hdrtap.yaml.5.gz usr/share/man/man5/hdrtap-log.5.gz usr/share/man/man7/hdrtap-where.7.gz usr/share/man/man7/hdrtap-apis.7.gz usr/share/man/man5/hdrtap-rules.5.gz \
	usr/lib/sysusers.d/hdrtap.conf usr/lib/systemd/system/hdrtap@.service usr/lib/systemd/system/hdrtap-metrics.service usr/lib/systemd/system/hdrtap-alert.service \
	usr/share/hdrtap/alert/rules.yaml etc/hdrtap/alert.yaml etc/hdrtap/hdrtap.yaml etc/hdrtap/metrics.yaml usr/share/doc/hdrtap/copyright \
	usr/share/hdrtap/prometheus/hdrtap.rules.yaml usr/share/hdrtap/grafana/hdrtap.json \
	usr/share/bash-completion/completions/hdrtap-alert usr/share/zsh/vendor-completions/_hdrtap-alert usr/share/fish/vendor_completions.d/hdrtap-alert.fish \
	usr/share/bash-completion/completions/hdrtap-top usr/share/zsh/vendor-completions/_hdrtap-top usr/share/fish/vendor_completions.d/hdrtap-top.fish \
	usr/share/bash-completion/completions/hdrtap-metrics usr/share/zsh/vendor-completions/_hdrtap-metrics usr/share/fish/vendor_completions.d/hdrtap-metrics.fish \
	usr/share/bash-completion/completions/hdrtap usr/share/zsh/vendor-completions/_hdrtap usr/share/fish/vendor_completions.d/hdrtap.fish usr/share/man/man3/hdrtap.3.gz usr/include/hdrtap/log.h \
	usr/share/doc/hdrtap/examples/log_cat.c usr/share/doc/hdrtap/examples/log_cat.py; do
	check "holds_${file##*/}" holds -rw-r--r-- $file
done

libraries=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
for file in libhdrtap.a pkgconfig/hdrtap.pc; do
	check "holds_${file##*/}" holds -rw-r--r-- "$libraries/$file"
done
check holds_libhdrtap.so.0 grep -qE "^lrwxrwxrwx .* \./$libraries/libhdrtap\.so\.0$" "$TEST_TMP/contents"

no_errors() {
	lintian --allow-root --fail-on error "$deb"
}
check lintian no_errors

dpkg-deb -x "$deb" "$tree" && dpkg-deb -e "$deb" "$tree/DEBIAN" || die "it cannot be unpacked"
check conffile grep -qx /etc/hdrtap/hdrtap.yaml "$tree/DEBIAN/conffiles"
check depends grep -qE '^Depends: .*libbpf' "$tree/DEBIAN/control"
check version grep -qF "Version: $("$tree/usr/bin/hdrtap" --version | awk '{ print $NF }')-" "$tree/DEBIAN/control"
reads_capture() { "$tree/usr/bin/hdrtap" -q -r "$HDRTAP_ROOT/pcaps/100-get-200.pcap" | grep 'GET '; }
check reads_capture reads_capture
check config "$tree/usr/bin/hdrtap" --config "$tree/etc/hdrtap/hdrtap.yaml" --check-config
check config_of_metrics "$tree/usr/bin/hdrtap-metrics" --config "$tree/etc/hdrtap/metrics.yaml" --check-config
check config_of_alert "$tree/usr/bin/hdrtap-alert" --config "$tree/etc/hdrtap/alert.yaml" --rules "$tree/usr/share/hdrtap/alert/rules.yaml" --check-config
