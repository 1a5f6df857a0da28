/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * O_NONBLOCK would be there for everybody who shares the descriptor, what belongs to another user
 * cannot be opened again, and poll() promises room for a byte only. So a timer's signal ends a call
 * that blocks. It is repeated, because the first one may come before the call has begun.
 */
#include "base/timed_write.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000L

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void on_time(int number)
{
	(void)number;
}

/* Without SA_RESTART: the call that it interrupts returns. */
static void take_signal(void)
{
	struct sigaction action = { .sa_handler = on_time };

	sigaction(SIGRTMIN, &action, NULL);
}

/* Whether the calling thread gets the signal from now on. */
static bool start_timer(timer_t *timer)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const struct timespec period = { .tv_nsec = TIMED_WRITE_MS * NS_PER_MS };
	const struct itimerspec times = { period, period };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
	sigset_t set;

	pthread_once(&once, take_signal);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	event.sigev_notify_thread_id = gettid();
	return !timer_create(CLOCK_MONOTONIC, &event, timer) &&
	       !timer_settime(*timer, 0, &times, NULL);
}

ssize_t timed_write(int fd, const void *bytes, size_t size, int ms)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	timer_t timer;
	bool timed;
	ssize_t wrote;
	int err;

	if (!poll(&room, 1, ms))
		return -EAGAIN;
	timed = start_timer(&timer);
	wrote = write(fd, bytes, size);
	err = errno;
	if (timed)
		timer_delete(timer);
	if (wrote >= 0)
		return wrote;
	return err == EINTR ? -EAGAIN : -err;
}
