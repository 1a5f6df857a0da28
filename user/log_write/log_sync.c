/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Orders are descriptors of our own, done one after the other. One that is being done stays the
 * first until it is.
 */
#include "log_write/log_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/waiting.h"

#define ORDERS_MAX 8

struct order {
	int fd;
	int (*how)(int fd);
};

struct log_sync {
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	struct order order[ORDERS_MAX]; /* a ring */
	unsigned int first, count;
	int err;
	bool ending;
};

struct log_sync *log_sync_new(void)
{
	struct log_sync *sync = calloc(1, sizeof(*sync));

	if (!sync)
		return NULL;
	pthread_mutex_init(&sync->lock, NULL);
	pthread_cond_init(&sync->changed, NULL);
	return sync;
}

/* Returns 0 or -errno; the descriptor is closed. */
static int carry_out(struct order order)
{
	int err = order.how(order.fd) < 0 ? -errno : 0;

	close(order.fd);
	return err;
}

static void *work(void *context)
{
	struct log_sync *sync = context;
	struct order order;
	int err;

	pthread_mutex_lock(&sync->lock);
	while (sync->count || !sync->ending) {
		if (!sync->count) {
			pthread_cond_wait(&sync->changed, &sync->lock);
			continue;
		}
		order = sync->order[sync->first];
		pthread_mutex_unlock(&sync->lock);
		err = carry_out(order);
		pthread_mutex_lock(&sync->lock);
		sync->err = sync->err ? sync->err : err;
		sync->first = (sync->first + 1) % ORDERS_MAX;
		sync->count--;
		pthread_cond_broadcast(&sync->changed);
	}
	pthread_mutex_unlock(&sync->lock);
	return NULL;
}

static void put(struct log_sync *sync, struct order order)
{
	pthread_mutex_lock(&sync->lock);
	while (sync->count == ORDERS_MAX)
		wait_a_moment(&sync->changed, &sync->lock);
	sync->order[(sync->first + sync->count++) % ORDERS_MAX] = order;
	pthread_cond_broadcast(&sync->changed);
	pthread_mutex_unlock(&sync->lock);
}

int log_sync_order(struct log_sync *sync, int fd, int (*how)(int fd))
{
	struct order order = { fcntl(fd, F_DUPFD_CLOEXEC, 0), how };

	if (order.fd < 0)
		return -errno;
	if (!sync->started)
		sync->started = !pthread_create(&sync->thread, NULL, work, sync);
	if (!sync->started)
		return carry_out(order);
	put(sync, order);
	return 0;
}

bool log_sync_busy(struct log_sync *sync)
{
	bool busy;

	pthread_mutex_lock(&sync->lock);
	busy = sync->count;
	pthread_mutex_unlock(&sync->lock);
	return busy;
}

void log_sync_wait(struct log_sync *sync)
{
	pthread_mutex_lock(&sync->lock);
	while (sync->count)
		wait_a_moment(&sync->changed, &sync->lock);
	pthread_mutex_unlock(&sync->lock);
}

int log_sync_result(struct log_sync *sync)
{
	int err;

	pthread_mutex_lock(&sync->lock);
	err = sync->err;
	sync->err = 0;
	pthread_mutex_unlock(&sync->lock);
	return err;
}

void log_sync_free(struct log_sync *sync)
{
	if (!sync)
		return;
	pthread_mutex_lock(&sync->lock);
	sync->ending = true;
	pthread_cond_broadcast(&sync->changed);
	pthread_mutex_unlock(&sync->lock);
	if (sync->started)
		pthread_join(sync->thread, NULL);
	pthread_cond_destroy(&sync->changed);
	pthread_mutex_destroy(&sync->lock);
	free(sync);
}
