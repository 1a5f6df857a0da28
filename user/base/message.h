/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A message as a value: for code that must not print, because it runs in other people's programs.
 */
#ifndef HDRTAP_USER_MESSAGE_H
#define HDRTAP_USER_MESSAGE_H

#include <stdarg.h>

#define MESSAGE_SIZE 1024 /* bytes, the zero byte included; what is longer is cut */

/* One line, `what failed: why; what to do`, without control characters. */
struct message {
	char text[MESSAGE_SIZE];
};

/* Returns -errnum, so that `return message_set(message, EINVAL, ...)` is a whole failure path. */
int message_set(struct message *message, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void message_format(struct message *message, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif
