# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# shellcheck shell=bash
#
# What is in use: curl, wget, node, python, ab, wrk and Chromium in namespace `client`, all at the same time, each against every
# server of ../servers.sh. They send a known number of requests and end by themselves, so that nothing is cut off
# underway. Source it behind servers.sh.

REALLIFE=$HDRTAP_ROOT/test/net/reallife
export LOAD_NAME=wrk LOAD_SHARE=120 LOAD_PIPELINE=8
CLIENTS=() # process ids
declare -A CLIENT_NAME

# base4 SERVER, base6 SERVER: where it is.
base4() { echo "http://$SERVER4:${SERVER_PORT[$1]}"; }
base6() { echo "http://[$SERVER6]:${SERVER_PORT[$1]}"; }

# client NAME COMMAND...: in the background; what it says is in $TEST_TMP/NAME.out.
client() {
	local name=$1
	shift
	background client "$TEST_TMP/$name.out" "$@"
	on_exit stop "$BACKGROUND"
	CLIENTS+=("$BACKGROUND")
	CLIENT_NAME[$BACKGROUND]=$name
}

# clients_end: when all have ended; says which failed.
clients_end() {
	local pid failed=''
	for pid in "${CLIENTS[@]}"; do
		wait "$pid" && continue
		failed+=" ${CLIENT_NAME[$pid]}"
		tail -n 5 "$TEST_TMP/${CLIENT_NAME[$pid]}.out"
	done
	CLIENTS=()
	[ -z "$failed" ] || { echo "failed:$failed" && return 1; }
}

filled() { head -c "$2" /dev/zero | tr '\0' "$1"; }

# curl_config BASE: one transfer after the other by one curl, so mostly on one connection.
curl_config() {
	local next=$'next\nsilent\nshow-error\ngloboff\noutput = "/dev/null"\n'
	cat <<END
silent
show-error
url = "$1/index.html?keep=1"
output = "/dev/null"
$next url = "$1/text.txt?compressed"
compressed
$next url = "$1/text.txt?range"
range = "100-199"
$next url = "$1/text.txt?head"
head
$next url = "$1/index.html?user=a%20b&c=[x]|{y}"
user-agent = "a \"quoted\" agent \\\\ with a backslash"
header = "Host: other.test:8080"
$next url = "$1/upload?expect"
header = "Expect: 100-continue"
data = "expected=1"
$next url = "$1/upload?large"
data-binary = "@$TEST_TMP/body"
$next url = "$1/upload?put"
upload-file = "$TEST_TMP/body"
$next url = "$1/upload?chunked"
header = "Transfer-Encoding: chunked"
upload-file = "$TEST_TMP/body"
$next url = "$1/upload?form"
form = "file=@$SITE/photo.png"
form = "text=GET / HTTP/1.1"
$next url = "$1/upload?delete"
request = "DELETE"
$next url = "$1/upload?cookie"
cookie = "large=$(filled c 6000)"
$next url = "$1/upload?headers"
header = "X-One: $(filled 1 3500)"
header = "X-Two: $(filled 2 3500)"
header = "X-Three: $(filled 3 3500)"
$next url = "$1/moved"
location
$next url = "$1/missing"
$next url = "$1/empty"
$next url = "http://absolute.test/index.html?absolute"
proxy = "$1"
$next url = "$1/index.html?old"
http1.0
header = "Host:"
$next url = "$1/index.html?close"
header = "Connection: close"
$next url = "$1/index.html?again"
END
}

clients_curl() {
	local server
	yes 'GET /body HTTP/1.1' | head -c 700000 >"$TEST_TMP/body"
	for server in "${SERVERS[@]}"; do
		curl_config "$(base4 "$server")" >"$TEST_TMP/curl-$server.config"
		client "curl-$server" curl --config "$TEST_TMP/curl-$server.config"
		client "curl6-$server" curl -sS -o /dev/null "http://\\[$SERVER6\\]:${SERVER_PORT[$server]}/data.json?curl=[1-25]"
	done
}

clients_wget() {
	local server
	for server in "${SERVERS[@]}"; do
		client "wget-$server" bash -c 'wget -q -r -p -P "$1" "$2/index.html"; [ $? -eq 8 ]' - \
			"$TEST_TMP/wget-$server" "$(base4 "$server")" # 8: some pages are not there
	done
}

clients_ab() {
	local server base
	for server in "${SERVERS[@]}"; do
		base=$(base6 "$server")
		client "ab-$server" ab -q -k -n 100 -c 4 -C "large=$(filled a 2500)" "$base/data.json?ab"
		client "ab-post-$server" ab -q -k -n 40 -c 2 -p "$SITE/data.json" -T application/json "$base/upload?ab"
	done
}

# wrk goes on sleeping when its thread has got its share of answers, which load.lua says.
clients_wrk() {
	local server
	for server in "${SERVERS[@]}"; do
		background client "$TEST_TMP/wrk-$server.out" env LOAD_ENDED="$TEST_TMP/wrk-$server.ended" \
			wrk -t 1 -c 1 -d 280s -s "$HDRTAP_ROOT/test/load.lua" "$(base6 "$server")/"
		on_exit stop "$BACKGROUND"
		WRK[$BACKGROUND]=$server
	done
}

wrk_ended() {
	kill -0 "$1" || return 0
	[ "$(grep -c /wrk/ "$(access_log "$2")")" -ge "$LOAD_SHARE" ] && [ -s "$TEST_TMP/wrk-$2.ended" ]
}

wrk_end() {
	local pid failed=''
	for pid in "${!WRK[@]}"; do
		wait_for 120 wrk_ended "$pid" "${WRK[$pid]}" && stop "$pid" INT && continue
		failed+=" wrk-${WRK[$pid]}"
		cat "$TEST_TMP/wrk-${WRK[$pid]}.out"
	done
	[ -z "$failed" ] || { echo "failed:$failed" && return 1; }
}

# Goes on running when its page is done.
client_chromium() {
	local server ports=''
	for server in "${SERVERS[@]}"; do
		ports+=,${SERVER_PORT[$server]}
	done
	background client "$TEST_TMP/chromium.out" env HOME="$TEST_TMP" chromium --headless --no-sandbox \
		--disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --user-data-dir="$TEST_TMP/chromium" \
		"$(base4 nginx)/all.html?${ports#,}"
	on_exit stop "$BACKGROUND"
	CHROMIUM=$BACKGROUND
}

chromium_done() {
	local server
	kill -0 "$CHROMIUM" || return 0
	for server in "${SERVERS[@]}"; do
		grep -q '/done' "$(access_log "$server")" || return 1
	done
}

chromium_end() {
	wait_for 120 chromium_done && kill -0 "$CHROMIUM" && stop "$CHROMIUM" && return
	tail -n 5 "$TEST_TMP/chromium.out"
	echo "failed: chromium"
	return 1
}

# clients_run: all of them, until all have ended.
clients_run() {
	local failed=0 server at4=() at6=()
	declare -gA WRK=()
	for server in "${SERVERS[@]}"; do
		at4+=("$(base4 "$server")")
		at6+=("$(base6 "$server")")
	done
	client_chromium
	clients_curl
	clients_wget
	clients_ab
	clients_wrk
	client node node "$REALLIFE/client.js" "${at6[@]}"
	client python /usr/bin/python3 "$REALLIFE/client.py" "${at4[@]}"
	clients_end || failed=1
	wrk_end || failed=1
	chromium_end || failed=1
	return $failed
}
