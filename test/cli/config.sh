#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Configuration files: every key, what is wrong by line and column, and what the command line does to it.
. "$(dirname "$0")/../lib.sh"

FILE=$TEST_TMP/hdrtap.yaml

# write FORMAT: as printf has it.
# shellcheck disable=SC2059
write() { printf -- "$1" >"$FILE"; }

check_config() { "$HDRTAP" --check-config --config "$FILE" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err"; }

# good NAME FORMAT
good() {
	write "$2"
	check "$1" check_config
	[ ! -s "$TEST_TMP/err" ] || fail "$1" "$(cat "$TEST_TMP/err")"
}

# bad NAME FORMAT SAID: one line that begins so and says what to do; exit status 2.
bad() {
	local status=0 said
	write "$2"
	check_config || status=$?
	said=$(cat "$TEST_TMP/err")
	if [ $status -ne 2 ]; then
		fail "$1" "exit status $status"
	elif [ "$(wc -l <"$TEST_TMP/err")" -ne 1 ] || [[ $said != "hdrtap: ${3//FILE/$FILE}"*"; "* ]]; then
		fail "$1" "$said"
	else
		ok "$1"
	fi
}

# manual_example: the one of hdrtap.yaml(5).
manual_example() { awk '/^```/ { inside = !inside; next } inside' "$HDRTAP_ROOT/docs/man/hdrtap.yaml.5.scd"; }

# heads OPTION...: how many lines the capture gives with the file and these.
heads() { "$HDRTAP" --config "$FILE" -q "$@" | wc -l; }

good every_key "interfaces: [lo, any]\nwrite: /nowhere\nheads: request\ndirection: in\ncount: 7\nhook: xdp\nlimit: 9\nports:
  - 80\n  - 8000-8100\ntunnels: [vxlan, gre]\nvxlan-port: 8472\nconnections: 1024\nrecord-size: 4096\nelements: [none, a=length, b:10]
redact-query: [-key, tenant]
line-buffered: true\nverbose: yes\nquiet: off\nsegment-size: 1M\ntimestamps: 4\nlocal-time: yes\ncolor: never\nsegment-age: 10m\nkeep: 1G\nsync: 500ms\ngroup: root\n"
good for_captures 'read: x.pcap\nformat: json\n'
good for_logs 'read: x\nfollow: true\n'
good log_and_stream 'interfaces: lo\nwrite: [/nowhere, -]\n'
good format_string 'interfaces: lo\nformat-string: "$time ${status%%5|-}"\n'
good log_and_lines 'interfaces: lo\nwrite: /nowhere\nformat: json\n'
good scalar_for_list 'interfaces: lo\nports: 80\n'
good empty ''
good comment_alone '# nothing\n'
good line_ends 'interfaces: [lo]\r\nlimit: 3\r\n'
good byte_order_mark '\xef\xbb\xbfinterfaces: [lo]\n'
good anchors 'interfaces: &a [lo]\nelements: *a\n'
good log_options_without_log 'keep: 10G\nsegment-size: 1M\ngroup: root\n'
good for_other_sources 'read: x\nhook: xdp\norder: last\nno-promiscuous: true\n'
good follow_alone 'interfaces: lo\nfollow: true\n'
sed 's/^#\([a-z]\)/\1/' "$HDRTAP_ROOT/package/hdrtap.yaml" >"$FILE"
check packaged_has_options [ "$(grep -c '^[a-z]' "$FILE")" -ge 4 ]
check packaged_uncommented check_config
manual_example >"$FILE"
check example_is_there [ "$(wc -l <"$FILE")" -gt 5 ]
check example check_config

bad unknown_key 'interfaces: [lo]\n\n  \nelement: [a]\n' 'configuration FILE:4:1: unknown key: element'
bad key_of_letter 'i: lo\n' 'configuration FILE:1:1: unknown key: i'
bad twice 'limit: 1\nlimit: 2\n' 'configuration FILE:2:1: repeated key: limit'
bad no_value 'limit:\n' 'configuration FILE:1:7: no value'
bad list_for_scalar 'interfaces: lo\nlimit: [1, 2]\n' 'configuration FILE:2:8: must be a single value: limit'
bad list_in_list 'elements: [[a]]\n' 'configuration FILE:1:12: must be a single value'
bad mapping 'elements: {a: b}\n' 'configuration FILE:1:11: must be a single value'
bad flag 'quiet: maybe\n' 'configuration FILE:1:8: must be true or false: maybe'
bad number_of_times 'verbose: maybe\n' 'configuration FILE:1:10: must be true, false or a number up to 2: maybe'
bad too_often 'verbose: 3\n' 'configuration FILE:1:10: must be true, false or a number up to 2: 3'
bad color 'color: blue\n' "option color (FILE:1:8): 'blue' is none of its values"
bad value 'interfaces: lo\nports:\n  - 80\n  - 80-\n' "option ports (FILE:4:5): '80-' in '80-'"
bad size 'record-size: 1000\n' "option record-size (FILE:1:14): '1000' is not a size of records"
bad word 'hook: none\n' "option hook (FILE:1:7): 'none' is none of its values"
bad element 'elements: ["a b"]\n' "header element 'a b' (FILE:1:12): not a field name"
bad element_mode 'elements:\n  - a\n  - b=loud\n' "header element 'b=loud' (FILE:3:5): no such mode"
bad elements_too_many "elements: [$(seq -s, -f x%g 20)]\n" "header element 'x7' (FILE:1:30): at most 16"
bad elements_too_long "elements: [none, $(seq -s, -f x%g:384 16)]\n" 'header elements (FILE:1:129): '
bad element_beyond_record 'record-size: 1024\nelements: ["a:700"]\n' "header element 'a:700' (FILE:2:12): invalid size"
bad secret_key 'redact-query:\n  - a\n  - "b=c"\n' "secret query key 'b=c' (FILE:3:5): a key has letters"
bad format_field 'interfaces: lo\nformat-string: "$time $foo"\n' "option --format-string (FILE:2:16): column 8: there is no field 'foo'"
bad two_formats 'format: json\nformat-string: "$time"\n' '-f and --format-string together (FILE:2:16): '
bad contradiction 'write: [x, -]\nformat: json\n' '-w - and -f together (FILE:2:9): '
bad two_sources 'interfaces: lo\nread: x\n' '-i and -r together (FILE:2:7): '
bad logs_into_one 'read: [x, y]\nwrite: z\n' '-r and -w (FILE:2:8): several logs'
bad stdin_twice 'read: [-, -]\n' '-r - (FILE:1:11): given more than once'
bad port_without_tunnel 'tunnels: gre\nvxlan-port: 8472\n' 'option --vxlan-port (FILE:2:13): VXLAN is not decoded'
bad segments_too_large 'keep: 1M\nsegment-size: 1M\n' 'cannot keep 1048576 bytes in segments of 1048576 (FILE:2:15): '
bad no_such_group 'limit: 1\ngroup: nosuchgroup\n' "cannot set the log's group to nosuchgroup (FILE:2:8): there is no such group"
bad no_such_user 'user: nosuchuser\n' 'cannot switch to user nosuchuser (FILE:1:7): there is no such user'
bad two_logs 'write: [x, y]\n' 'option write (FILE:1:12): x and y are two directories'
bad sequence '- a\n' 'configuration FILE:1:1: must be a mapping'
bad second_document 'limit: 1\n---\nlimit: 2\n' 'configuration FILE:3:1: there must be only one document'
bad not_closed 'interfaces: [lo\n' "configuration FILE:2:1: "
bad tab 'interfaces: lo\n\tlimit: 3\n' 'configuration FILE:2:1: '
bad bytes '\x80\x81' 'configuration FILE:1:1: '
bad bytes_later 'limit: 1\nports: 8\xff\n' 'configuration FILE:2:9: '
bad zero_byte 'group: "a\\0b"\n' 'configuration FILE:1:8: no value'
bad deep "$(printf '[%.0s' {1..5000})" 'configuration FILE:'

capture=$HDRTAP_ROOT/pcaps/$(ls "$HDRTAP_ROOT/pcaps" | grep -m 1 'pcap$')
all=$("$HDRTAP" -q -r "$capture" -f json | wc -l)
check capture_has_heads [ "$all" -gt 1 ]
write "read: $capture\nformat: json\ncount: 1\n"
check file_alone [ "$(heads)" -eq 1 ]
check command_line_over_file [ "$(heads -c "$all")" -eq "$all" ]
write 'interfaces: [lo]\nelements: [none, host]\nwrite: /nowhere\nkeep: 1G\nhook: xdp\norder: last\n'
check other_source_and_sink [ "$(heads -r "$capture" -f json)" -eq "$all" ]
"$HDRTAP" -q -r "$capture" -w "$TEST_TMP/log" || fail log "cannot be written"
check no_use_for_logs [ "$(heads -r "$TEST_TMP/log" -f json)" -eq "$all" ]
write 'verbose: 2\ntimestamps: 4\n'
"$HDRTAP" --config "$FILE" -q -r "$capture" >"$TEST_TMP/from_file"
"$HDRTAP" -q -vv -tttt -r "$capture" >"$TEST_TMP/from_line"
check numbers_of_times cmp "$TEST_TMP/from_file" "$TEST_TMP/from_line"
"$HDRTAP" --config "$FILE" -q -t -r "$capture" >"$TEST_TMP/from_file"
"$HDRTAP" -q -vv -t -r "$capture" >"$TEST_TMP/from_line"
check line_over_numbers cmp "$TEST_TMP/from_file" "$TEST_TMP/from_line"
write 'vxlan-port: 8472\nfollow: true\n'
check no_use_for_captures [ "$(heads -r "$capture" --tunnels none)" -eq "$all" ]

# refused_by_line NAME PATTERN OPTION...: what the file may have, for runs without a use for it, the command line may not.
refused_by_line() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$HDRTAP" "$@" 2>"$TEST_TMP/err" || status=$?
	check "$name" [ $status -eq 2 ]
	check "$name"_said grep -qE "^hdrtap: $pattern.*; " "$TEST_TMP/err"
}

refused_by_line times_by_line 'option -t: only for lines of text' -r "$capture" -t -f json
refused_by_line times_of_a_log 'option -t: only for lines of text' -r "$capture" -t -w "$TEST_TMP/other"
refused_by_line zone_by_line 'option --local-time: only for lines of text' -r "$capture" --local-time -f csv
refused_by_line times_too_often 'option -t: given more than 5 times' -r "$capture" -tttttt
refused_by_line keep_by_line 'option --keep: only for a record log' -r "$capture" --keep 10G
refused_by_line hook_by_line 'option --hook: nothing is attached' -r "$capture" --hook tc
refused_by_line group_at_start "cannot set the log's group to nosuchgroup: " -r "$capture" -w "$TEST_TMP/other" --group nosuchgroup
write 'keep: 10G\ngroup: nosuchgroup\n'
"$HDRTAP" --config "$FILE" -i nothing0 2>"$TEST_TMP/err"
check no_use_without_log grep -q 'cannot capture on nothing0' "$TEST_TMP/err"
status=0
"$HDRTAP" --config /nowhere/hdrtap.yaml -i lo 2>"$TEST_TMP/err" || status=$?
check no_such_file [ $status -eq 1 ]
check no_such_file_said grep -q 'cannot read the configuration /nowhere/hdrtap.yaml: No such file' "$TEST_TMP/err"
