/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/owner.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int owner_take(const char *kind, unsigned int number)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, length, err;

	length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "hdrtap-%s-%u", kind,
			  number);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&address,
		  offsetof(struct sockaddr_un, sun_path) + 1 + length))
		return fd;
	err = -errno;
	close(fd);
	return err;
}
