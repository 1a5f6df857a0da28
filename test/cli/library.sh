#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# libhdrtap as others get it: built for release, installed, found by pkg-config; the examples read with it what hdrtap shows;
# it exports what its map lists, which is what its header declares, and calls nothing that prints or ends the program.
. "$(dirname "$0")/../lib.sh"

TREE=$TEST_TMP/tree
EXAMPLES=$HDRTAP_ROOT/docs/examples
HEADER=$HDRTAP_ROOT/include/hdrtap/log.h
BUILD=$HDRTAP_ROOT/build-library
# What may not be called: by these names, and as what the compiler makes of them.
FORBIDDEN='(v?d?f?printf|f?put(c|s|char)|fwrite|perror|psignal|err|errx|warnx?|v?syslog|exit|_exit|_Exit|quick_exit|abort|raise|kill|std(out|err)|signal|sigaction)'

cmake -S "$HDRTAP_ROOT" -B "$BUILD" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$TREE" >"$TEST_TMP/log" 2>&1 &&
	nice cmake --build "$BUILD" -j"$(nproc)" --target hdrtap-shared hdrtap-static >>"$TEST_TMP/log" 2>&1 &&
	cmake --install "$BUILD" --component library >>"$TEST_TMP/log" 2>&1 || {
	tail -n 30 "$TEST_TMP/log"
	die "it cannot be built and installed"
}
LIB=$(dirname "$(find "$TREE" -name libhdrtap.a)")
export PKG_CONFIG_PATH=$LIB/pkgconfig LD_LIBRARY_PATH=$LIB

# Names.
sed -n 's/^\t\(hdrtap_[a-z_]*\);$/\1/p' "$HDRTAP_ROOT/user/library/libhdrtap.map" | sort >"$TEST_TMP/map"
nm -D --defined-only "$LIB/libhdrtap.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort >"$TEST_TMP/exported"
nm -g --defined-only "$LIB/libhdrtap.a" | awk 'NF == 3 { print $3 }' | sort >"$TEST_TMP/archived"
gcc -E -P -fpreprocessed "$HEADER" 2>/dev/null | grep -oE '\bhdrtap_[a-z_]+\(' | tr -d '(' | sort -u >"$TEST_TMP/declared"
check map_is_not_empty [ "$(wc -l <"$TEST_TMP/map")" -gt 50 ]
check shared_exports_the_map diff "$TEST_TMP/map" "$TEST_TMP/exported"
check static_exports_the_map diff "$TEST_TMP/map" "$TEST_TMP/archived"
check header_declares_the_map diff "$TEST_TMP/map" "$TEST_TMP/declared"
check soname grep -q 'SONAME.*\[libhdrtap\.so\.0\]' <(readelf -d "$LIB/libhdrtap.so")
check versioned grep -q 'hdrtap_log_next@@HDRTAP_0\.1' <(nm -D "$LIB/libhdrtap.so")
silent() { ! nm -u "$1" | awk '{ print $2 }' | grep -E "^(__)?$FORBIDDEN(_chk)?(@|$)"; }
check shared_is_silent silent "$LIB/libhdrtap.so"
check static_is_silent silent "$LIB/libhdrtap.a"
check test_can_fail test "$(silent "$HDRTAP" >/dev/null || echo found)" = found
no_state() { ! objdump -t "$LIB/libhdrtap.so" | awk '$(NF - 2) ~ /^\.(data|bss)$/ { print $NF }' | grep -vE '^(\.data|\.bss|completed\.0|__dso_handle|__TMC_END__)$'; }
check no_global_state no_state

# The header alone, as other compilers and C++ want it.
printf '#include <hdrtap/log.h>\nint main(void) { return HDRTAP_LOG_END; }\n' >"$TEST_TMP/user.c"
as_c11() { gcc -std=c11 -pedantic -Wall -Wextra -Werror -Wstrict-prototypes -I"$TREE/include" -c "$TEST_TMP/user.c" -o /dev/null; }
as_cpp() { clang++ -std=c++11 -pedantic -Wall -Wextra -Werror -I"$TREE/include" -x c++ -fsyntax-only "$TEST_TMP/user.c"; }
check header_c11 as_c11
check header_cpp as_cpp
check header_alone test "$(find "$TREE/include" -name '*.h' | wc -l)" -eq 1

# The examples, of a log and of a capture's worth of records.
for capture in $("$HDRTAP_ROOT/test/chosen_captures.py"); do
	"$HDRTAP" -q -r "$capture" -w "$TEST_TMP/log.d" || fail write "$capture"
done
"$HDRTAP" -q -r "$TEST_TMP/log.d" -f json |
	jq -r '[."source.address", (."http.response.status_code" // "-" | tostring), ."url.original" // ""] | join(" ")' >"$TEST_TMP/shown"
# shellcheck disable=SC2046 # words are meant
compile() { gcc -std=c11 -Wall -Wextra -Werror "$EXAMPLES/log_cat.c" -o "$TEST_TMP/$1" $(pkg-config "${@:2}" hdrtap); }
check example_compiles compile shared --cflags --libs
"$TEST_TMP/shared" "$TEST_TMP/log.d" >"$TEST_TMP/c" 2>"$TEST_TMP/c.err"
check example_reads_all test "$(wc -l <"$TEST_TMP/c")" -eq "$(wc -l <"$TEST_TMP/shown")" -a -s "$TEST_TMP/shown"
check example_says_nothing_else test ! -s "$TEST_TMP/c.err"
check example_reads_addresses diff <(awk '{ print $2 }' "$TEST_TMP/c") <(awk '{ print $1 }' "$TEST_TMP/shown")
check example_reads_statuses diff <(grep -oE ' [0-9]+ after' "$TEST_TMP/c" | tr -dc '0-9\n') <(awk '$2 != "-" { print $2 }' "$TEST_TMP/shown")
mkdir "$TEST_TMP/static"
cp "$LIB/libhdrtap.a" "$TEST_TMP/static"
# shellcheck disable=SC2046 # words are meant
gcc -std=c11 "$EXAMPLES/log_cat.c" -o "$TEST_TMP/alone" $(pkg-config --cflags hdrtap) -L"$TEST_TMP/static" -lhdrtap -lzstd -lxxhash
check example_static diff "$TEST_TMP/c" <(env -u LD_LIBRARY_PATH "$TEST_TMP/alone" "$TEST_TMP/log.d")
python() { /usr/bin/python3 "$EXAMPLES/log_cat.py" "$@"; }
python "$TEST_TMP/log.d" >"$TEST_TMP/python" 2>&1
check example_python diff -a <(iconv -f latin1 -t utf8 "$TEST_TMP/c") "$TEST_TMP/python"
"$TEST_TMP/shared" "$TEST_TMP/no-such" 2>"$TEST_TMP/err"
check example_fails test $? -eq 1
check example_says_why grep -q 'No such file' "$TEST_TMP/err"
