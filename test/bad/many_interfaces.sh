#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# More interfaces than the soft limit of open files allows, which is raised; and than the hard limit allows: those that find no
# place are said once, left out, and attached to when others go.
. "$(dirname "$0")/bad.sh"

# pairs COMMAND FIRST LAST: batch lines of so many veth pairs.
pairs() {
	local i
	for ((i = $2; i <= $3; i++)); do
		case $1 in
		add) echo "link add m$i up type veth peer name n$i" && echo "link set n$i up" ;;
		delete) echo "link delete m$i" ;;
		esac
	done >"$TEST_TMP/pairs"
	ip -n "$(netns_name server)" -batch "$TEST_TMP/pairs" || die "cannot $1 interfaces"
}

# limited SOFT HARD: hdrtap runs with this limit of open files.
limited() {
	cat >"$TEST_TMP/limited" <<END
#!/bin/sh
exec prlimit --nofile=$1:$2 "$HDRTAP_BUILD/bin/hdrtap" "\$@"
END
	chmod 755 "$TEST_TMP/limited"
	HDRTAP=$TEST_TMP/limited
}

# are COUNT: so many interfaces are attached to.
are() { stat_of "(.interfaces | length) + (.interfaces_more // 0) == $1"; }

get() {
	ns client curl -s -m 20 -o /dev/null "http://$SERVER4/$1" && wait_for 20 grep -q "\"url.path\":\"/$1\"" "$CAPTURE.out"
}

left_out() { grep -cE '[0-9]+ interfaces? (is|are) left out: all [0-9]+ files that hdrtap may open are open' "$CAPTURE.err"; }

net_pair
nginx_start server

pairs add 1 130
limited 256 20000
capture_start server -i any -l -f json -Q in
check soft_limit_is_raised wait_for 60 are 262
check said_in_short [ "$(grep -cE 'listening on lo .* and 246 more interfaces, ' "$CAPTURE.err")" -eq 1 ]
check logged get many
capture_stop
check ends_well [ "$CAPTURE_STATUS" -eq 0 ]

limited 200 200
capture_start server -i any -l -f json -Q in
check left_out_is_said [ "$(left_out)" -eq 1 ]
check first_are_captured get few
check counters_go_on wait_for 10 stat_of '.kernel.heads_emitted >= 1'
pairs add 131 135
pairs delete 1 100
check place_is_taken wait_for 60 are 72
check said_once [ "$(left_out)" -eq 1 ]
check nothing_else [ "$(grep -cE 'cannot|conflict' "$CAPTURE.err")" -eq 0 ]
check still_captured get later
capture_stop
check short_ends_well [ "$CAPTURE_STATUS" -eq 0 ]
