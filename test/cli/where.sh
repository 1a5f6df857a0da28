#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# --where: its truth table for captures and logs, what is held, what is refused; --sample.
. "$(dirname "$0")/refused.sh"
. "$(dirname "$0")/../where/truth.sh"

ELEMENTS=(-e cookie -e retry-after)
"$HDRTAP_ROOT/test/where/packets.py" write "$TEST_TMP/truth.pcap" || die "no packets"
cd "$TEST_TMP" || die "no directory"

of_capture() { "$HDRTAP" -q -r truth.pcap -f json "${ELEMENTS[@]}" --where "$2"; }
of_log() { "$HDRTAP" -q -r log -f json --where "$2"; }

"$HDRTAP" -q -r truth.pcap -w log "${ELEMENTS[@]}" || die "no log"
truth_run capture of_capture
truth_run log of_log

# heads OPTION...: of the capture, as in the table.
heads() { "$HDRTAP" -q -r truth.pcap -f json "${ELEMENTS[@]}" "$@" 2>said | truth_heads; }

check several_must_hold [ "$(heads --where 'path ~ /api/*' --where 'status == 5xx')" = 'b b!' ]
check several_are_whole [ "$(heads --where 'path == /api/a || path == /api/b' --where 'status == 5xx || status == 200')" = 'a a! b b!' ]
check heads_of_responses [ "$(heads --heads response --where 'path ~ /api/*')" = 'a! b!' ]
check heads_of_requests [ "$(heads --heads request --where 'status == 5xx')" = 'b' ]
check count_is_behind [ "$(heads -c 1 --where 'status == 404')" = 'c' ]

check timeout [ "$(heads --timeout 1ms --where 'status == 404')" = 'c!' ]
check transactions [ "$("$HDRTAP" -q -r truth.pcap --transactions --where 'status == 404' | wc -l)" -eq 1 ]

# What is redacted is compared as it is shown, by whoever decides.
redacted() { "$HDRTAP" -q -r "$1" --heads request --where 'path == "/222#access_token=REDACTED"' | wc -l; }
"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/222-secrets.pcap" -w secrets
check redacted_path [ "$(redacted "$HDRTAP_ROOT/pcaps/222-secrets.pcap")" -eq 1 ]
check redacted_path_of_log [ "$(redacted secrets)" -eq 1 ]

# A log takes requests that wait for their responses at once, and says so.
"$HDRTAP" -q -r truth.pcap -w later --where 'status == 503' 2>said
check written_is_said grep -q 'requests that only their responses decide are written without' said
check written [ "$("$HDRTAP" -q -r later -f json | truth_heads)" = "$(truth_sorted a b c d g b!)" ]
check decided_later [ "$("$HDRTAP" -q -r later -f json --where 'status == 503' | truth_heads)" = 'b b!' ]

# Nothing is left out of the accounts.
"$HDRTAP" -v -r truth.pcap --where 'path == /api/a' >/dev/null 2>accounts
check accounts grep -qE '^12 heads started = 12: ' accounts
check accounts_excluded grep -qE '^ +[1-9][0-9]* heads_excluded ' accounts
check accounts_say grep -qx '10 excluded by --where' accounts
"$HDRTAP" -v -r log --where 'path == /api/a' >/dev/null 2>accounts
check accounts_of_log grep -qx '10 excluded by --where' accounts

# bad NAME COLUMN PATTERN PREDICATE
bad() {
	refused "$1" 2 "option --where: '.*', column $2: .*$3" -r truth.pcap --where "$4"
}
bad unknown_field 1 "'foo' is no field; use method, host, path" 'foo == 1'
bad unknown_field_behind 15 "'stat' is no field" 'path ~ /a* && stat == 5xx'
bad one_equals_sign 8 "'=' is not an operator for 'status'; use ==, !=, <, <=, > or >=" 'status = 500'
bad operator 6 "'<' is not an operator for 'path'; use ==, !=, ~ or !~" 'path < /a'
bad address 11 "no address; write one as in 10.0.0.1" 'client == 10.0.0.0/33'
bad address_text 11 "no address" 'server == www.example.com'
bad status 11 "'6yy' is no status" 'status == 6yy'
bad status_range 11 "is no status" 'status == 503-500'
bad latency 11 "is not a time; write a number and ns, us, ms, s or m" 'latency > 200'
bad version 12 "'2' is no version; write one as in 1.0 or 1.1" 'version == 2'
bad word 9 "'both' is no kind; use request or response" 'kind == both'
bad flag 9 "is no flag; use incomplete, " 'flag == bad'
bad star 9 "use ~ for a pattern" 'path == /api/*'
bad host_port 9 "has a port" 'host == a.example:80'
bad host_star 9 "is no host" 'host == a.*.example'
bad no_value 8 "a value is missing" 'path =='
bad no_quote 9 'the quote is not closed' 'path == "/a'
bad not_closed 15 "the end is not expected here; write &&, || or '\)'" '(status == 5xx'
bad two_terms 15 "'status' is not expected here; write && or \|\|" 'kind==request status == 5xx'
bad empty 1 'the end is not expected here; write a field' ''
bad name 1 'does not name a header field' 'request[a b] == c'
bad name_empty 5 'does not name a header field' 'has(request[])'
bad has 1 'has\(status\) cannot be asked; use has\(\) with request' 'has(status)'
bad has_no_value 10 "'response' has no value; use has\(response\)" 'response == 1'
bad length 1 'length\(path\) is not known' 'length(path) > 1'
bad number 9 'a value is missing' 'vlan == '
bad list_of_order 13 'has one value; ' 'status > 200,300'
bad nested 65 'nested too deeply' "$(printf '!%.0s' {1..100})status == 5xx"
refused too_long 2 'longer than 4095 bytes' -r truth.pcap --where "$(printf 'path == /%0450d || ' {1..9})status == 5xx"
refused too_many_terms 2 'too many terms' -r truth.pcap --where "$(printf 'vlan==1||%.0s' {1..300})vlan==1"
refused not_chosen 2 'the field x-tenant is not among the header elements, .*; add -e x-tenant' -r truth.pcap --where 'request[x-tenant] == a'
refused not_kept 2 'the value of cookie is not kept, .*; add -e cookie=keep' -r truth.pcap -e cookie --where 'request[cookie] ~ a*'
refused no_host 2 'the field host is not among' -r truth.pcap -e none --where 'host == a.example'
check chosen_in_log [ "$("$HDRTAP" -q -r log -f json --where 'request[x-tenant] == a' | truth_heads)" = - ]
printf 'where:\n  - path ~ /a*\n  - stat == 5\n' >where.yaml
refused in_file 2 "option where \(where.yaml:3:5\): 'stat == 5', column 1: 'stat' is no field" --config where.yaml -r truth.pcap
printf 'where: [path ~ /api/*, "status == 5xx"]\nelements: [cookie, retry-after]\nsample: 1/1\n' >where.yaml
check of_file [ "$("$HDRTAP" -q -r truth.pcap -f json --config where.yaml | truth_heads)" = 'b b!' ]

# What the parser has no room for is decided afterwards, which is said.
long=$(printf 'path == /%d || ' {1..40})
check long [ "$(heads --where "$long path == /api/a")" = 'a a!' ]
check long_is_said grep -q 'part of the predicate is too long to be decided' said

# --sample takes connections whole, always the same ones, and the rest with another divisor.
for share in 1/0 2/3 1/x 100 1/4294967296 ''; do
	refused "sample_${share//[^0-9x]/_}" 2 'not a share of the connections' -r truth.pcap --sample "$share"
done
check sample_all [ "$(heads --sample 1/1)" = "$(heads)" ]
wrk=$HDRTAP_ROOT/pcaps/610-wrk.pcap
"$HDRTAP" -v -r "$wrk" -f json --sample 1/3 >some 2>accounts
check sample_some [ -s some -a "$(wc -l <some)" -lt "$("$HDRTAP" -q -r "$wrk" | wc -l)" ]
check sample_is_counted grep -qE '^ +[1-9][0-9]* packets_sampled_out' accounts
check sample_is_the_same diff <("$HDRTAP" -q -r "$wrk" -f json --sample 1/3 | jq 'del(."hdrtap.run")') <(jq 'del(."hdrtap.run")' some)
check sample_has_pairs [ "$(grep -c '"request"' some)" -eq "$(grep -c '"response"' some)" ]
