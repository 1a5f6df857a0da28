/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "source/source.h"

#include "base/signals.h"

int source_ready(const struct source *source)
{
	return source->ready ? source->ready() : 0;
}

bool source_stopped(const struct source *source)
{
	unsigned int seen = signals_read(source->signal_fd);

	if (seen & SIGNALS_ACCOUNTS)
		accounts_say(source->accounts, source->verbose);
	return seen & (SIGNALS_STOP | SIGNALS_HANGUP);
}
