/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap-metrics: what calls are counted as, for Prometheus. Reading and counting is one thread,
 * the companions' loop; HTTP another one (server.h), which asks the first for pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "count.h"
#include "page.h"
#include "server.h"
#include "textfile.h"
#include "usage/usage_sink.h"

#define NS_PER_MS 1000000ULL

struct metrics {
	struct companion *companion;
	const struct metrics_options *options; /* as it began */
	const struct api_names *names;         /* those of the last reload */
	const struct web_config *web;          /* likewise */
	__u64 interval;                        /* likewise, ns */
	struct counts counts;
	struct server *server; /* NULL: nobody listens */
	struct address address;
	const char *textfile; /* NULL: none */
	__u64 written;        /* CLOCK_BOOTTIME, ns: when it was tried last */
	__u64 started;        /* UTC, ns */
	bool ended;
};

static void make_page(void *context, enum page_format format, struct text *text)
{
	struct metrics *m = context;
	struct page_of of = {
		.counts = &m->counts,
		.companion = companion_counts(m->companion),
		.server = m->server ? server_counts(m->server) : (struct server_counts){ 0 },
		.now = clock_utc(),
		.ended = m->ended,
	};

	self_read(&of.self, m->started);
	page_make(text, format, &of);
}

static int on_asked(void *argument, int fd, __u32 events)
{
	struct metrics *m = argument;

	(void)fd, (void)events;
	server_answer(m->server, make_page, m);
	return 0;
}

/* A full disk ends no service: that it is full is reported at every interval. */
static int write_textfile(struct metrics *m)
{
	struct text text = { 0 };
	int err;

	make_page(m, PAGE_TEXT, &text);
	err = textfile_write(m->textfile, &text);
	text_free(&text);
	return err;
}

static int open_server(struct metrics *m)
{
	int fd = address_listen(&m->address), err;

	if (fd < 0)
		return fd;
	err = server_open(&m->server, fd);
	return err ? err
		   : companion_watch(m->companion, server_fd(m->server), EPOLLIN, on_asked, m);
}

static int open_sink(struct metrics *m, struct sink **sink)
{
	const struct usage_options usage = {
		.names = &m->names,
		.timeout = m->options->common.timeout_ms * NS_PER_MS,
	};

	return usage_sink_open(sink, &m->counts.taker, &usage);
}

static int open_metrics(void **context, struct sink **sink, struct companion *companion,
			const void *from)
{
	const struct metrics_options *options = from;
	struct metrics *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return fail(ENOMEM, "cannot start: out of memory; free some memory");
	*context = m;
	m->companion = companion;
	m->options = options;
	m->names = options->names;
	m->web = &options->web;
	m->interval = options->interval_ms * NS_PER_MS;
	m->address = options->listen;
	m->textfile = options->textfile;
	m->started = clock_utc();
	err = counts_open(&m->counts, options);
	if (!err && (options->listen.given || !options->textfile))
		err = open_server(m);
	return err ? err : open_sink(m, sink);
}

static void say_listening(const struct metrics *m)
{
	char text[ADDRESS_TEXT];

	warn_line("listening on http%s://%s/metrics%s", m->web->tls ? "s" : "",
		  address_text(&m->address, text),
		  m->web->users || m->web->client_ca || address_is_loopback(&m->address)
			  ? ""
			  : ", open to everybody who can reach it");
}

static int start(void *context)
{
	struct metrics *m = context;
	int err = m->textfile ? write_textfile(m) : 0;

	m->written = clock_boottime();
	if (err || !m->server)
		return err;
	err = server_start(m->server, m->web);
	if (!err)
		say_listening(m);
	return err;
}

static int tick(void *context, __u64 now)
{
	struct metrics *m = context;

	if (m->server)
		server_alive(m->server, now);
	if (m->textfile && now - m->written >= m->interval) {
		m->written = now;
		write_textfile(m); /* a failure was reported; it is tried again next time */
	}
	return 0;
}

static int reload_server(struct metrics *m, const struct web_config *web)
{
	int err;

	if (!m->server)
		return 0;
	server_stop(m->server);
	err = server_start(m->server, web);
	if (err && server_start(m->server, m->web))
		companion_stop(m->companion); /* was reported twice */
	return err;
}

static int reload(void *context, const void *from)
{
	const struct metrics_options *options = from;
	struct metrics *m = context;
	int err = reload_server(m, &options->web);

	if (err)
		return err;
	m->names = options->names;
	m->web = &options->web;
	m->interval = options->interval_ms * NS_PER_MS;
	return 0;
}

/* A stream that ended has nobody to write it any more; a log that was read may be looked at. */
static int ended(void *context)
{
	struct metrics *m = context;

	m->ended = true;
	return m->server && !companion_reads_stream(&m->options->common) ? COMPANION_STAY : 0;
}

static int close_metrics(void *context)
{
	struct metrics *m = context;
	int err = 0;

	if (!m)
		return 0;
	server_close(m->server);
	if (m->textfile && m->written)
		err = write_textfile(m);
	counts_close(&m->counts);
	free(m);
	return err;
}

int main(int argc, char **argv)
{
	static const struct companion_tool tool = {
		.table = &metrics_table,
		.options_size = sizeof(struct metrics_options),
		.role = CONFINE_SERVER,
		.defaults = metrics_options_default,
		.check = metrics_options_check,
		.discard = metrics_options_discard,
		.open = open_metrics,
		.start = start,
		.tick = tick,
		.reload = reload,
		.ended = ended,
		.close = close_metrics,
	};

	return companion_main(&tool, argc, argv);
}
