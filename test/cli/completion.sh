#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# bash completes hdrtap's options, their words, interfaces, and otherwise files.
. "$(dirname "$0")/../lib.sh"

. "$HDRTAP_BUILD/tools/completion/hdrtap.bash" || die "there is no script"

# suggested WORD...: what bash is told for the last word of a command line, in one line.
suggested() {
	COMP_WORDS=(hdrtap "$@")
	COMP_CWORD=$#
	_hdrtap
	echo "${COMPREPLY[*]}"
}

# suggests EXPECTED WORD...
suggests() {
	local expected=$1 is
	shift
	is=$(suggested "$@")
	[ "$is" = "$expected" ] || { echo "'$is' is not '$expected'" && return 1; }
}

options_of_help() { "$HDRTAP" --help | grep -oE '^  -[-A-Za-z]+(, -[-A-Za-z]+)?' | tr -d ' ' | tr , '\n' | sort; }

options_of_help >"$TEST_TMP/help"
suggested - | tr ' ' '\n' | sort >"$TEST_TMP/suggested"
check options_known [ "$(wc -l <"$TEST_TMP/help")" -gt 15 ]
check options diff "$TEST_TMP/help" "$TEST_TMP/suggested"
check option_begun suggests '--heads --help' --he
check words suggests 'auto tc xdp xdp-native xdp-generic' --hook ''
check words_begun suggests 'xdp xdp-native xdp-generic' --hook x
check words_after_equals suggests 'request response' --heads = re
check words_at_equals suggests 'first last' --order =
check interface suggests lo -i lo
check any suggests any -i an
check interface_to_check suggests lo --check lo
check any_is_not_checked suggests '' --check any
check none_for_files suggests '' -r ''

# By a real bash on a terminal: a tab completes the name of the only file.
file_completed() {
	mkdir "$TEST_TMP/files" && touch "$TEST_TMP/files/the only.pcap" && cd "$TEST_TMP/files" || return
	{
		printf '. %q\nhdrtap() { printf "<%%s>\\n" "$@"; }\n' "$HDRTAP_BUILD/tools/completion/hdrtap.bash"
		sleep 1
		printf 'hdrtap -r th\t\nexit\n'
		sleep 1
	} | TERM=dumb script -qec 'bash --norc -i' /dev/null >"$TEST_TMP/typed"
	grep -F '<the only.pcap>' "$TEST_TMP/typed"
}
check file_completed file_completed
