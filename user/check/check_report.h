/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The lines of a check, and what is asked of an interface.
 */
#ifndef HDRTAP_USER_CHECK_REPORT_H
#define HDRTAP_USER_CHECK_REPORT_H

#include "attach/attach.h"
#include "attach/interfaces.h"

enum check_level {
	CHECK_OK,
	CHECK_NOTE,
	CHECK_STOP,
};

struct check {
	struct interface interface;
	enum attach_hook hook;
	bool last;        /* --order last */
	bool promiscuous; /* wanted, and permitted */
	bool permitted;   /* to ask the kernel for programs */
	bool stopped;     /* something was CHECK_STOP */
};

/* Prints one line on standard output. `topic` is a word. */
void check_say(struct check *check, enum check_level level, const char *topic, const char *format,
	       ...) __attribute__((format(printf, 4, 5)));

#endif
