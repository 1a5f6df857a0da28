/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Windows stand side by side, at whole multiples of their length since 1970: what is printed
 * depends on the records alone, not on when they are read.
 */
#include "top_batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "top_draw.h"

#define NS_PER_S  1000000000ULL
#define GRACE     NS_PER_S /* that heads may be out of order by */
#define EMPTY_MAX 60       /* tables of nothing in a row, behind which they are left out */

/* Returns -EPIPE without a word: nobody reads any more. */
static int flush(struct top *top)
{
	int err = fflush(top->out) ? -errno : 0;

	if (!err)
		return 0;
	top->broken = true;
	return err == -EPIPE ? err
			     : fail(-err,
				    "cannot write to standard output: %s; free some space or write "
				    "elsewhere",
				    strerror(-err));
}

int top_batch_open(struct top *top)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	top->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!top->out)
		return fail(errno,
			    "cannot write to standard output: %s; raise the limit on open "
			    "files",
			    strerror(errno));
	top_lines_open(&top->lines, top->out, SIZE_MAX, SIZE_MAX);
	return 0;
}

static int print(struct top *top, __u64 until)
{
	struct top_picture picture = {
		.table = &top->table,
		.state = &top->state,
		.source = top->source,
		.note = "",
	};
	int err = top_count_read(top->count, &top->table, top->state.window, until);

	if (!err && top->table.count)
		err = top_count_details(top->count, &top->table, 0, top->table.count, false);
	if (err)
		return err;
	top_sort(&top->table, top->state.sort, false);
	err = top_draw_plain(&top->lines.screen, &picture);
	err = err ? err : flush(top);
	if (++top->printed == top->options->tables)
		companion_stop(top->companion);
	return err;
}

static bool is_enough(const struct top *top)
{
	return top->broken || (top->options->tables && top->printed >= top->options->tables);
}

/* Behind a long time of nothing. */
static void leap(struct top *top, __u64 time, __u64 length)
{
	__u64 windows = time > top->next ? (time - top->next) / length : 0;

	if (windows <= EMPTY_MAX || top->newest >= top->next - length)
		return;
	warn_line("%llu windows without anything: not printed", windows - 1);
	top->next += (windows - 1) * length;
}

int top_batch_time(struct top *top, __u64 time, bool known)
{
	__u64 length = top_window_ns(top->state.window);
	int err = 0;

	if (!length || !time)
		return 0;
	if (!top->next)
		top->next = (time / length + 1) * length;
	if (!known)
		time = time > GRACE ? time - GRACE : 0;
	while (time >= top->next && !is_enough(top) && !err) {
		err = print(top, top->next);
		top->next += length;
		leap(top, time, length);
	}
	return err;
}

int top_batch_end(struct top *top)
{
	__u64 length = top_window_ns(top->state.window);
	__u64 last = top_count_last(top->count, top->state.window);
	int err = 0;

	if (top_count_lacks(top->count))
		warn_line("%s is no header field of what was read: choose it with -e when it is "
			  "captured",
			  top_count_lacks(top->count));
	if (is_enough(top))
		return 0;
	if (!length)
		return print(top, last);
	if (!top->newest)
		return 0;
	err = top_batch_time(top, last, true);
	if (!err && !is_enough(top) && top->newest >= top->next - length) {
		err = print(top, top->next);
	}
	return err;
}
