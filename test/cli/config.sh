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
line-buffered: true\nverbose: yes\nquiet: off\nsegment-size: 1M\nsegment-age: 10m\nkeep: 1G\nsync: 500ms\ngroup: root\n"
good for_captures 'read: x.pcap\nformat: json\n'
good for_logs 'read: x\nfollow: true\n'
good log_and_stream 'interfaces: lo\nwrite: [/nowhere, -]\n'
good log_and_lines 'interfaces: lo\nwrite: /nowhere\nformat: json\n'
good scalar_for_list 'interfaces: lo\nports: 80\n'
good empty ''
good comment_alone '# nothing\n'
good line_ends 'interfaces: [lo]\r\nlimit: 3\r\n'
good byte_order_mark '\xef\xbb\xbfinterfaces: [lo]\n'
good anchors 'interfaces: &a [lo]\nelements: *a\n'
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
bad flag 'verbose: maybe\n' 'configuration FILE:1:10: must be true or false: maybe'
bad value 'interfaces: lo\nports:\n  - 80\n  - 80-\n' "option ports (FILE:4:5): '80-' in '80-'"
bad size 'record-size: 1000\n' "option record-size (FILE:1:14): '1000' is not a size of records"
bad word 'hook: none\n' "option hook (FILE:1:7): 'none' is not valid"
bad element 'elements: ["a b"]\n' "header element"
bad contradiction 'write: [x, -]\nformat: json\n' '-w - and -f together'
bad two_logs 'write: [x, y]\n' 'option write (FILE:1:12): x and y are two directories'
bad sequence '- a\n' 'configuration FILE:1:1: must be a mapping'
bad second_document 'limit: 1\n---\nlimit: 2\n' 'configuration FILE:3:1: there must be only one document'
bad not_closed 'interfaces: [lo\n' "configuration FILE:2:1: "
bad tab 'interfaces: lo\n\tlimit: 3\n' 'configuration FILE:2:1: '
bad bytes '\x80\x81' 'configuration FILE: byte 0: '
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
status=0
"$HDRTAP" --config /nowhere/hdrtap.yaml -i lo 2>"$TEST_TMP/err" || status=$?
check no_such_file [ $status -eq 1 ]
check no_such_file_said grep -q 'cannot read the configuration /nowhere/hdrtap.yaml: No such file' "$TEST_TMP/err"
