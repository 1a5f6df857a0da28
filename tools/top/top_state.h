/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is looked at, as options and keys say: by what, of which part, in which window and order,
 * and where in the table. Knows nothing of how it is counted or drawn.
 */
#ifndef HDRTAP_TOP_STATE_H
#define HDRTAP_TOP_STATE_H

#include "top_column.h"
#include "top_prompt.h"

#define TOP_DEPTH_MAX   8    /* levels of a drill-down */
#define TOP_BY_MAX      80   /* bytes of what rows are by, the zero byte included */
#define TOP_ID_MAX      1024 /* bytes of a key, as it is counted */
#define TOP_NAME_MAX    256  /* bytes of a key, as it is shown, the zero byte included */
#define TOP_MESSAGE_MAX 512

/* X(symbol, text, ns): windows; 0: since the start. */
#define TOP_WINDOWS(X)                \
	X(1S, "1s", 1000000000ULL)    \
	X(10S, "10s", 10000000000ULL) \
	X(1M, "1m", 60000000000ULL)   \
	X(5M, "5m", 300000000000ULL)  \
	X(ALL, "all", 0)

#define TOP_X_WINDOW(s, ...) TOP_WINDOW_##s,
enum top_window {
	TOP_WINDOWS(TOP_X_WINDOW) TOP_WINDOW_MAX
};
#undef TOP_X_WINDOW

/* A part of all: what has this key. */
struct top_level {
	char by[TOP_BY_MAX]; /* "api", "host", "client", "status", or a field's name */
	char id[TOP_ID_MAX]; /* of the row that was chosen here; meaningless in the last level */
	size_t id_size;
	char name[TOP_NAME_MAX]; /* the same as it is shown: harmless */
};

enum top_mode {
	TOP_MODE_TABLE,
	TOP_MODE_HELP,
	TOP_MODE_WHERE, /* a predicate is typed in */
	TOP_MODE_BY,    /* a field is typed in */
};

struct top_state {
	struct top_level level[TOP_DEPTH_MAX];
	size_t depth; /* of the level that is shown; those before it choose its part */
	enum top_window window;
	enum top_column_id sort;
	bool reverse;
	bool paused;
	enum top_mode mode;
	struct top_prompt prompt;
	char where[TOP_PROMPT_MAX];    /* the predicate, "": none */
	char message[TOP_MESSAGE_MAX]; /* for the user, harmless; "": none */
	size_t selected;               /* row of the table */
	size_t first;                  /* row that is shown first */
	size_t page;                   /* rows that there is room for, 1 or more */
	size_t columns;                /* of the screen */
	char id[TOP_ID_MAX];           /* of the selected row: it stays selected when rows move */
	size_t id_size;                /* 0: none was chosen yet, the first one is */
};

/* Whoever knows what can be counted. Both return whether it is right; otherwise `why` says what is
 * wrong (TOP_MESSAGE_MAX bytes), and `column` where, from 1; 0: nowhere. */
struct top_judge {
	bool (*by)(const char *text, char *why);
	bool (*where)(const char *text, char *why, size_t *column);
};

/* What has to be done after a key. */
enum top_action {
	TOP_ACTION_NONE,
	TOP_ACTION_SHOW,    /* the picture is another one */
	TOP_ACTION_WINDOW,  /* the table is of another window */
	TOP_ACTION_RECOUNT, /* it is of something else, and has to be counted */
	TOP_ACTION_QUIT,
};

void top_state_init(struct top_state *state, const char *by, enum top_window window);

const char *top_window_text(enum top_window window);
__u64 top_window_ns(enum top_window window);

/* One key (top_key.h). `table` is the one that is shown. */
enum top_action top_state_key(struct top_state *state, int key, const struct top_table *table,
			      const struct top_judge *judge);

/* To be called when the table, the order or the page is another one: the selected row is found
 * again, and is among those that are shown. */
void top_state_settle(struct top_state *state, const struct top_table *table);

#endif
