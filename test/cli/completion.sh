#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# bash, zsh and fish complete hdrtap's options, their words, interfaces, and otherwise files.
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

# Other programs have theirs.
options_of() {
	. "$HDRTAP_BUILD/tools/completion/hdrtap-$1.bash" || return
	"$HDRTAP_BUILD/bin/hdrtap-$1" --help | grep -oE '^  -[-A-Za-z]+(, -[-A-Za-z]+)?' | tr -d ' ' | tr , '\n' | sort >"$TEST_TMP/help_of_other"
	COMP_WORDS=("hdrtap-$1" -) COMP_CWORD=1
	"_hdrtap_$1"
	[ ${#COMPREPLY[@]} -gt 15 ] && printf '%s\n' "${COMPREPLY[@]}" | sort | diff "$TEST_TMP/help_of_other" -
}
check options_of_metrics options_of metrics
check options_of_alert options_of alert
check options_of_top options_of top
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

# typed SHELL LINE: what a shell on a terminal makes of it, as `<WORD>` per argument of hdrtap; "\t" completes.
typed() {
	local shell=$1 line=$2
	{
		sleep 2
		printf '%b\n' "$line"
		sleep 2
		printf 'exit\n'
		sleep 1
	} | TERM=dumb script -qec "$shell" /dev/null >"$TEST_TMP/typed"
	tr -d '\r' <"$TEST_TMP/typed"
}

zsh_completes() {
	mkdir -p "$TEST_TMP/zsh" && cp "$HDRTAP_BUILD/tools/completion/hdrtap.zsh" "$TEST_TMP/zsh/_hdrtap"
	printf '%s\n' "fpath=($TEST_TMP/zsh \$fpath)" 'autoload -U compinit && compinit -u -D' 'hdrtap() { printf "<%s>" "$@"; echo; }' "PS1='$ '" >"$TEST_TMP/zsh/.zshrc"
	typed "env ZDOTDIR=$TEST_TMP/zsh zsh -i" "$1" | grep -F "$2"
}
if command -v zsh >/dev/null; then
	check zsh_option zsh_completes 'hdrtap --hea\t request' '<--heads'
	check zsh_word zsh_completes 'hdrtap --hook xdp-n\t' '<xdp-native>'
	check zsh_interface zsh_completes 'hdrtap --check l\t' '<lo>'
	check zsh_syntax zsh -n "$HDRTAP_BUILD/tools/completion/hdrtap.zsh"
else
	skip zsh 'zsh is not installed'
fi

# fish_suggests LINE: in one line.
fish_suggests() { HOME=$TEST_TMP fish -N -c "source $HDRTAP_BUILD/tools/completion/hdrtap.fish; complete -C '$1'" | cut -f 1 | tr '\n' ' '; }
if command -v fish >/dev/null; then
	check fish_options diff <(grep -- '^--' "$TEST_TMP/help") <(fish_suggests 'hdrtap --' | tr ' ' '\n' | grep -- '^--' | sort)
	check fish_words [ "$(fish_suggests 'hdrtap --heads re')" = 'request response ' ]
	check fish_interface [ "$(fish_suggests 'hdrtap -i l')" = 'lo ' ]
	check fish_any [ "$(fish_suggests 'hdrtap -i an')" = 'any ' ]
else
	skip fish 'fish is not installed'
fi
for shell in zsh fish; do
	[ "$(grep -coE -- "$( [ $shell = zsh ] && echo '--[a-z-]+=?\[' || echo '-l [a-z-]+')" "$HDRTAP_BUILD/tools/completion/hdrtap.$shell")" -ge "$(grep -c -- '^--' "$TEST_TMP/help")" ] &&
		ok ${shell}_knows_all || fail ${shell}_knows_all
done
