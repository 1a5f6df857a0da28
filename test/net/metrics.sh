#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# nginx is called, hdrtap-metrics counts, and a Prometheus scrapes it, by TLS and with a password, and is asked. Its rules are the
# ones that are installed.
. "$(dirname "$0")/../lib.sh"

metrics=$HDRTAP_BUILD/bin/hdrtap-metrics
parts=$HDRTAP_ROOT/tools/metrics
PORT=9982
WEB=$TEST_TMP/web.yaml
command -v prometheus >/dev/null || { skip metrics "no prometheus"; exit; }

# One file for both: Prometheus' own tool finds it right, too.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$TEST_TMP/key.pem" -out "$TEST_TMP/cert.pem" -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 2>/dev/null || die "no certificate"
cat >"$WEB" <<END
tls_server_config:
  cert_file: cert.pem
  key_file: key.pem
  min_version: TLS12
basic_auth_users:
  prometheus: $(htpasswd -nbBC 4 '' secret | tr -d ':\n')
END
check web_config promtool check web-config "$WEB"

cat >"$TEST_TMP/prometheus.yml" <<END
global:
  scrape_interval: 500ms
  scrape_timeout: 500ms
  evaluation_interval: 500ms
rule_files:
  - $TEST_TMP/rules.yaml
scrape_configs:
  - job_name: hdrtap
    scheme: https
    basic_auth: { username: prometheus, password: secret }
    tls_config: { ca_file: $TEST_TMP/cert.pem }
    static_configs: [{ targets: ['127.0.0.1:$PORT'] }]
END
cp "$parts/prometheus/hdrtap.rules.yaml" "$TEST_TMP/rules.yaml"
check prometheus_config promtool check config "$TEST_TMP/prometheus.yml"

net_pair
nginx_start server
mkfifo "$TEST_TMP/records"
echo '# none yet' >"$TEST_TMP/apis"
(exec ip netns exec "$(netns_name server)" "$metrics" -r - --listen 127.0.0.1:$PORT --web-config "$WEB" --require x-request-id --require response[server] --apis "$TEST_TMP/apis" \
	<"$TEST_TMP/records" 2>"$TEST_TMP/metrics.err") &
METRICS=$!
on_exit stop $METRICS
(exec ip netns exec "$(netns_name server)" env --default-signal=INT "$HDRTAP" -i veth0 -w - >"$TEST_TMP/records" 2>"$TEST_TMP/hdrtap.err" </dev/null) &
CAPTURE_PID=$! CAPTURE=$TEST_TMP/hdrtap
on_exit stop $CAPTURE_PID
check listens wait_for 30 grep -q "listening on https://127.0.0.1:$PORT/metrics" "$TEST_TMP/metrics.err"
check captures wait_for 30 grep -q 'listening on' "$TEST_TMP/hdrtap.err"
server_start server 19090 "$TEST_TMP/prometheus.log" prometheus --config.file="$TEST_TMP/prometheus.yml" --storage.tsdb.path="$TEST_TMP/tsdb" \
	--web.listen-address=127.0.0.1:19090

scrape() { ns server curl -sf --cacert "$TEST_TMP/cert.pem" -u prometheus:secret "$@" "https://127.0.0.1:$PORT/metrics"; }
# asks QUERY: Prometheus' answer, a line per series: value and labels.
asks() { ns server curl -sG "http://127.0.0.1:19090/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[] | [.value[1], (.metric | tojson)] | join(" ")'; }
# answers VALUE QUERY
answers() { [ "$(asks "$2" | cut -d ' ' -f 1)" = "$1" ]; }
up() { answers 1 'up{job="hdrtap"}'; }
check scraped wait_for 30 up
# Counters of what has not happened yet are there.
check missing_from_the_start answers 0 'hdrtap_http_field_missing_total{field="request[x-request-id]"}'
check other_from_the_start answers 0 'hdrtap_http_requests_total{path="other"}'

ns client curl -sf -o /dev/null -H 'X-Request-Id: a' "http://$SERVER4/users/[1-20]" || die "curl failed"
ns client curl -s -o /dev/null "http://$SERVER4/404-[1-5]"
check requests wait_for 30 answers 20 'hdrtap_http_requests_total{method="GET",path="/users/{n}"}'
check host answers 20 "hdrtap_http_requests_total{path=\"/users/{n}\",host=\"$SERVER4\"}"
check classes answers 20 'hdrtap_http_responses_total{path="/users/{n}",class="2xx"}'
check not_found answers 5 'sum(hdrtap_http_responses_total{class="4xx"})'
check no_errors answers 0 'sum(hdrtap_http_errors_total)'
check latencies answers 20 'hdrtap_http_latency_seconds_count{path="/users/{n}"}'
check latency_sum answers 1 'hdrtap_http_latency_seconds_sum{path="/users/{n}"} > bool 0'
check buckets answers 20 'hdrtap_http_latency_seconds_bucket{path="/users/{n}",le="10.0"}'
check missing answers 5 'hdrtap_http_field_missing_total{field="request[x-request-id]"}'
check missing_by_call answers 5 'sum(hdrtap_http_call_field_missing_total{field="request[x-request-id]"})'
check increase wait_for 30 answers 1 'increase(hdrtap_http_field_missing_total{field="request[x-request-id]"}[5m]) > bool 4'
check nothing_lost answers 0 hdrtap_metrics_records_lost_total
check records answers 50 hdrtap_metrics_records_total
known() { answers 1 'hdrtap_metrics_log_lag_seconds > bool 0' && answers 1 'hdrtap_metrics_log_lag_seconds < bool 60'; }
check lag wait_for 30 known
# What a series begins with is no increase: only what comes later is.
ns client curl -sf -o /dev/null -H 'X-Request-Id: b' "http://$SERVER4/users/[1-20]" || die "curl failed"
check recorded wait_for 30 answers 1 'sum(api:hdrtap_http_requests:rate5m{path="/users/{n}"}) > bool 0'
alarmed() { ns server curl -s http://127.0.0.1:19090/api/v1/alerts | jq -e '.data.alerts[] | select(.labels.alertname == "HttpFieldMissing" and .state == "firing")'; }
check alert_fires wait_for 30 alarmed
check no_rule_fails [ "$(ns server curl -s http://127.0.0.1:19090/api/v1/rules | jq '[.data.groups[].rules[] | select(.health == "err")] | length')" -eq 0 ]

# Names of APIs are read again; a list with a mistake changes nothing.
echo 'GET nonsense' >"$TEST_TMP/apis"
kill -HUP $METRICS
check bad_list wait_for 30 grep -q "$TEST_TMP/apis:1:" "$TEST_TMP/metrics.err"
echo 'GET /special/{thing}' >"$TEST_TMP/apis"
kill -HUP $METRICS
check reloaded wait_for 30 answers 1 'hdrtap_metrics_reloads_total{result="done"}'
ns client curl -sf -o /dev/null -H 'X-Request-Id: c' "http://$SERVER4/special/one" "http://$SERVER4/special/two" -o /dev/null || die "curl failed"
check new_name wait_for 30 answers 2 'hdrtap_http_requests_total{path="/special/{thing}"}'

# Both formats are right, and have the same series.
scrape >"$TEST_TMP/text"
check promtool promtool check metrics <"$TEST_TMP/text"
scrape -H 'Accept: application/openmetrics-text; version=1.0.0' >"$TEST_TMP/openmetrics"
check openmetrics_ends [ "$(tail -n 1 "$TEST_TMP/openmetrics")" = '# EOF' ]
openmetrics() { /usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
print(sum(len(family.samples) for family in parse(sys.stdin.read())))' <"$TEST_TMP/openmetrics"; }
check openmetrics openmetrics
series() { grep -v '^#' "$1" | sed 's/ [^ ]*$//'; }
check same_series diff <(series "$TEST_TMP/text") <(series "$TEST_TMP/openmetrics")
known_as_histogram() { ns server curl -sG http://127.0.0.1:19090/api/v1/metadata --data-urlencode metric=hdrtap_http_latency_seconds |
	jq -e '.data.hdrtap_http_latency_seconds[0].type == "histogram"'; }
check metadata known_as_histogram

# What the dashboard asks is understood, and of metrics that there are.
dashboard() { /usr/bin/python3 "$HDRTAP_ROOT/test/net/dashboard.py" "$parts/grafana/hdrtap.json" "$TEST_TMP/text" | while read -r query; do
	ns server curl -sfG http://127.0.0.1:19090/api/v1/query --data-urlencode "query=$query" >/dev/null || { echo "not understood: $query"; return 1; }
done; }
check dashboard dashboard

# Who has no password gets nothing; the end of the stream is the end.
refused() { [ "$(ns server curl -s --cacert "$TEST_TMP/cert.pem" -o /dev/null -w '%{http_code}' "https://127.0.0.1:$PORT/metrics")" = 401 ]; }
check refuses refused
capture_stop
check capture_status [ "$CAPTURE_STATUS" -eq 0 ]
status=0
wait $METRICS || status=$?
check ends_with_the_stream [ $status -eq 0 ]
check summary grep -q '^hdrtap-metrics: 94 records read$' "$TEST_TMP/metrics.err"
