/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap-top: API usage as it happens, on a terminal or as plain tables.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_names.h"
#include "base/error.h"
#include "top_batch.h"
#include "top_feed.h"
#include "top_show.h"
#include "usage/usage_sink.h"

/* Where records come from, for people. */
static void name_source(struct top *top)
{
	const struct top_options *options = top->options;
	const struct option_list *list =
		options->interfaces.count ? &options->interfaces : &options->companion.read;
	size_t used = 0;

	for (size_t i = 0; i < list->count && used + 1 < sizeof(top->source); i++) {
		if (i)
			top->source[used++] = ' ';
		used += top_text_bytes(top->source + used, list->item[i], strlen(list->item[i]),
				       sizeof(top->source) - 1 - used);
	}
}

static int begin_child(struct top *top)
{
	char **arguments;
	int err;

	if (!top->options->interfaces.count)
		return 0;
	arguments = top_options_arguments(top->options);
	err = arguments ? top_child_start(&top->child, arguments) : -ENOMEM;
	top_options_free_arguments(arguments);
	err = err ? err : top_child_wait(&top->child);
	if (err == -ECANCELED) {
		companion_stop(top->companion);
		err = 0;
	}
	return err ? err : companion_read(top->companion, top->child.stream, "what hdrtap sees");
}

/* Before a capture is begun, whose messages would stand in the picture. */
static int prepare_output(struct top *top)
{
	int err;

	if (top->options->batch)
		return top_batch_open(top);
	err = top_terminal_check();
	return err ? err : top_said_open(&top->said);
}

static int open_output(struct top *top)
{
	int err;

	if (top->options->batch)
		return 0;
	err = top_terminal_open(&top->terminal, top->options->color);
	return err ? err : top_show_open(top);
}

static void begin_state(struct top *top)
{
	const struct top_options *options = top->options;

	top_state_init(&top->state, options->by ? options->by : "api", top_options_window(options));
	top->state.sort = options->sort;
	strcpy(top->state.where, options->where);
	top->pace.speed = options->speed;
}

static int open_counts(struct top *top)
{
	top->history = top_history_new(top->options->history);
	if (!top->history)
		return fail(ENOMEM, "cannot keep calls: out of memory; end other programs");
	return top_feed_recount(top);
}

static int open_top(void **context, struct sink **sink, struct companion *companion,
		    const void *options)
{
	struct top *top = calloc(1, sizeof(*top));
	struct usage_options usage = { 0 };
	int err;

	if (!top)
		return fail(ENOMEM, "cannot begin: out of memory; end other programs");
	*context = top;
	top->taker.ops = &top_feed_ops;
	top->companion = companion;
	top->options = options;
	top->names = top->options->names;
	name_source(top);
	begin_state(top);
	err = open_counts(top);
	err = err ? err : prepare_output(top);
	err = err ? err : begin_child(top);
	err = err ? err : open_output(top);
	if (err)
		return err;
	usage.names = &top->names;
	usage.timeout = top->options->companion.timeout_ms * 1000000;
	return usage_sink_open(sink, &top->taker, &usage);
}

static int tick(void *context, __u64 now)
{
	struct top *top = context;

	top_feed_tick(top, now);
	return top->terminal ? top_show_tick(top, now) : 0;
}

static void note_end(struct top *top)
{
	char words[64];

	if (!top->options->interfaces.count) {
		snprintf(top->note, sizeof(top->note), "%s; q quits",
			 top_options_has_end(top->options) ? "end of the log"
							   : "the stream has ended");
		return;
	}
	top_child_end(&top->child);
	top_child_words(&top->child, words, sizeof(words));
	snprintf(top->note, sizeof(top->note), "hdrtap has ended: %s; q quits", words);
}

static int ended(void *context)
{
	struct top *top = context;

	note_end(top);
	top->shown = 0;
	return top->terminal ? COMPANION_STAY : 0;
}

static int close_top(void *context)
{
	struct top *top = context;

	if (!top)
		return 0;
	top_child_end(&top->child);
	top_again_stop(top->again);
	top_terminal_close(top->terminal);
	top_said_close(top->said);
	top_count_free(top->count);
	top_history_free(top->history);
	top_table_free(&top->table);
	if (top->out)
		fclose(top->out);
	free(top);
	return 0;
}

static const struct companion_tool tool = {
	.table = &top_option_table,
	.options_size = sizeof(struct top_options),
	.role = CONFINE_TERMINAL,
	.own_source = true,
	.defaults = top_options_defaults,
	.check = top_options_check,
	.discard = top_options_discard,
	.open = open_top,
	.tick = tick,
	.ended = ended,
	.close = close_top,
};

int main(int argc, char **argv)
{
	return companion_main(&tool, argc, argv);
}
