#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The text view on a real terminal (tmux) and beside one: colors, width, resizing while it runs, and hostile bytes from the wire.
. "$(dirname "$0")/../lib.sh"

cd "$TEST_TMP" || die "no directory"
python3 "$HDRTAP_ROOT/test/cli/hostile.py" hostile.pcap answers.pcap more.pcap || die "no captures"
ESCAPE=$'\e'

# tm ARGUMENT...: a tmux of our own.
TERMINALS=0
tm() { TMUX='' tmux -S "$TEST_TMP/tmux$TERMINALS" -f /dev/null "$@"; }

# terminal WIDTH [NAME=VALUE...]: a shell on a terminal so wide, with this in its environment.
terminal() {
	local width=$1
	shift
	[ $TERMINALS -eq 0 ] || tm kill-server
	TERMINALS=$((TERMINALS + 1))
	tm -u new-session -d -x "$width" -y 100 env -u NO_COLOR PS1='$ ' LC_ALL=C.UTF-8 "$@" bash --norc --noprofile
	tm set-option -g remain-on-exit on
}
on_exit tm kill-server

# screen [ARGUMENT...]: what it shows.
screen() { tm capture-pane -p "$@"; }

shows() { screen | grep -qF -- "$1"; }

# show COMMAND: types it, and waits until it is done.
ROUND=0
show() {
	ROUND=$((ROUND + 1))
	tm send-keys "clear; $1; echo done\$((0 + $ROUND))" Enter
	wait_for 60 shows "done$ROUND" || die "$1: $(screen)"
}

verbose="'$HDRTAP' -q -vvv -r answers.pcap"
one="'$HDRTAP' -r answers.pcap 2>err"

# Colors: by status and by latency, for who wants them.
terminal 200
show "$one"
screen -e >colors
cat colors
# begun COLOR TEXT: the text has it.
begun() { grep -qF "${ESCAPE}[$1m$2" colors; }
check color_of_success begun 32 200
check color_of_redirection begun 36 301
check color_of_client_error begun 33 404
check color_of_server_error grep -qE "$ESCAPE\[1m$ESCAPE\[31m503|$ESCAPE\[1;31m503|$ESCAPE\[31m$ESCAPE\[1m503" colors
check color_of_a_slow_answer begun 33 250.000
check color_of_a_very_slow_answer begun 31 1.500
check seconds_are_said grep -qF ' s' <(screen | grep 503)
check no_color_of_a_fast_answer sh -c '! grep -q "m0\.[0-9]* *ms" colors'
check answers_have_their_requests [ "$(screen | grep -c ' for GET answers.test/')" -ge 4 ]

# plain NAME: nothing is colored.
plain() {
	screen -e | grep HTTP/1.1 >lines
	check "$1" sh -c '[ -s lines ] && ! grep -q "$1" lines' sh "$ESCAPE"
}
show "$one --color never"
plain color_never
show "$one | cat"
plain no_color_in_a_pipe
terminal 200 NO_COLOR=1
show "$one"
plain NO_COLOR
show "$one --color always"
screen -e >colors
check always_is_stronger begun 32 200
terminal 200 NO_COLOR=
show "$one"
screen -e >colors
check empty_NO_COLOR_is_none begun 32 200
terminal 200 TERM=dumb
show "$one"
plain dumb_terminal
"$HDRTAP" --color always -r answers.pcap >out 2>err
check always_in_a_file grep -q "$ESCAPE" out
"$HDRTAP" -r answers.pcap >out 2>err
check no_color_in_a_file sh -c '! grep -q "$1" out' sh "$ESCAPE"

# widths: of lines that are cut, each once.
widths() { screen | sed -n 's/…$/./p' | awk '{ print length($0) }' | sort -u; }

# Width: cut with an ellipsis on the terminal, never elsewhere.
terminal 72
show "$one"
screen >narrow
cat narrow
check lines_are_cut [ "$(grep -c '…$' narrow)" -ge 5 ]
check as_wide_as_the_terminal [ "$(widths)" = 72 ]
check one_row_a_line [ "$(grep -c '^[0-9:.]*Z ' narrow)" -eq "$(wc -l <out)" ]
check no_rows_beside_them [ "$(grep -cE '^[0-9:.]*Z |^\$|^done|^$' narrow)" -eq "$(wc -l <narrow)" ]
show "$one | cat >piped; $one >filed"
check no_cut_in_a_pipe cmp piped out
check no_cut_in_a_file cmp filed out
show "$verbose"
screen | tr -d '\n' >whole
check verbose_is_whole grep -q 'end-of-the-agent' whole
terminal 72 LC_ALL=C LANG=C
show "$one"
check three_dots_without_utf8 [ "$(screen | grep -c '[.][.][.]$')" -ge 5 ]

show "$one -q --transactions"
screen >narrow_transactions
cat narrow_transactions
check an_arrow_without_utf8 sh -c '! grep -q → narrow_transactions && grep -q -- "-> 200" narrow_transactions'

# What came of a request is there in 80 columns, too: the request is cut.
terminal 80
show "$one -q --transactions"
screen >narrow_transactions
cat narrow_transactions
check statuses_are_seen [ "$(grep -c '… → [0-9]' narrow_transactions)" -ge 3 ]
check no_status_is_cut sh -c '! grep "^[0-9:.]*Z " narrow_transactions | grep -vqE "→ ([0-9]{3}|unanswered|ended)"'

# Resized while it runs: from the next line on it is as wide as the terminal is then.
mkfifo pipe
terminal 60
tm send-keys "clear; '$HDRTAP' -r - <pipe 2>err; echo done" Enter
exec {pipe}>pipe
rows() { [ "$(screen -J | grep -c '^[0-9:.]*Z ')" -ge "$1" ]; }
cat answers.pcap >&"$pipe"
check shown_before wait_for 30 rows 10
[ "$(widths)" = 60 ] || screen
check width_before [ "$(widths)" = 60 ]
tm resize-window -x 100
tm send-keys -R
tm clear-history
cleared() { ! rows 1; }
wait_for 10 cleared
tail -c +25 more.pcap >&"$pipe" # without the head of the file
check shown_after wait_for 30 rows 10
[ "$(widths)" = 100 ] || screen
check width_after [ "$(widths)" = 100 ]
exec {pipe}>&-
check resized_ends wait_for 30 shows 'done'

# Hostile bytes: none of them acts on the terminal, all are shown as what they are.
terminal 250
show "printf '\\033]2;untouched\\007'; '$HDRTAP' -vv -e x-evil -r hostile.pcap 2>err"
screen >hostile
cat hostile
check all_heads_are_there [ "$(grep -c '^[0-9:.]*Z ' hostile)" -eq 6 ]
check title_is_untouched [ "$(tm display-message -p '#{pane_title}')" = untouched ]
check escapes_are_words grep -qF 'x-evil="\x1b]2;owned\x07"' hostile
check csi_is_words grep -qF '\x1b[2J\x1b[1;1H' hostile
check c1_is_words grep -qF '\x9b31m' hostile
check right_to_left_is_words grep -qF '\xe2\x80\xae' hostile
check return_does_not_hide grep -qF 'seen' hostile
check nothing_is_hidden sh -c '! grep -q "$(printf "\033")" hostile'
for more in '' -q -v '--color always'; do
	# shellcheck disable=SC2086 # words
	"$HDRTAP" $more -e x-evil -r hostile.pcap 2>err >bytes
	sed "s/$ESCAPE\[[0-9;]*m//g" bytes >rest
	[ "$more" = '--color always' ] || cp bytes rest
	check "bytes_with$(tr -c 'a-z\n' _ <<<"$more")" sh -c '[ -s rest ] && ! LC_ALL=C grep -q "[^ -~	]" rest'
done

# -t, as many as it takes.
# times OPTION PATTERN: every line begins so.
times() {
	# shellcheck disable=SC2086 # words
	TZ=XXX-05:30 "$HDRTAP" -q $1 -r answers.pcap >lines
	[ -s lines ] && ! grep -vE "^$2(10\.|\[)" lines
}
check time_of_day times '' '[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z '
check no_time times -t ''
check time_since_1970 times -tt '[0-9]{10}\.[0-9]{6} '
check time_since_line times '-t -tt' ' 00:00:0[0-9]\.[0-9]{6} '
check date_and_time times -tttt '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{6}Z '
check time_since_first times -ttttt ' 00:00:0[0-9]\.[0-9]{6} '
check local_time times '-tttt --local-time' '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{6}\+05:30 '
