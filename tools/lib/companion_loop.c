/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "companion_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/error.h"

#define AT_ONCE 16 /* events, before records are looked at again */

int loop_open(struct companion_loop *loop)
{
	*loop = (struct companion_loop){ .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	if (loop->epoll_fd >= 0)
		return 0;
	return fail(errno, "cannot wait for events: %s; raise the limit on open files",
		    strerror(errno));
}

void loop_close(struct companion_loop *loop)
{
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	free(loop->list);
}

static struct companion_watched *find(struct companion_loop *loop, int fd)
{
	for (size_t i = 0; i < loop->count; i++)
		if (loop->list[i].fd == fd)
			return &loop->list[i];
	return NULL;
}

/* A place for one more. */
static struct companion_watched *add(struct companion_loop *loop)
{
	struct companion_watched *list = reallocarray(loop->list, loop->count + 1, sizeof(*list));

	if (!list)
		return NULL;
	loop->list = list;
	return &list[loop->count];
}

int loop_watch(struct companion_loop *loop, int fd, __u32 events, companion_ready ready,
	       void *argument)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	struct companion_watched *watched = find(loop, fd);
	bool known = watched;

	if (!known)
		watched = add(loop);
	if (!watched)
		return fail(ENOMEM, "cannot wait for events: out of memory; free some memory");
	if (epoll_ctl(loop->epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event))
		return fail(errno, "cannot wait for events: %s; please report it", strerror(errno));
	*watched = (struct companion_watched){ fd, ready, argument };
	loop->count += !known;
	return 0;
}

void loop_unwatch(struct companion_loop *loop, int fd)
{
	struct companion_watched *watched = find(loop, fd);

	if (!watched)
		return;
	epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	*watched = loop->list[--loop->count];
}

int loop_wait(struct companion_loop *loop, int ms)
{
	struct epoll_event event;
	int err = 0, count = 1;

	for (int i = 0; i < AT_ONCE && count > 0 && !err; i++, ms = 0) {
		const struct companion_watched *watched;

		count = epoll_wait(loop->epoll_fd, &event, 1, ms);
		if (count < 0 && errno != EINTR)
			return fail(errno, "cannot wait for events: %s; please report it",
				    strerror(errno));
		watched = count > 0 ? find(loop, event.data.fd) : NULL;
		if (watched)
			err = watched->ready(watched->argument, watched->fd, event.events);
	}
	return err;
}
