#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Bad input gets one clear line, `hdrtap: what failed: why; what to do`, and exit status 1 (run time) or 2 (usage).
. "$(dirname "$0")/refused.sh"

python3 "$HDRTAP_ROOT/test/cli/captures.py" "$TEST_TMP"
cd "$TEST_TMP" || die "no directory"

refused no_source 2 'source'
refused unknown_option 2 'bogus' --bogus
refused option_without_value 2 'i' -i
refused two_sources 2 'source|together' -i lo -r good.pcap
refused unknown_format 2 'xml' -r good.pcap -f xml
refused format_unknown_field 2 "column 8: there is no field 'foo'; use time, .* http_NAME or sent_http_NAME" -r good.pcap --format-string '$time $foo'
refused format_brace 2 'column 3: the brace is not closed' -r good.pcap --format-string 'a ${time'
refused format_empty 2 'its argument is empty' -r good.pcap --format-string ''
refused format_not_chosen 2 'column 1: x-foo is not among the header elements; add -e x-foo' -r good.pcap --format-string '$http_x_foo'
refused format_not_chosen_live 2 'column 1: x-foo is not among' -i lo --format-string '$http_x_foo'
refused format_twice 2 '-f and --format-string together' -r good.pcap --format-string '$time' -f json
refused format_and_stream 2 '-w - and --format-string together' -r good.pcap --format-string '$time' -w -
refused bad_header_name 2 'bad name' -r good.pcap -e 'bad name'
refused unknown_mode 2 'shout' -r good.pcap -e host=shout
refused bad_size 2 'many' -r good.pcap -e host:many
refused size_too_large 2 '' -r good.pcap -e host:100000
refused key_with_equals 2 "secret query key 'a=b': a key has letters" -r good.pcap --redact-query token,a=b
refused key_with_ampersand 2 "secret query key 'a&b': a key has letters" -r good.pcap --redact-query 'a&b'
refused key_empty 2 "secret query key '': a key has 1 to 24 letters" -r good.pcap --redact-query a,,b
refused key_too_long 2 "a key has 1 to 24 letters" -r good.pcap --redact-query "$(printf 'k%.0s' {1..25})"
refused keys_too_many 2 "secret query key 'k43': at most 63" -r good.pcap --redact-query "$(seq -s, -f k%g 50)"
refused key_not_there 2 "secret query key '-nokey': there is no such key" -r good.pcap --redact-query -nokey
refused bad_count 2 'ten' -r good.pcap -c ten
refused negative_count 2 '-1' -r good.pcap -c -1
refused bad_direction 2 'sideways' -r good.pcap -Q sideways
refused bad_heads 2 'nothing' -r good.pcap --heads nothing
refused bad_tunnel 2 'teredo' -r good.pcap --tunnels gre,teredo
refused bad_ports 2 '90-80' -r good.pcap --ports 90-80
refused bad_vxlan_port 2 '70000' -r good.pcap --vxlan-port 70000
refused too_many_connections 2 '5000000' -i lo --connections 5000000
refused bad_expression 2 "expression 'tcp porrt 80': .*syntax error" -r good.pcap tcp porrt 80
refused bad_live_expression 2 "expression 'tcp porrt 80': .*syntax error" -i lo tcp porrt 80
refused empty_live_expression 2 'rejects all packets' -i lo ip and ip6
refused loop_in_expression 2 'loop .protochain.' -i lo ip6 protochain 6
hosts=$(printf 'host 10.1.2.%d or ' {1..250} && printf 'host 10.2.2.%d or ' {1..250} && printf 'host 10.3.2.%d or ' {1..250} && echo ip)
refused direction_of_a_file 2 "no direction for 'inbound'" -r good.pcap inbound
refused slow_expression 2 'libpcap needs more than 3 seconds' -r good.pcap "$hosts"
refused slow_live_expression 2 'libpcap needs more than 3 seconds' -i lo "$hosts"
refused no_such_file 1 'No such file' -r missing.pcap
refused not_a_capture 1 'text.pcap' -r text.pcap
refused empty_file 1 'empty.pcap' -r empty.pcap
refused cut_in_its_header 1 'head-only.pcap' -r head-only.pcap
refused link_type 1 'USB_LINUX \(189' -r usb.pcap
refused xz 1 'compressed by xz; .*xz -dc FILE' -r xz.pcap.xz
refused bzip2 1 'compressed by bzip2; .*bzip2 -dc FILE' -r bzip2.pcap.bz2
head -c 300 "$HDRTAP_ROOT/pcaps/130-pcapng-interfaces.pcapng" >cut.pcapng
refused pcapng_cut 1 'the block at byte 216 has 92 bytes, and the file ends before them' -r cut.pcapng
refused log_in_a_file 1 'good.pcap' -r good.pcap -w good.pcap/log
refused log_is_a_file 1 'good.pcap' -r good.pcap -w good.pcap
mkdir -m 555 fixed
as_nobody refused log_not_writable 1 'fixed' -r good.pcap -w fixed/log
mkdir -m 000 closed
as_nobody refused log_not_readable 1 'closed' -r closed

for file in truncated.pcap truncated.pcap.gz; do
	refused "${file//./_}" 1 "$file" -r $file -q
	check "${file//./_}_good_part" grep -q '/0' out
done
check truncated_all_but_the_last [ "$("$HDRTAP" -r truncated.pcap -q 2>/dev/null | grep -c capture.test)" -eq 2 ]

"$HDRTAP" -r good.pcap -q -w log
for option in '--redact-query a' '--ports 80' '--tunnels gre' '--vxlan-port 4789' '--connections 8'; do
	name=${option%% *}
	# shellcheck disable=SC2086 # two words
	refused "records_with_${name//[^a-z]/}" 2 'records, not packets' -r log $option
done

# And what is right is not refused.
run -r good.pcap tcp port 1
check expression_exit [ "$STATUS" -eq 0 ]
check expression_heads [ ! -s out ]
check expression_excluded [ "$(sed -n 's/^0 heads in \(.*\) packets$/\1/p' err)" = "$(sed -n 's/^\(.*\) packets excluded by the expression$/\1/p' err)" ]
for file in good.pcap good.pcap.gz; do
	run -r $file -q
	check "${file//./_}_exit" [ "$STATUS" -eq 0 ]
	check "${file//./_}_heads" [ "$(grep -c capture.test out)" -eq 3 ]
	check "${file//./_}_silent" [ ! -s err ]
done
