/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A pipe that does not block at our end, and whose writers do not wait for us either as long as it
 * is read about ten times a second.
 */
#include "top_said.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/error_out.h"
#include "top_text.h"

#define LINE_MAX 512

struct top_said {
	int real; /* standard error as it was */
	int pipe; /* that is read */
	size_t used;
	char kept[TOP_SAID_MAX];
	char line[LINE_MAX];
};

static int take_place(struct top_said *said, int write_end)
{
	said->real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (said->real < 0 || dup2(write_end, STDERR_FILENO) < 0)
		return -errno;
	return 0;
}

int top_said_open(struct top_said **said)
{
	struct top_said *s = calloc(1, sizeof(*s));
	int ends[2] = { -1, -1 }, err = s ? 0 : -ENOMEM;

	if (!err && pipe2(ends, O_CLOEXEC))
		err = -errno;
	if (!err) {
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		s->pipe = ends[0];
		err = take_place(s, ends[1]);
		close(ends[1]);
	}
	if (err) {
		if (ends[0] >= 0)
			close(ends[0]);
		free(s);
		return fail(-err, "cannot keep messages: %s; raise the limit on open files",
			    strerror(-err));
	}
	*said = s;
	return 0;
}

/* Makes room for some more, by forgetting the oldest half. */
static void make_room(struct top_said *said)
{
	if (said->used < TOP_SAID_MAX)
		return;
	memmove(said->kept, said->kept + TOP_SAID_MAX / 2, TOP_SAID_MAX / 2);
	said->used = TOP_SAID_MAX / 2;
}

/* Returns the number of bytes that came. */
static size_t take(struct top_said *said)
{
	size_t came = 0;
	ssize_t got;

	for (;;) {
		make_room(said);
		got = read(said->pipe, said->kept + said->used, TOP_SAID_MAX - said->used);
		if (got <= 0)
			return came;
		said->used += got;
		came += got;
	}
}

const char *top_said_last(struct top_said *said)
{
	const char *end, *begin;

	if (!take(said))
		return NULL;
	end = memrchr(said->kept, '\n', said->used);
	if (!end)
		return NULL;
	begin = memrchr(said->kept, '\n', end - said->kept);
	begin = begin ? begin + 1 : said->kept;
	top_text_bytes(said->line, begin, end - begin, LINE_MAX - 1);
	return said->line;
}

void top_said_close(struct top_said *said)
{
	if (!said)
		return;
	take(said);
	dup2(said->real, STDERR_FILENO);
	error_out(said->kept, said->used);
	close(said->real);
	close(said->pipe);
	free(said);
}
