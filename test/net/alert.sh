#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# nginx is called too often, without a field, and then not at all; a real Alertmanager hears of each alarm, from a stream and from a
# log that is followed, and that it is over, though nothing passes any more. It is away for a while, and hdrtap-alert is killed.
. "$(dirname "$0")/../lib.sh"

alert=$HDRTAP_BUILD/bin/hdrtap-alert
AM=http://127.0.0.1:19093
STATE=$TEST_TMP/alert.state
command -v prometheus-alertmanager >/dev/null || { skip alert "no prometheus-alertmanager"; exit; }

cat >"$TEST_TMP/rules.yaml" <<END
receivers:
- {name: alertmanager, alertmanager: '$AM/', resend: 1s}
labels: {sensor: edge}
rules:
- alert: LoginTooOften
  when: too_often
  by: [client, api]
  limit: 20
  window: 10s
  where: path == /login
  severity: page
  annotations: {summary: '{{ \$labels.client }} called {{ \$labels.api }} {{ \$value }} times'}
- alert: NoRequestId
  when: missing
  field: request[x-request-id]
  by: host
  window: 5s
- alert: NotFound
  when: status
  status: 404
  share: 10%
  calls: 5
  window: 5s
- alert: Silent
  when: silence
  by: host
  window: 15s
END
check rules "$alert" --rules "$TEST_TMP/rules.yaml" --check-config

net_pair
nginx_start server
printf 'route: { receiver: none, group_wait: 0s }\nreceivers: [{ name: none }]\n' >"$TEST_TMP/am.yml"

alertmanager_start() {
	background server "$TEST_TMP/alertmanager.log" prometheus-alertmanager --config.file="$TEST_TMP/am.yml" \
		--storage.path="$TEST_TMP/alertmanager" --web.listen-address=127.0.0.1:19093 --cluster.listen-address=
	ALERTMANAGER=$BACKGROUND
	on_exit stop "$ALERTMANAGER"
	wait_for 60 ns server curl -sf "$AM/-/ready" || die "Alertmanager does not come up: $(tail -n 1 "$TEST_TMP/alertmanager.log")"
}

# known: the alarms that fire there, a line each: name and labels.
known() { ns server amtool --alertmanager.url="$AM" alert query -o json | jq -r '.[] | [.labels.alertname, (.labels | tojson), .annotations.summary // ""] | join(" ")' | sort; }
fires() { known | grep -q "^$1 .*${2:-}"; }
over() { ! fires "$1"; }

# alert_start INPUT ARGUMENT...: in the server's namespace.
alert_start() {
	local input=$1
	shift
	(exec ip netns exec "$(netns_name server)" "$alert" --rules "$TEST_TMP/rules.yaml" "$@" <"$input" 2>>"$TEST_TMP/alert.err") &
	ALERT_PID=$!
	on_exit stop $ALERT_PID KILL
}

calls() { ns client curl -s -o /dev/null "$@" || die "curl failed"; }

# --- from a stream -----------------------------------------------------------------------------------------------

alertmanager_start
mkfifo "$TEST_TMP/records"
alert_start "$TEST_TMP/records" -r -
(exec ip netns exec "$(netns_name server)" env --default-signal=INT "$HDRTAP" ${HDRTAP_HOOK:+--hook "$HDRTAP_HOOK"} -i veth0 -w "$TEST_TMP/log" -w - \
	>"$TEST_TMP/records" 2>"$TEST_TMP/hdrtap.err" </dev/null) &
CAPTURE_PID=$!
on_exit stop $CAPTURE_PID
check captures wait_for 60 grep -q 'listening on' "$TEST_TMP/hdrtap.err"

calls -H 'X-Request-Id: a' "http://$SERVER4/login?n=[1-30]"
check too_often wait_for 30 fires LoginTooOften "\"client\":\"$CLIENT4\".*\"sensor\":\"edge\".*\"severity\":\"page\"} $CLIENT4 called GET $SERVER4/login [0-9]* times"
calls "http://$SERVER4/one"
check missing wait_for 30 fires NoRequestId "\"host\":\"$SERVER4\""
calls -H 'X-Request-Id: a' "http://$SERVER4/404/[1-8]"
check not_found wait_for 30 fires NotFound
# Nothing passes any more.
check missing_is_over wait_for 60 over NoRequestId
check silent wait_for 60 fires Silent "\"host\":\"$SERVER4\""
check too_often_is_over wait_for 60 over LoginTooOften
calls -H 'X-Request-Id: a' "http://$SERVER4/again"
check silence_is_over wait_for 30 over Silent
check all_over wait_for 60 [ -z "$(known)" ]
stop $CAPTURE_PID INT
wait $ALERT_PID 2>/dev/null
check ends [ $? -eq 0 ]
cat "$TEST_TMP/alert.err"

# --- from the log: the same alarms, and what happens when one of both is away --------------------------------------

told() { "$alert" -q --rules "$TEST_TMP/rules.yaml" --test -r "$TEST_TMP/log" | jq -r 'select(.status == "firing") | .alert' | sort -u | xargs; }
check same_from_the_log [ "$(told)" = 'LoginTooOften NoRequestId NotFound Silent' ]

stop "$ALERTMANAGER"
capture_start server -i veth0 -w "$TEST_TMP/log2"
alert_start /dev/null -r "$TEST_TMP/log2" --follow --state "$STATE"
calls -H 'X-Request-Id: a' "http://$SERVER4/login?n=[1-30]"
check away wait_for 30 grep -q "receiver 'alertmanager' .* was not told" "$TEST_TMP/alert.err"
is_in_state() { grep -qa LoginTooOften "$STATE"; }
check in_the_state wait_for 30 is_in_state
kill -9 $ALERT_PID
wait $ALERT_PID 2>/dev/null
alertmanager_start
alert_start /dev/null -r "$TEST_TMP/log2" --follow --state "$STATE"
ever() { ns server curl -s "$AM/api/v2/alerts?active=true" | grep -q LoginTooOften || grep -q 'component=dispatcher.*LoginTooOften' "$TEST_TMP/alertmanager.log"; }
calls -H 'X-Request-Id: a' "http://$SERVER4/login?n=[1-30]"
check told_after_all wait_for 30 ever
check over_after_all wait_for 60 over LoginTooOften
stop $ALERT_PID
check ends_at_once [ $? -eq 0 ]
capture_stop
