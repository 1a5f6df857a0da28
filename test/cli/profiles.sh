#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --profile: every key is of its vocabulary (test/profiles/), every value of its type, nothing is lost, and all that a profile has is seen.
. "$(dirname "$0")/refused.sh"
cd "$TEST_TMP" || die "no directory"

# judge PROFILE: what was seen of it goes to PROFILE.seen.
judge() { python3 "$HDRTAP_ROOT/test/cli/profiles.py" "$1" "$HDRTAP_ROOT/test/profiles/$1.tsv" native.json <"$1.json" >"$1.seen"; }

ELEMENTS=x-a-b,x_a_b,origin,x-forwarded-for,x-request-id,authorization

# A request with everything that is named apart, two headers that become one, and two that do not fit.
python3 - "$HDRTAP_ROOT" <<'END' || die "no capture"
import sys
sys.path.insert(0, sys.argv[1] + "/test/cli")
import captures
head = b"GET /q?a=b HTTP/1.1\r\nHost: h.test\r\nOrigin: http://o.test\r\nReferer: http://r.test/\r\nX-A-B: one\r\nX_A_B: two \"2\"\r\nx-a-b: three\r\n"
heads = [head + b"X-Forwarded-For: 192.0.2.9, 192.0.2.10\r\nX-Request-Id: short\r\n\r\n",
         head + b"X-Forwarded-For: unknown, 192.0.2.10\r\nX-Request-Id: " + 40 * b"l" + b"\r\n\r\n",
         b"BREW /pot HTTP/1.1\r\nHost: h.test\r\n\r\n"]
with open("own.pcap", "wb") as out:
    out.write(captures.capture(len(heads), heads=heads))
END
for capture in own.pcap "$HDRTAP_ROOT"/pcaps/{113,200,201,209,222,470,600,601,605,609}-*.pcap; do
	"$HDRTAP" -q -r "$capture" -w log -e $ELEMENTS 2>/dev/null || fail "${capture##*/}" 'not read'
done
"$HDRTAP" -q -r log -f json >native.json
for profile in otel ecs zeek apipark; do
	"$HDRTAP" -q -r log -f json --profile $profile >$profile.json
	check ${profile}_keys_and_types judge $profile
done
# seen PROFILE KEY...
seen() {
	local profile=$1 key
	shift
	for key; do grep -qxF "$key" "$profile.seen" || { echo "no $key" && return 1; }; done
}
check ecs_seen seen ecs @timestamp source.ip network.direction event.duration http.request.referrer http.request.id network.forwarded_ip url.domain http.version 'http.request.headers.*'
check zeek_seen seen zeek ts id.orig_h trans_depth method uri host referrer origin proxied status_code version user_agent
check apipark_seen seen apipark msec time_iso8601 remote_addr remote_port request_method request_uri status response_time request_id src_ip 'header_*' 'response_header_*'
check same_without_a_profile cmp native.json otel.json

# value PROFILE LINE FILTER EXPECTED: of a line of own.pcap.
value() { [ "$(sed -n "$2p" "$1.json" | jq -c "$3")" = "$4" ] || { sed -n "$2p" "$1.json" && return 1; }; }
check names_that_become_one value apipark 1 '.header_x_a_b' '"one, three, two \"2\""'
check names_that_stay_two value ecs 1 '[."http.request.headers.x-a-b", ."http.request.headers.x_a_b"]' '[["one","three"],["two \"2\""]]'
check forwarded value ecs 1 '."network.forwarded_ip"' '"192.0.2.9"'
check forwarded_is_no_address value ecs 2 '[."network.forwarded_ip", ."http.request.headers.x-forwarded-for"]' '[null,["unknown, 192.0.2.10"]]'
check long_id value apipark 2 '[.request_id, (.header_x_request_id | length)]' '[null,40]'
check other_method value zeek 3 '.method' '"BREW"'
check client_of_a_response [ "$(jq -r 'select(."hdrtap.kind" == "response") | ."id.resp_p"' zeek.json | sort -n | head -n 1)" -le 80 ]
check names_in_lists [ "$(jq -c 'select(."hdrtap.redacted") | ."hdrtap.redacted"' apipark.json | sort -u | grep -c request_uri)" -ge 1 ]
refused profile_of_text 2 '--profile: it names keys of JSON' -r own.pcap --profile ecs
refused profile_unknown 2 "'splunk' is none of its values; use otel, ecs, zeek or apipark" -r own.pcap -f json --profile splunk
