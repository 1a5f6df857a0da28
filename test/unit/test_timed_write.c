/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/base/timed_write.c: no write blocks, whatever the descriptor's flags are. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/printable.h"
#include "base/timed_write.h"

#define MORE (4 << 20) /* bytes, than any of them takes */

static void fill(int fd)
{
	char *bytes = calloc(1, MORE);
	ssize_t wrote;

	cr_assert(bytes);
	wrote = timed_write(fd, bytes, MORE, 0);
	cr_assert_gt(wrote, 0);
	cr_assert_lt(wrote, MORE);
	for (int i = 0; i < 100 && wrote > 0; i++) /* a socket may still have some room */
		wrote = timed_write(fd, bytes, MORE, 0);
	cr_assert_eq(wrote, -EAGAIN);
	cr_assert_eq(timed_write(fd, bytes, 1, TIMED_WRITE_MS), -EAGAIN);
	free(bytes);
}

Test(timed_write, a_pipe, .timeout = 60)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	fill(ends[1]);
}

Test(timed_write, a_socket, .timeout = 60)
{
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fill(ends[1]);
}

/* A parent may have blocked whatever it liked. */
Test(timed_write, the_signal_is_blocked, .timeout = 60)
{
	sigset_t all;
	int ends[2];

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	cr_assert_eq(pipe(ends), 0);
	fill(ends[1]);
}

Test(timed_write, errors)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	cr_assert_eq(timed_write(ends[1], "x", 1, 0), -EPIPE);
	close(ends[1]);
	cr_assert_eq(timed_write(ends[1], "x", 1, 0), -EBADF);
}

Test(printable, escapes)
{
	char to[PRINTABLE_SIZE(5)], small[6];

	cr_assert_str_eq(printable(to, sizeof(to), "veth0"), "veth0");
	cr_assert_str_eq(printable(to, sizeof(to), "a\033\\\xc3\x7f"), "a\\x1b\\\\\\xc3\\x7f");
	cr_assert_str_eq(printable(small, sizeof(small), "ab\033\n"), "ab");
	cr_assert_str_eq(printable(small, sizeof(small), "abcdefg"), "abcde");
}
