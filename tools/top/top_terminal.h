/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The terminal: a screen (top_screen.h), keys, its size, being stopped and continued, and giving it
 * back as it was, however the process ends. There is one at a time.
 */
#ifndef HDRTAP_TOP_TERMINAL_H
#define HDRTAP_TOP_TERMINAL_H

#include "top_screen.h"
#include "view/text_options.h"

struct top_terminal;

/* Whether standard output is a terminal that can be drawn on. Returns 0 or -errno (reported). */
int top_terminal_check(void);

/* Takes the terminal that standard output is, and reads keys from /dev/tty. Returns 0 or -errno
 * (reported). */
int top_terminal_open(struct top_terminal **terminal, enum text_color color);

/* Gives it back. NULL is fine. */
void top_terminal_close(struct top_terminal *terminal);

struct top_screen *top_terminal_screen(struct top_terminal *terminal);

/* Readable when there is a key, and when a signal came that only concerns terminals: the functions
 * below are to be called then. */
int top_terminal_key_fd(const struct top_terminal *terminal);
int top_terminal_signal_fd(const struct top_terminal *terminal);

/* The next key (top_key.h), -1: there is none for now, -EIO: nobody will ever type again. */
int top_terminal_key(struct top_terminal *terminal);

/* Reads signals: stops the process on SIGTSTP, with the terminal given back meanwhile. Returns
 * whether to end (SIGQUIT). The picture has to be drawn again. */
bool top_terminal_signal(struct top_terminal *terminal);

/* Whether the terminal has another size than before; the screen has it now. */
bool top_terminal_resize(struct top_terminal *terminal);

/* The next picture is drawn as if nothing were there. */
void top_terminal_clear(struct top_terminal *terminal);

#endif
