/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

int standard_open(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0) /* no /dev: what is printed fails, but nowhere else */
			fd = open("/", O_PATH);
		if (fd < 0)
			return -errno;
	} while (fd <= STDERR_FILENO);
	return close(fd) ? -errno : 0;
}

int standard_flush(void)
{
	int err = fflush(stdout) ? errno : 0;

	if (!err && !ferror(stdout))
		return 0;
	return fail(err ? err : EIO,
		    "cannot write to standard output: %s; free some space or "
		    "write elsewhere",
		    err ? strerror(err) : "it did not take everything");
}
