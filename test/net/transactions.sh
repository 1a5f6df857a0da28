#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Requests with their responses from a real nginx: one that is answered late is joined all the same, one that is not answered is
# shown after the timeout, while nothing else passes; in the access log that hdrtap prints, too.
. "$(dirname "$0")/../lib.sh"

cat >"$TEST_TMP/late.py" <<'END'
import http.server
import time


class Late(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(1)
        self.send_response(203)
        self.send_header("Content-Length", "0")
        self.end_headers()


http.server.HTTPServer(("127.0.0.1", 81), Late).serve_forever()
END
net_pair
nginx_start server
sed 's,location /404,location /none { return 444; } location /late { proxy_pass http://127.0.0.1:81; } &,' \
	"$TEST_TMP/nginx.conf" >"$TEST_TMP/more.conf"
cp "$TEST_TMP/more.conf" "$TEST_TMP/nginx.conf"
ns server nginx -c "$TEST_TMP/nginx.conf" -e "$TEST_TMP/nginx-error.log" -s reload || die "nginx does not reload"
ns server python3 "$TEST_TMP/late.py" >"$TEST_TMP/late.out" 2>&1 &
on_exit stop $!
late_listens() { ns server bash -c ': </dev/tcp/127.0.0.1/81' 2>/dev/null; }
none_is_none() { [ "$(ns client curl -s -o /dev/null -w '%{http_code}' "http://$SERVER4/none")" = 000 ]; }
wait_for 20 late_listens || die "nothing listens at port 81"
wait_for 20 none_is_none || die "nginx answers what it should not"

# line PATH FILTER: the transaction of that path is as the filter says.
line() { jq -es "any(.[]; .\"url.path\" == \"$1\" and $2)" "$CAPTURE.out" >/dev/null; }
shown() { grep -q "\"url.path\":\"$1\"" "$CAPTURE.out"; }

capture_start server -i veth0 --transactions --timeout 3s -f json
ns client curl -s "http://$SERVER4/at-once" >/dev/null
ns client curl -s "http://$SERVER4/none" >/dev/null
ns client curl -s "http://[$SERVER6]/late" >/dev/null
check unanswered_is_shown wait_for 30 shown /none
capture_stop
check at_once line /at-once '."hdrtap.end" == "answered" and ."http.response.status_code" == 200 and ."hdrtap.latency_ns" > 0'
check late line /late '."hdrtap.end" == "answered" and ."http.response.status_code" == 203 and ."hdrtap.latency_ns" >= 1000000000'
check unanswered line /none '."hdrtap.end" == "timeout" and (has("http.response.status_code") | not)'
check three_lines [ "$(wc -l <"$CAPTURE.out")" -eq 3 ]

capture_start server -i veth0 -w "$TEST_TMP/log" -f combined
ns client curl -s -A agent "http://$SERVER4/at-once" >/dev/null
ns client curl -s -A agent "http://$SERVER4/none" >/dev/null
capture_stop
check access_log_line grep -qE '"GET /at-once HTTP/1.1" 200 [0-9]+ "-" "agent"$' "$CAPTURE.out"
check unanswered_at_the_end grep -qE '"GET /none HTTP/1.1" 444 - "-" "agent"$' "$CAPTURE.out"
check log_has_the_heads [ "$("$HDRTAP" -q -r "$TEST_TMP/log" -f json | wc -l)" -eq 3 ]
