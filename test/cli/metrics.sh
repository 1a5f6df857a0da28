#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# hdrtap-metrics without a network: what is wrong with options and files, hostile label values, the limit on series, the textfile,
# a port that is taken, TLS, passwords, and a configuration that is read again.
. "$(dirname "$0")/../lib.sh"

metrics=$HDRTAP_BUILD/bin/hdrtap-metrics
cd "$TEST_TMP" || die "no directory"
python3 "$HDRTAP_ROOT/test/cli/metrics.py" hostile.pcap many.pcap || die "no captures"
for name in hostile many; do
	"$HDRTAP" -q -r $name.pcap -e x-tenant -w $name || die "no log"
done
"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/510-morning.pcap" -w morning || die "no log"

# page ARGUMENT...: what is counted of logs that are read to their end.
page() {
	rm -f page.prom
	"$metrics" -q --textfile page.prom "$@" 2>err
}
# has SAMPLE
has() { grep -qxF -- "$1" page.prom; }
valid() { promtool check metrics <page.prom; }

# What is counted, against what hdrtap itself says of the same log.
check textfile page -r morning
check silent [ ! -s err ]
check readable_by_all [ "$(stat -c %a page.prom)" = 644 ]
check nothing_left_over [ -z "$(find . -name '*.tmp')" ]
check promtool valid
"$HDRTAP" -q -r morning -f json >morning.json
requests=$(grep -c '"hdrtap.kind":"request"' morning.json)
sum() { awk -v name="$1" 'index($1, name "{") == 1 { sum += $NF } END { print sum + 0 }' page.prom; }
check requests [ "$(sum hdrtap_http_requests_total)" -eq "$requests" ]
statuses=$(jq -s '[.[] | select((."http.response.status_code" // 0) >= 500)] | length' morning.json)
check errors [ "$(sum hdrtap_http_errors_total)" -eq "$statuses" ]
check responses [ "$(sum hdrtap_http_responses_total)" -eq "$(grep -c '"hdrtap.kind":"response"' morning.json)" ]
latencies=$(jq -s '[.[] | ."hdrtap.latency_ns" // empty] | length' morning.json)
check latencies [ "$(sum hdrtap_http_latency_seconds_count)" -eq "$latencies" ]
nanoseconds=$(jq -s '[.[] | ."hdrtap.latency_ns" // empty] | add' morning.json)
check latency_sum awk -v ns="$nanoseconds" -v s="$(sum hdrtap_http_latency_seconds_sum)" 'BEGIN { exit !(ns > 0 && ns - s * 1e9 < 1000 && s * 1e9 - ns < 1000) }'
within() { jq -s '[.[] | ."hdrtap.latency_ns" // empty | select(. <= 50000000)] | length' morning.json; }
page -r morning --buckets 0.05 --label method
check bucket [ "$(grep '_bucket{.*le="0.05"' page.prom | awk '{ sum += $NF } END { print sum }')" -eq "$(within)" ]
check label has "hdrtap_http_requests_total{method=\"POST\"} $(jq -s '[.[] | select(."hdrtap.kind" == "request" and ."http.request.method" == "POST")] | length' morning.json)"
echo 'GET shop.example/{anything}' >list
page -r morning --apis list --label source
check apis grep -q '^hdrtap_http_requests_total{source="undocumented"} [1-9]' page.prom

# Text from the wire stays inside its quotes.
check hostile page -r hostile --label x-tenant
check hostile_valid valid
check hostile_quote has 'hdrtap_http_requests_total{x_tenant="a\"} 1\\n"} 1'
check hostile_backslash has 'hdrtap_http_requests_total{x_tenant="back\\"} 1'
check hostile_bytes has "$(printf 'hdrtap_http_requests_total{x_tenant="\303\277\303\276"} 1')"
check hostile_is_not_other has 'hdrtap_http_requests_total{x_tenant="other"} 1'
check hostile_all [ "$(sum hdrtap_http_requests_total)" -eq 12 ]
same_labels() { grep -v '^#' page.prom | sed 's/ [^ ]*$//' | sort | uniq -d | grep . && return 1 || return 0; }
check hostile_no_series_twice same_labels
no_control() { ! LC_ALL=C grep -q '[[:cntrl:]]' page.prom; }
check hostile_no_control no_control

# Series are limited; what has none of its own is counted all the same.
check limit page -r many --series 100
check limit_said [ "$(grep -c 'all time series are in use' err)" -eq 1 ]
check limit_valid valid
check limit_kept [ "$(grep -v '^#' page.prom | grep -c '^hdrtap_http_')" -le 100 ]
check limit_sum [ "$(sum hdrtap_http_requests_total)" -eq 1000 ]
check limit_full [ "$(awk '/^hdrtap_metrics_series /{ print $2 }' page.prom)" = "$(awk '/^hdrtap_metrics_series_limit /{ print $2 }' page.prom)" ]
check limit_too_small refuses "$metrics" 2 'each set of labels takes 26 time series' -r many --series 10

# Required fields: counters are there before anything is.
page -r morning --until 2001-01-01T00:00:00Z --require x-request-id
check required_from_0 has 'hdrtap_http_field_missing_total{field="request[x-request-id]"} 0'
page -r hostile --require x-tenant --require user-agent --require x-unknown
check required_chosen has 'hdrtap_http_field_missing_total{field="request[x-tenant]"} 0'
check required_well_known has 'hdrtap_http_field_missing_total{field="request[user-agent]"} 12'
check required_unknown has 'hdrtap_http_field_unknown_total{field="request[x-unknown]"} 12'
check required_unknown_said grep -q 'the records do not have that field.*hdrtap -e x-unknown' err

# What is wrong is said, with its place.
check bad_label refuses "$metrics" 2 "option --label: key nonsense here: nonsense here is no field" -r many --label 'nonsense here'
check bad_listen refuses "$metrics" 2 "option --listen: 'somewhere' is not an address" -r many --listen somewhere
check bad_interval refuses "$metrics" 2 'is less than a second' -r many --interval 10ms
check bad_openapi refuses "$metrics" 1 'nowhere.yaml' -r many --openapi nowhere.yaml
check bad_textfile refuses "$metrics" 1 'cannot write /nowhere/x.prom: No such file' -r many --textfile /nowhere/x.prom
check web_without_listen refuses "$metrics" 2 'nobody listens; add --listen' -r many --textfile x.prom --web-config web.yaml
printf 'read: many\nlabels: [host, client]\nbuckets: [0.1, oops]\n' >metrics.yaml
check bad_yaml_value refuses "$metrics" 2 'buckets (metrics.yaml:3:10)' --config metrics.yaml
printf 'read: many\nlabls: [host]\n' >metrics.yaml
check bad_yaml_key refuses "$metrics" 2 'metrics.yaml:2:1: unknown key: labls; see hdrtap-metrics(1)' --config metrics.yaml
printf 'read: many\nlabels: [host\n' >metrics.yaml
check bad_yaml refuses "$metrics" 2 'configuration metrics.yaml:3:1: ' --config metrics.yaml
printf 'basic_auth_users:\n  a: secret\n' >web.yaml
printf 'read: many\nweb-config: web.yaml\n' >metrics.yaml
check bad_web refuses "$metrics" 2 'web configuration web.yaml:2:6: no password hashed by bcrypt' --check-config --config metrics.yaml
printf 'read: many\nlabels: [host, client]\nbuckets: [0.1, 1]\nrequire: [x-request-id]\nseries: 500\n' >metrics.yaml
check check_config "$metrics" --check-config --config metrics.yaml
check config page --config metrics.yaml
check config_label grep -q '^hdrtap_http_requests_total{host="host1.test",client="192.0.2.1"} 1$' page.prom

# start ARGUMENT...: a server; its port is in $PORT.
start() {
	"$metrics" -r morning "$@" >out 2>err.server &
	SERVER=$!
	on_exit stop $SERVER
	wait_for 20 grep -q 'listening on' err.server || { cat err.server; die "does not listen"; }
	PORT=$(sed -n 's/.*listening on .*:\([0-9]*\)\/metrics.*/\1/p' err.server)
}
code() { curl -s -o body -w '%{http_code}' "$@"; }
start --listen 0
check loopback grep -q '^hdrtap-metrics: listening on http://127.0.0.1:[0-9]*/metrics$' err.server
url=http://127.0.0.1:$PORT
served() { [ "$(code $url/metrics)" = 200 ] && grep -q "^hdrtap_metrics_log_ended 1$" body; }
check serves_what_was_read wait_for 20 served
check text_type [ "$(curl -s -o /dev/null -w '%{content_type}' $url/metrics)" = 'text/plain; version=0.0.4; charset=utf-8' ]
check openmetrics_type [ "$(curl -s -o /dev/null -w '%{content_type}' -H 'Accept: application/openmetrics-text' $url/metrics)" = 'application/openmetrics-text; version=1.0.0; charset=utf-8' ]
check head [ "$(curl -sI $url/metrics | tr -d '\r' | grep -c '^HTTP/1.1 200')" -eq 1 ]
check connection_stays [ "$(curl -s -o /dev/null -o /dev/null -w '%{num_connects}' $url/metrics $url/metrics)" = 10 ]
check health [ "$(curl -s $url/healthz)" = ok ]
check elsewhere [ "$(code $url/)" = 404 ]
check other_method [ "$(code -X POST -d x $url/metrics)" = 405 ]
check many_at_once bash -c "for i in {1..20}; do curl -s $url/metrics -o answer\$i & done; wait; [ \$(cat answer* | grep -c '^process_max_fds') -eq 20 ]"
check answers_counted [ "$(curl -s $url/metrics | sed -n 's/^hdrtap_metrics_answers_total{result="page"} //p')" -ge 24 ]
check taken_port refuses "$metrics" 1 "cannot listen on 127.0.0.1:$PORT: Address already in use; give another address with --listen" -r many --listen "$PORT"
# Somebody who asks and does not read holds up nobody, nor the end.
python3 -uc "import socket, time; s = socket.create_connection(('127.0.0.1', $PORT)); s.sendall(b'GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' * 100); print('sent'); time.sleep(300)" >stalled &
on_exit stop $!
check stalled wait_for 20 grep -q sent stalled
check next_to_a_stalled_one served
status=0
stop $SERVER || status=$?
check ends [ $status -eq 0 ]
start --listen '[::1]:0'
check ipv6 [ "$(code "http://[::1]:$PORT/healthz")" = 200 ]
stop $SERVER

# TLS with passwords and client certificates; a wrong file leaves all as it was, a right one changes it.
ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$1" -addext subjectAltName=IP:127.0.0.1 2>/dev/null || die "no certificate"
}
ca server
ca client
ca stranger
hash=$(htpasswd -nbBC 4 '' secret | tr -d ':\n')
tls=$'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n'
printf '%s  min_version: TLS13\nbasic_auth_users:\n  one: %s\n' "$tls" "$hash" >web.yaml
start --listen 0 --web-config web.yaml
url=https://127.0.0.1:$PORT
check says_https grep -q 'listening on https://' err.server
check needs_password [ "$(code --cacert server.pem $url/metrics)" = 401 ]
check wrong_password [ "$(code --cacert server.pem -u one:wrong $url/metrics)" = 401 ]
check password [ "$(code --cacert server.pem -u one:secret $url/metrics)" = 200 ]
check health_needs_it_too [ "$(code --cacert server.pem $url/healthz)" = 401 ]
check version_of_tls [ "$(code --cacert server.pem --tls-max 1.2 -u one:secret $url/metrics)" = 000 ]
check no_clear_text [ "$(code "http://127.0.0.1:$PORT/metrics")" != 200 ]
printf '%s  key_fil: x\n' "$tls" >web.yaml
kill -HUP $SERVER
check refuses_reload wait_for 20 grep -q 'nothing was changed' err.server
check says_where grep -q 'web.yaml:4:3: unknown key: key_fil' err.server
check goes_on [ "$(code --cacert server.pem -u one:secret $url/metrics)" = 200 ]
printf 'tls_server_config:\n  cert_file: server.pem\n  key_file: client.key\n' >web.yaml
kill -HUP $SERVER
check refuses_wrong_key wait_for 20 grep -q 'certificate and key do not fit' err.server
check goes_on_again [ "$(code --cacert server.pem -u one:secret $url/metrics)" = 200 ]
printf '%s  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: client.pem\n' "$tls" >web.yaml
kill -HUP $SERVER
with_certificate() { [ "$(code --cacert server.pem --cert client.pem --key client.key $url/metrics)" = 200 ]; }
check client_certificate wait_for 20 with_certificate
check needs_certificate [ "$(code --cacert server.pem -u one:secret $url/metrics)" != 200 ]
check not_anybodys [ "$(code --cacert server.pem --cert stranger.pem --key stranger.key $url/metrics)" != 200 ]
check reloads_counted grep -q '^hdrtap_metrics_reloads_total{result="refused"} 2$' <(curl -s --cacert server.pem --cert client.pem --key client.key $url/metrics)
stop $SERVER

# The rules that are shipped fire when they should.
cp "$HDRTAP_ROOT/tools/metrics/prometheus/hdrtap.rules.yaml" .
cp "$HDRTAP_ROOT/test/cli/metrics_rules.yaml" .
check rules promtool check rules hdrtap.rules.yaml
check rules_fire promtool test rules metrics_rules.yaml
