/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A companion that counts heads and does what a FIFO tells it: what cli/companion tests tools/lib
 * with.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/error.h"
#include "lib/companion.h"

#define LINE_MAX 64

struct options {
	struct companion_options common;
	const char *word, *fixed, *fifo;
	bool stay;
};

struct counter {
	struct sink sink;
	struct companion *companion;
	bool stay;
	int fifo;
	__u64 count[HDRTAP_KIND_MAX], lost, ticks;
};

#define FIELD(member) .field = offsetof(struct options, member)

static const struct option_row own_rows[] = {
	{ .help = "Test" },
	{ "--word", "word", "WORD", "said when it is read", option_parse_text, FIELD(word),
	  .live = true },
	{ "--fixed", "fixed", "WORD", "cannot be changed", option_parse_text, FIELD(fixed) },
	{ "--fifo", NULL, "FILE", "where commands are read", option_parse_text, FIELD(fifo) },
	{ "--stay", NULL, NULL, "go on without records", option_parse_flag, FIELD(stay) },
	{ 0 },
};

static const struct option_table table = {
	.program = "hdrtap-count",
	.usage = "Usage: hdrtap-count -r DIR\n",
	.examples = "  hdrtap-count -r DIR\n",
	.manual = "nothing",
	.file = "/nowhere/count.yaml",
	.part = (const struct option_part[]){ { own_rows, 0 },
					      { companion_source_rows, 0 },
					      { companion_other_rows, 0 },
					      { 0 } },
};

static void say(const char *what)
{
	printf("%s\n", what);
	fflush(stdout);
}

static int describe(struct sink *sink, const struct run_meta *meta)
{
	(void)sink, (void)meta;
	return 0;
}

static int write_record(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			const char *interface)
{
	(void)utc_offset, (void)interface;
	((struct counter *)sink)->count[rec->kind]++;
	return 0;
}

static int lost(struct sink *sink, __u32 cpu, __u64 count)
{
	(void)cpu;
	((struct counter *)sink)->lost += count;
	return 0;
}

static int close_sink(struct sink *sink)
{
	const struct counter *counter = (struct counter *)sink;

	printf("sink closed: %llu requests, %llu responses, %llu lost\n",
	       counter->count[HDRTAP_KIND_REQUEST], counter->count[HDRTAP_KIND_RESPONSE],
	       counter->lost);
	fflush(stdout);
	return 0;
}

static const struct sink_ops ops = {
	.describe = describe, .write = write_record, .lost = lost, .close = close_sink
};

static int check(void *to)
{
	const struct options *options = to;

	if (!options->word || strcmp(options->word, "wrong"))
		return 0;
	return fail(EINVAL, "option --word: it is wrong; give another one");
}

static void obey(struct counter *counter, const char *line)
{
	say(line);
	if (!strcmp(line, "hold") || !strcmp(line, "go"))
		companion_hold(counter->companion, *line == 'h');
	else if (!strcmp(line, "stop"))
		companion_stop(counter->companion);
	else if (!strcmp(line, "unwatch"))
		companion_unwatch(counter->companion, counter->fifo);
}

static int on_fifo(void *argument, int fd, __u32 events)
{
	char text[LINE_MAX], *rest = text, *line;
	ssize_t size = read(fd, text, sizeof(text) - 1);

	(void)events;
	text[size > 0 ? size : 0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line)
			obey(argument, line);
	return 0;
}

static int open_counter(void **context, struct sink **sink, struct companion *companion,
			const void *from)
{
	const struct options *options = from;
	struct counter *counter = calloc(1, sizeof(*counter));

	if (!counter)
		return -ENOMEM;
	*context = counter;
	*sink = &counter->sink;
	*counter = (struct counter){
		.sink.ops = &ops, .companion = companion, .stay = options->stay, .fifo = -1
	};
	if (!options->fifo)
		return 0;
	counter->fifo = open(options->fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (counter->fifo < 0)
		return fail(errno, "cannot open %s: %s; make it", options->fifo, strerror(errno));
	return companion_watch(companion, counter->fifo, EPOLLIN, on_fifo, counter);
}

static int tick(void *context, __u64 now)
{
	struct counter *counter = context;

	(void)now;
	if (!counter->ticks++)
		say("tick");
	return 0;
}

static int reload(void *context, const void *from)
{
	const struct options *options = from;

	(void)context;
	printf("word: %s\n", options->word ? options->word : "");
	fflush(stdout);
	return 0;
}

static int ended(void *context)
{
	say("ended");
	return ((struct counter *)context)->stay ? COMPANION_STAY : 0;
}

static int close_counter(void *context)
{
	struct counter *counter = context;

	say("closed");
	if (counter && counter->fifo >= 0)
		close(counter->fifo);
	free(counter);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct companion_tool tool = {
		.table = &table,
		.options_size = sizeof(struct options),
		.role = CONFINE_COMPANION,
		.check = check,
		.open = open_counter,
		.tick = tick,
		.reload = reload,
		.ended = ended,
		.close = close_counter,
	};

	return companion_main(&tool, argc, argv);
}
