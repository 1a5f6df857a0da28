/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A message is one line whatever it quotes: a control character in a file name or an argument
 * becomes a question mark.
 */
#include "base/message.h"

#include <stdio.h>

void message_format(struct message *message, const char *format, va_list args)
{
	char *c;

	vsnprintf(message->text, sizeof(message->text), format, args);
	for (c = message->text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

int message_set(struct message *message, int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message_format(message, format, args);
	va_end(args);
	return -errnum;
}
