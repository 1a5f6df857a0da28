/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * All that a running hdrtap-top has. Calls come in (top_feed.h), are kept and counted, and are
 * shown on a terminal (top_show.h) or as plain tables (top_batch.h).
 */
#ifndef HDRTAP_TOP_H
#define HDRTAP_TOP_H

#include "lib/companion.h"
#include "top_again.h"
#include "top_child.h"
#include "top_count.h"
#include "top_history.h"
#include "top_lines.h"
#include "top_options.h"
#include "top_pace.h"
#include "top_said.h"
#include "top_terminal.h"

struct top {
	struct usage_taker taker; /* of the calls that come */
	struct companion *companion;
	const struct top_options *options;
	const struct api_names *names;
	struct top_state state;
	struct top_table table; /* that is shown */
	struct top_count *count;
	struct top_history *history;
	struct top_child child;
	char source[TOP_NAME_MAX];
	char note[TOP_MESSAGE_MAX]; /* what became of the source; "": nothing */

	__u64 known, newest; /* UTC ns: how far time is known; of the latest event; 0: not yet */
	__u64 first;         /* UTC ns: when time began; 0: not yet */
	__u64 begun;         /* UTC ns: of the latest request */
	bool over;           /* there are no more calls */
	bool held;           /* records wait for the pace */
	struct top_pace pace;

	/* terminal */
	struct top_terminal *terminal; /* NULL: batch mode */
	struct top_said *said;         /* NULL: batch mode */
	struct top_again *again;       /* the log is read again; NULL: it is not */
	__u64 shown;                   /* CLOCK_BOOTTIME ns: when the table was read last; 0: it has
					  to be read now */
	__u64 since;                   /* for struct top_picture */
	__u64 paused;                  /* UTC ns: end of the window then; 0: it is not paused */
	char last_said[TOP_MESSAGE_MAX]; /* the last line of standard error, harmless */
	__u64 said_until;                /* CLOCK_BOOTTIME ns: how long it is shown */

	/* batch mode */
	FILE *out;   /* owned */
	bool broken; /* it takes nothing more */
	struct top_lines lines;
	__u64 next;    /* UTC ns: end of the window that is printed next; 0: not known yet */
	__u64 printed; /* tables */
};

#endif
