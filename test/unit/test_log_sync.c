/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/log_write/log_sync.c: a disk that takes its time keeps nobody but who waits for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_write/log_sync.h"

#define ORDERS 20

static struct log_sync *slow;
static int gate[2]; /* a byte lets an order be done */
static atomic_int done, failures;

static void setup(void)
{
	slow = log_sync_new();
	cr_assert(slow);
	cr_assert_eq(pipe(gate), 0);
}

static void teardown(void)
{
	log_sync_free(slow);
}

TestSuite(log_sync, .init = setup, .fini = teardown, .timeout = 60);

static int wait_for_gate(int fd)
{
	char byte;

	cr_assert_geq(fcntl(fd, F_GETFD), 0);
	cr_assert_eq(read(gate[0], &byte, 1), 1);
	done++;
	return 0;
}

static int fails(int fd)
{
	(void)fd;
	errno = failures++ ? EDQUOT : EIO;
	return -1;
}

static void open_gate(int orders)
{
	while (orders--)
		cr_assert_eq(write(gate[1], "x", 1), 1);
}

Test(log_sync, nobody_waits)
{
	int fd = dup(STDIN_FILENO);

	cr_assert(!log_sync_busy(slow));
	cr_assert_eq(log_sync_order(slow, fd, wait_for_gate), 0);
	cr_assert_eq(log_sync_order(slow, fd, wait_for_gate), 0);
	close(fd);
	cr_assert(log_sync_busy(slow));
	cr_assert_eq(done, 0);
	open_gate(2);
	log_sync_wait(slow);
	cr_assert(!log_sync_busy(slow));
	cr_assert_eq(done, 2);
	cr_assert_eq(log_sync_result(slow), 0);
}

Test(log_sync, many_orders)
{
	open_gate(ORDERS);
	for (int i = 0; i < ORDERS; i++)
		cr_assert_eq(log_sync_order(slow, STDIN_FILENO, wait_for_gate), 0);
	log_sync_wait(slow);
	cr_assert_eq(done, ORDERS);
}

Test(log_sync, failures_are_told_once)
{
	cr_assert_eq(log_sync_order(slow, STDIN_FILENO, fails), 0);
	cr_assert_eq(log_sync_order(slow, STDIN_FILENO, fails), 0);
	log_sync_wait(slow);
	cr_assert_eq(failures, 2);
	cr_assert_eq(log_sync_result(slow), -EIO);
	cr_assert_eq(log_sync_result(slow), 0);
	cr_assert_eq(log_sync_order(slow, -1, fails), -EBADF);
	cr_assert(!log_sync_busy(slow));
}

/* All that was ordered is done before it is gone. */
Test(log_sync, free_waits)
{
	open_gate(3);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(log_sync_order(slow, STDIN_FILENO, wait_for_gate), 0);
	log_sync_free(slow);
	slow = NULL;
	cr_assert_eq(done, 3);
}
