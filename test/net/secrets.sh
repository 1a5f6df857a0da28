#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Tokens in every place that is protected, whole and cut by segments: none is found in what leaves the kernel, in the memory of guard or worker, in the maps
# that heads were read in, in the log, or in any output; values that are kept are found by the same search.
. "$(dirname "$0")/../lib.sh"
. "$HDRTAP_ROOT/test/net/mangled.sh"

ELEMENTS=(-e authorization -e cookie=names -e set-cookie -e x-api-key -e x-hashed=hash -e x-plan)

site_start() {
	cat >"$TEST_TMP/nginx.conf" <<-CONF
		daemon off;
		user root;
		worker_processes 1;
		pid $TEST_TMP/nginx.pid;
		events { worker_connections 256; }
		http {
			access_log off;
			server {
				listen 80;
				add_header Set-Cookie "session=secret-answer; Path=/" always;
				location / { return 302 "http://user:secret-answer@site.example/kept-place?page=2&api_key=secret-answer"; }
			}
		}
	CONF
	server_start server 80 "$TEST_TMP/nginx.out" nginx -c "$TEST_TMP/nginx.conf" -e "$TEST_TMP/nginx-error.log"
}

search() { python3 "$HDRTAP_ROOT/test/net/secrets.py" "$@"; }

# nothing_secret NAME WHAT... : no secret is found there, and something kept is. WHAT: as secrets.py has it, with PREFIX for what is searched.
nothing_secret() {
	local name=$1 secret kept
	shift
	secret=$(search "${@//PREFIX/secret-}") && kept=$(search "${@//PREFIX/kept-}") || { fail "$name" "the search fails" && return; }
	check "$name" [ "$secret kept=$((kept > 0))" = "0 kept=1" ]
}

# no_secret NAME WHAT...: the same, where nothing need be kept either.
no_secret() {
	local name=$1
	shift
	check "$name" [ "$(search "${@//PREFIX/secret-}")" = 0 ]
}

all_logged() { [ "$("$HDRTAP" -r "$TEST_TMP/log" -f json | jq -r '.["hdrtap.kind"]' | sort | uniq -c | tr -s ' \n' ' ')" = " $1 request $1 response " ]; }

# key_found PID: how often the key's bytes stand in the memory of a process.
key_found() { search memory "$KEY" "$1"; }

KEY=planted-hash-key # 16 bytes
net_mangled 5 0 0 150 1 # some segments come late: those behind them are held
site_start
(umask 077 && printf %s "$KEY" >"$TEST_TMP/key")
capture_start server -i veth0 -v --connections 64 --key "$TEST_TMP/key" -w "$TEST_TMP/log" "${ELEMENTS[@]}"
worker=$(pgrep -P "$CAPTURE_PID")
ns client python3 "$HDRTAP_ROOT/test/net/secrets.py" send $SERVER4 || die "not all requests are answered"
check all_heads_logged wait_for 20 all_logged 22
no_secret guard_memory memory PREFIX "$CAPTURE_PID"
check key_not_in_worker [ "$(key_found "$worker")" = 0 ]
check key_in_guard [ "$(key_found "$CAPTURE_PID")" != 0 ]
nothing_secret worker_memory memory PREFIX "$worker"
nothing_secret maps_of_finished_heads maps PREFIX "$CAPTURE_PID" heads early flows
capture_stop
check segments_were_held grep -qE "^ *[0-9]+ segments_held " "$CAPTURE.err"
python3 "$HDRTAP_ROOT/test/log_reader.py" --raw "$TEST_TMP/log" >"$TEST_TMP/records" || die "the log is not as FORMAT.md has it"
nothing_secret records_in_the_log count PREFIX "$TEST_TMP/records"
no_secret log_files count PREFIX "$TEST_TMP"/log/*.hdl
for format in text json csv clf; do
	"$HDRTAP" -r "$TEST_TMP/log" -f $format >"$TEST_TMP/out.$format" 2>"$TEST_TMP/said" || die "-f $format fails"
	nothing_secret "output_$format" count PREFIX "$TEST_TMP/out.$format"
done
"$HDRTAP" -q -r "$TEST_TMP/log" -vv >"$TEST_TMP/out.verbose"
nothing_secret output_verbose count PREFIX "$TEST_TMP/out.verbose"
ends_kept() {
	local line lines=0
	while read -r line; do
		jq -e '(.["hdrtap.request.header.authorization.scheme"] == ["Bearer"]) and (.["hdrtap.request.header.x-hashed.hash"][0] | test("^[0-9a-f]{16}$")) and
			(.["hdrtap.flags"] | index("redacted") != null)' <<<"$line" >/dev/null || { echo "$line" && return 1; }
		lines=$((lines + 1))
	done < <(grep '"hdrtap.kind":"request"' "$TEST_TMP/out.json")
	[ "$lines" -eq 22 ]
}
check modes_in_every_record ends_kept
"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/100-get-200.pcap" -e none,host=hash --key "$TEST_TMP/made" >/dev/null
check key_is_made_private [ "$(stat -c '%a %s' "$TEST_TMP/made")" = '600 16' ]
