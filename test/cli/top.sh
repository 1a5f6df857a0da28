#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# hdrtap-top on a real terminal (tmux): keys, sizes, colors, hostile bytes; the terminal is given back however it ends.
. "$(dirname "$0")/../lib.sh"

TOP=$HDRTAP_BUILD/bin/hdrtap-top
ESCAPE=$'\e'
cd "$TEST_TMP" || die "no directory"
python3 "$HDRTAP_ROOT/test/cli/hostile.py" hostile.pcap answers.pcap more.pcap || die "no captures"
python3 "$HDRTAP_ROOT/test/cli/calls.py" calls.pcap 6000 || die "no capture of calls"
"$HDRTAP" -q -e x-evil -r hostile.pcap -w hostile.log && "$HDRTAP" -q -e x-tenant -r calls.pcap -w calls.log &&
	"$HDRTAP" -q -r "$HDRTAP_ROOT/pcaps/510-morning.pcap" -w morning.log || die "no logs"

# tm ARGUMENT...: a tmux of our own.
TERMINALS=0
tm() { TMUX='' tmux -S "$TEST_TMP/tmux$TERMINALS" -f /dev/null "$@"; }
on_exit tm kill-server

# terminal WIDTH HEIGHT [NAME=VALUE...]: a shell on a terminal of that size, with this in its environment.
terminal() {
	local width=$1 height=$2
	shift 2
	[ $TERMINALS -eq 0 ] || tm kill-server
	TERMINALS=$((TERMINALS + 1))
	tm -u new-session -d -x "$width" -y "$height" env -u NO_COLOR PS1='$ ' LC_ALL=C.UTF-8 TERM=screen-256color "$@" bash --norc --noprofile
	tm set-option -g status off
	resize "$width" "$height"
}

screen() { tm capture-pane -p "$@"; }
shows() { screen | grep -qF -- "$1"; }
row() { screen | sed -n "${1}p"; }
type_keys() { tm send-keys "$@"; }
resize() { tm resize-window -x "$1" -y "$2"; }

# sees NAME TEXT: the screen shows it sooner or later.
sees() {
	if wait_for 30 shows "$2"; then
		ok "$1"
	else
		screen
		fail "$1" "the screen does not show: $2"
	fi
}

# top ARGUMENT...: hdrtap-top, until it shows a table.
top() {
	type_keys "clear; '$TOP' -q $*" Enter
	wait_for 60 shows 'hdrtap-top  ' || die "hdrtap-top $*: $(screen)"
}

ROUND=0
left() { [ "$(tm display-message -p '#{alternate_on}')" = 0 ]; }
# quit: ends it, and waits for the shell, which has the terminal as it was.
quit() {
	ROUND=$((ROUND + 1))
	type_keys q
	wait_for 20 left
	type_keys "clear; echo done\$((0 + $ROUND))" Enter
	wait_for 60 shows "done$ROUND" || die "it does not end: $(screen)"
}

# --- a table, and keys ---
terminal 80 24
top -r morning.log
sees table 'POST shop.example/login'
screen
check first_row grep -qF 'hdrtap-top  lost 0  by api  window all  10:01:41Z  morning.log' <(row 1)
check second_row grep -q '^33 requests  0.064/s  5xx 6.1%  4xx 39.4%  unanswered 3.0%  p50 41.2ms' <(row 2)
check titles grep -qE 'REQ/S.SHARE +5XX +P50 +P90 +P99 TREND +KEY' <(row 4)
check sorted_by_rate grep -qF 'POST shop.example/login' <(row 5)
check last_row grep -qF 'end of the log; q quits' <(row 24)
type_keys Down Enter
sees drilled_down '8 requests'
sees drilled_by_host 'by host'
sees part_is_named 'api GET api.shop.example/api/orders/{n}'
type_keys 4
sees by_status 'by status'
sees statuses ' 502'
type_keys 1
sees same_by_is_refused 'go back first (Backspace)'
type_keys BSpace
sees back '33 requests'
type_keys 2
sees by_host 'by host'
sees a_host ' db-admin.tenant.example'
type_keys b
sees by_turns 'by client'
type_keys '>'
sees sorted_by_share 'SHAREv'
type_keys S r
sees sorted_backwards 'REQ/S^'
type_keys r
type_keys 1 w
sees other_window 'window 1s'
type_keys W
sees window_before 'window all'
type_keys ?
sees help 'drill down into the chosen row'
type_keys x
sees help_is_closed 'POST shop.example/login'
type_keys / 'status = 5xx' Enter
sees wrong_predicate 'column 8:'
type_keys C-u 'status == 5xx' Enter
sees predicate 'where status == 5xx'
sees predicate_counts '2 requests'
type_keys / Escape
sees escape_changes_nothing 'where status == 5xx'
type_keys / C-u Enter
sees predicate_removed 'all requests'
type_keys f 'request[' Enter
sees wrong_field 'request[ is no field'
type_keys C-u user-agent Enter
sees by_field 'python-requests/2.28.1'
type_keys f x-nothing Enter
sees lacking_field 'x-nothing was not chosen (-e)'
type_keys p
sees paused 'paused'
type_keys ' '
wait_for 20 sh -c '! tmux -S "$1" capture-pane -p | grep -q paused' sh "$TEST_TMP/tmux$TERMINALS"
check goes_on sh -c '! tmux -S "$1" capture-pane -p | grep -q paused' sh "$TEST_TMP/tmux$TERMINALS"
quit

# --- sizes ---
top -r morning.log
sees again 'POST shop.example/login'
# fits WIDTH HEIGHT TEXT: it is drawn anew for that size and shows the text.
fits() {
	resize "$1" "$2"
	sees "size_$1x$2" "$3"
}
fits 200 50 'NOANS'
check wide_has_all grep -qE 'REQS REQ/S.SHARE +5XX +4XX NOANS +P50 +P90 +P99 TREND' <(row 4)
fits 60 10 'POST shop.example'
fits 40 6 'hdrtap-top  lost 0'
fits 12 3 'hdrtap-top'
fits 5 2 'hdrta'
fits 2 1 'hd'
fits 80 24 'POST shop.example/login'
quit
terminal 12 4
type_keys "'$TOP' -q -r morning.log" Enter
sees tiny_at_the_start 'hdrtap-top'
quit

# --- colors and letters ---
terminal 100 24
top -r morning.log
sees colors_table 'POST shop.example/login'
screen -e >colors
check errors_are_red grep -qE "$ESCAPE\[1m$ESCAPE\[31m|$ESCAPE\[31m$ESCAPE\[1m|$ESCAPE\[1;31m|$ESCAPE\[0;1m$ESCAPE\[31m" colors
check trend_of_blocks grep -qE '▁|▂|▃|▄|▅|▆|▇|█' colors
quit
# colorless NAME OPTION...
colorless() {
	local name=$1
	shift
	top -r morning.log "$@"
	wait_for 20 shows 'POST shop.example/login'
	screen -e >colors
	check "$name" sh -c '[ -s colors ] && ! grep -qE "$1\[([0-9]+;)*(3[0-7]|38|9[0-7])[;m]" colors' sh "$ESCAPE"
	check "${name}_still_has_styles" grep -q "$ESCAPE\[7m" colors
	quit
}
colorless color_never --color never
terminal 100 24 NO_COLOR=1
colorless NO_COLOR
terminal 100 24 LC_ALL=C LANG=C
top -r morning.log
wait_for 20 shows 'POST shop.example/login'
check plain_letters sh -c '! tmux -S "$1" capture-pane -p | LC_ALL=C grep -q "[^ -~]"' sh "$TEST_TMP/tmux$TERMINALS"
check trend_of_letters grep -q '@ ' <(screen)
quit
terminal 100 24 TERM=dumb
type_keys "'$TOP' -r morning.log" Enter
sees dumb_terminal 'nothing can be placed on a terminal of this type'
type_keys "clear; TERM=no-such-terminal '$TOP' -r morning.log" Enter
sees unknown_terminal 'the type of the terminal is not known'

# --- hostile bytes ---
terminal 150 24
type_keys "printf '\\033]2;untouched\\007'" Enter
top -r hostile.log --by host
for by in path x-evil api host; do
	type_keys f $by Enter
	wait_for 20 shows "by $by" && wait_for 20 shows '6 requests' || screen
	check "hostile_${by}_is_there" grep -q '^6 requests' <(screen)
	check "hostile_${by}_acts_not" [ "$(tm display-message -p '#{pane_title}')" = untouched ]
	screen
done
quit
check escapes_are_words sh -c '"$1" -q -b -r hostile.log --by x-evil | grep -qF "\\x1b]2;owned\\x07"' sh "$TOP"
check batch_has_no_bytes sh -c '"$1" -q -b -r hostile.log --by x-evil,host >batch && [ -s batch ] && ! LC_ALL=C grep -q "[^ -~]" batch' sh "$TOP"

# --- the terminal is given back ---
terminal 80 24
type_keys "stty -a >before; clear; echo re''ady" Enter
wait_for 20 shows ready
# given_back NAME: as it was before.
given_back() {
	rm -f after
	wait_for 20 left
	type_keys "stty -a >after; clear; echo ba''ck" Enter
	wait_for 30 shows back || screen
	check "$1_gives_modes_back" cmp before after
	check "$1_gives_screen_and_cursor_back" [ "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" = '0 1' ]
	type_keys clear Enter
}
pid() { pgrep -f -- "$TOP -q -r morning.log" | head -n 1; }
top -r morning.log
type_keys C-c
given_back SIGINT
top -r morning.log
type_keys 'C-\'
given_back SIGQUIT
for signal in TERM SEGV; do
	top -r morning.log
	kill -s $signal "$(pid)"
	wait_for 20 left
	given_back SIG$signal
done
type_keys "clear; '$TOP' -q -r nowhere" Enter
sees error_is_seen 'hdrtap-top: '
given_back error

# Stopped and continued.
top -r morning.log
sees before_stop 'POST shop.example/login'
type_keys C-z
sees stopped 'Stopped'
check stopped_gives_screen_back [ "$(tm display-message -p '#{alternate_on}')" = 0 ]
type_keys 'clear; fg' Enter
sees continued 'POST shop.example/login'
kill -s STOP "$(pid)"
sleep 0.5
type_keys fg Enter
sees continued_after_SIGSTOP 'POST shop.example/login'
type_keys q
given_back stopping

# --- streams, growing logs, replays ---
terminal 100 24
mkfifo pipe
tm send-keys "clear; '$HDRTAP' -q -r - -w - <pipe | '$TOP' -q -r - --by host" Enter
exec {pipe}>pipe
cat answers.pcap >&"$pipe"
tail -c +25 more.pcap >&"$pipe" # without the head of the file
exec {pipe}>&-
sees stream_ends 'the stream has ended'
sees stream_is_counted '10 requests'
type_keys 4
sees stream_counted_by_something_else ' 503'
sees stream_counted_whole '10 requests'
type_keys Enter
sees stream_part 'status 200'
quit
"$HDRTAP" -q -r calls.pcap -w - >calls.stream
tm send-keys "clear; cat calls.stream | '$TOP' -q -r - --by host --history 100K" Enter
sees short_history 'the stream has ended'
type_keys 3
sees history_is_limited 'counted since'
quit
top -r calls.log --by host --speed 20
sees replay_runs 'x20'
wait_for 20 shows '%'
check replay_is_not_over sh -c '! tmux -S "$1" capture-pane -p | grep -q "end of the log"' sh "$TEST_TMP/tmux$TERMINALS"
first=$(row 2 | awk '{ print $1 }')
later() { [ "$(row 2 | awk '{ print $1 }')" -gt "$first" ]; }
check replay_goes_on wait_for 20 later
sees replay_ends 'end of the log'
sees replay_has_all '6000 requests'
quit
"$HDRTAP" -q -r answers.pcap -w growing.log
top -r growing.log --follow --window all --by host
sees growing_begins '5 requests'
"$HDRTAP" -q -r more.pcap -w growing.log
sees growing_goes_on '10 requests'
type_keys 3
sees growing_counted_again '10 requests'
quit

# --- more keys than fit ---
python3 "$HDRTAP_ROOT/test/cli/calls.py" crowd.pcap 60000 30000 && "$HDRTAP" -q -r crowd.pcap -w crowd.log || die "no crowd"
"$TOP" -q -b -r crowd.log --by host --memory 1M >crowd
head -n 4 crowd
tail -n 3 crowd
check crowd_is_not_exact grep -q 'exact=no' crowd
check crowd_has_other grep -q '(other)$' crowd
check crowd_closes awk '$NF == "(all)" { exit $1 != sum || $1 != 60000 } /^ *[0-9]/ { sum += $1 }' crowd
check heavy_key_is_first [ "$(awk '/^ *[0-9]/ { print ($1 + $7 >= 30000), $NF; exit }' crowd)" = '1 h0.test' ]
terminal 80 24
top -r crowd.log --by host --memory 1M
sees crowd_is_told 'more keys than fit'
type_keys End
sees other_is_last '(other)'
type_keys Enter
sees other_has_no_parts 'nothing to drill into'
quit

# --- what is refused ---
# refused NAME STATUS PART ARGUMENT...: ends with that status and says one line with that in it.
refused() {
	local name=$1 expected=$2 part=$3 status=0
	shift 3
	"$TOP" "$@" >out 2>err </dev/null || status=$?
	cat err
	check "refused_$name" [ "$status $(grep -c . err)" = "$expected 1" -a -n "$(grep -F -- "$part" err)" ]
}
refused no_source 2 'give -i or -r'
refused two_sources 2 'leave one out' -i lo -r morning.log -b
refused unknown_field 2 "option --by" -r morning.log -b --by 'request['
refused unknown_window 2 "'2m' is none of its values" -r morning.log -b --window 2m
refused unknown_column 2 "option --sort" -r morning.log -b --sort size
refused speed 2 "option --speed" -r morning.log --speed 0
refused speed_of_a_stream 2 "option --speed" -r - --speed 2
refused tables 2 'add -b' -r morning.log -n 1
refused elements 2 'it goes with -i only' -r morning.log -b -e x-a
refused predicate 2 'status = 5' -r morning.log -b --where 'status = 5'
refused no_log 1 'nowhere' -r nowhere -b
refused no_terminal 1 'standard output is no terminal; use -b' -r morning.log
refused no_memory 1 'give more with --memory' -r morning.log -b --memory 1K
refused no_document 1 'nowhere.yaml' -r morning.log -b --openapi nowhere.yaml
printf '[GET] shop.example/basket/{what}\n' | tr -d '[]' >list
check named_by_a_list grep -qF 'GET shop.example/basket/{what}' <("$TOP" -q -b -r morning.log --apis list)
check pipe_closed sh -c '"$1" -b -q -r morning.log --window 1s 2>err | head -n 1; [ ! -s err ]' sh "$TOP"
full() { ! "$TOP" -q -b -r morning.log >/dev/full 2>err && grep -q 'cannot write to standard output: No space left' err; }
check full_disk full
