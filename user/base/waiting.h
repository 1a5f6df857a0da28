/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Waiting for another thread.
 */
#ifndef HDRTAP_USER_WAITING_H
#define HDRTAP_USER_WAITING_H

#include <pthread.h>

/* As pthread_cond_wait(), but for 50 ms at most: whoever waits looks now and then at what else
 * happens, and shows by waking up that it is not stopped itself. */
void wait_a_moment(pthread_cond_t *changed, pthread_mutex_t *lock);

#endif
