/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals have no handlers but those of crashes: they are read like keys, so nothing of ncurses
 * runs in the middle of anything. The size is asked for now and then instead of by SIGWINCH.
 */
#include "top_terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <unistd.h>

#include "base/error.h"
#include "top_crash.h"
#include "top_key.h"
#include "view/text_color.h"

#undef columns /* of <term.h> */

#define ESCAPE_DELAY_MS 25 /* between Escape and a key that begins with it */

struct top_terminal {
	struct top_screen screen;
	SCREEN *curses;
	FILE *keys;
	int signal_fd; /* -1: none */
	bool colors;
};

/* --- the screen --- */

static attr_t attributes(const struct top_terminal *terminal, enum top_style style)
{
	static const attr_t plain[TOP_STYLE_MAX] = {
		[TOP_STYLE_STRONG] = A_BOLD,      [TOP_STYLE_HEADING] = A_REVERSE,
		[TOP_STYLE_SELECTED] = A_REVERSE, [TOP_STYLE_WARNING] = A_BOLD,
		[TOP_STYLE_ALARM] = A_BOLD,
	};
	attr_t colored = style == TOP_STYLE_WARNING ? COLOR_PAIR(1)
			 : style == TOP_STYLE_ALARM ? A_BOLD | COLOR_PAIR(2)
			 : style == TOP_STYLE_FAINT ? COLOR_PAIR(3)
						    : plain[style];

	return terminal->colors ? colored : plain[style];
}

static void begin(struct top_screen *screen)
{
	(void)screen;
	erase();
}

static void put(struct top_screen *screen, size_t row, size_t column, enum top_style style,
		const char *text)
{
	attr_t attribute = attributes((struct top_terminal *)screen, style);

	attrset(attribute);
	mvaddstr(row, column, text);
}

static int end(struct top_screen *screen, size_t row, size_t column)
{
	curs_set(row < screen->rows);
	if (row < screen->rows)
		move(row, column < screen->columns ? column : screen->columns - 1);
	refresh();
	return 0;
}

static const struct top_screen_ops ops = { .begin = begin, .put = put, .end = end };

struct top_screen *top_terminal_screen(struct top_terminal *terminal)
{
	return &terminal->screen;
}

bool top_terminal_resize(struct top_terminal *terminal)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col ||
	    (size.ws_row == terminal->screen.rows && size.ws_col == terminal->screen.columns))
		return false;
	terminal->screen.rows = size.ws_row;
	terminal->screen.columns = size.ws_col;
	resizeterm(size.ws_row, size.ws_col);
	return true;
}

void top_terminal_clear(struct top_terminal *terminal)
{
	(void)terminal;
	clearok(stdscr, TRUE);
}

/* --- keys --- */

int top_terminal_key_fd(const struct top_terminal *terminal)
{
	return fileno(terminal->keys);
}

static int key_of(int c)
{
	static const struct {
		int curses, key;
	} keys[] = {
		{ '\n', TOP_KEY_ENTER },
		{ '\r', TOP_KEY_ENTER },
		{ KEY_ENTER, TOP_KEY_ENTER },
		{ 27, TOP_KEY_ESCAPE },
		{ 8, TOP_KEY_BACKSPACE },
		{ 127, TOP_KEY_BACKSPACE },
		{ KEY_BACKSPACE, TOP_KEY_BACKSPACE },
		{ KEY_DC, TOP_KEY_DELETE },
		{ KEY_UP, TOP_KEY_UP },
		{ KEY_DOWN, TOP_KEY_DOWN },
		{ KEY_LEFT, TOP_KEY_LEFT },
		{ KEY_RIGHT, TOP_KEY_RIGHT },
		{ KEY_PPAGE, TOP_KEY_PAGE_UP },
		{ KEY_NPAGE, TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, TOP_KEY_HOME },
		{ KEY_END, TOP_KEY_END },
		{ 'U' & 0x1f, TOP_KEY_ERASE_LINE },
		{ 'L' & 0x1f, TOP_KEY_REDRAW },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].curses == c)
			return keys[i].key;
	return c >= 0x20 && c < 0x7f ? c : TOP_KEY_NONE;
}

int top_terminal_key(struct top_terminal *terminal)
{
	struct pollfd fd = { .fd = top_terminal_key_fd(terminal), .events = POLLIN };
	int c = getch();

	if (c != ERR)
		return key_of(c);
	/* Nobody holds the other end any more, which the end of a terminal looks like. */
	if (poll(&fd, 1, 0) > 0 && fd.revents & (POLLHUP | POLLERR))
		return -EIO;
	return -1;
}

/* --- signals --- */

static void terminal_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTSTP);
	sigaddset(set, SIGCONT);
	sigaddset(set, SIGQUIT);
}

int top_terminal_signal_fd(const struct top_terminal *terminal)
{
	return terminal->signal_fd;
}

static void stop(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	endwin();
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* here it stops, and here it goes on */
	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool top_terminal_signal(struct top_terminal *terminal)
{
	struct signalfd_siginfo info;
	bool quit = false;

	while (read(terminal->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGTSTP)
			stop();
		quit |= info.ssi_signo == SIGQUIT;
	}
	/* Whoever had the terminal meanwhile may have left it in any state. */
	reset_prog_mode();
	top_terminal_clear(terminal);
	return quit;
}

/* --- opening and closing --- */

static int open_signals(struct top_terminal *terminal)
{
	sigset_t set;

	terminal_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGTSTP, SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
	terminal->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (terminal->signal_fd < 0)
		return fail(errno, "cannot wait for signals: %s; raise the limit on open files",
			    strerror(errno));
	return 0;
}

int top_terminal_check(void)
{
	const char *name = getenv("TERM");
	char *place;
	int found;

	if (!isatty(STDOUT_FILENO))
		return fail(ENOTTY, "standard output is no terminal; use -b");
	if (!name || setupterm(name, STDOUT_FILENO, &found) != OK)
		return fail(ENOTTY, "the type of the terminal is not known; set TERM, or use -b");
	place = tigetstr("cup");
	del_curterm(cur_term);
	if (!place || place == (char *)-1)
		return fail(ENOTTY, "nothing can be placed on a terminal of this type; set TERM to "
				    "its real one, or use -b");
	return 0;
}

static int open_keys(struct top_terminal *terminal)
{
	terminal->keys = fopen("/dev/tty", "r+e");
	if (!terminal->keys)
		return fail(errno, "cannot read keys from /dev/tty: %s; use -b", strerror(errno));
	return 0;
}

static void prepare_colors(struct top_terminal *terminal, enum text_color color)
{
	terminal->colors = text_color_wanted(color, STDOUT_FILENO) && has_colors() &&
			   start_color() == OK && use_default_colors() == OK;
	if (!terminal->colors)
		return;
	init_pair(1, COLOR_YELLOW, -1);
	init_pair(2, COLOR_RED, -1);
	init_pair(3, COLOR_CYAN, -1);
}

static int open_screen(struct top_terminal *terminal, enum text_color color)
{
	top_crash_remember(STDOUT_FILENO);
	terminal->curses = newterm(NULL, stdout, terminal->keys);
	if (!terminal->curses)
		return fail(ENOTTY, "the terminal cannot be drawn on; set TERM to its real type, "
				    "or use -b");
	top_crash_watch();
	set_escdelay(ESCAPE_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	prepare_colors(terminal, color);
	terminal->screen.ops = &ops;
	terminal->screen.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal->screen.rows = LINES;
	terminal->screen.columns = COLS;
	top_terminal_resize(terminal);
	return 0;
}

int top_terminal_open(struct top_terminal **terminal, enum text_color color)
{
	struct top_terminal *t = calloc(1, sizeof(*t));
	int err = t ? 0 : fail(ENOMEM, "cannot draw: out of memory; end other programs");

	if (err)
		return err;
	t->signal_fd = -1;
	setlocale(LC_CTYPE, "");
	err = open_keys(t);
	err = err ? err : open_screen(t, color);
	err = err ? err : open_signals(t);
	if (err) {
		top_terminal_close(t);
		return err;
	}
	*terminal = t;
	return 0;
}

void top_terminal_close(struct top_terminal *terminal)
{
	sigset_t set;

	if (!terminal)
		return;
	if (terminal->curses) {
		endwin();
		top_crash_forget();
		delscreen(terminal->curses);
	}
	if (terminal->keys)
		fclose(terminal->keys);
	if (terminal->signal_fd >= 0) {
		close(terminal->signal_fd);
		terminal_signals(&set);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	free(terminal);
}
