/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A message and a description are sent as they stand in memory: both ends are the same program.
 */
#include "share/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/error.h"

#define SEND_LIMIT_S 1

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

int channel_open(int *guard, int *worker)
{
	struct timeval limit = { .tv_sec = SEND_LIMIT_S };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return fail(errno, "cannot capture: %s; raise the limit on open files",
			    strerror(errno));
	setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	*guard = fds[0];
	*worker = fds[1];
	return 0;
}

static void put_fd(struct msghdr *header, union control *control, int fd)
{
	struct cmsghdr *cmsg;

	memset(control, 0, sizeof(*control));
	header->msg_control = control;
	header->msg_controllen = sizeof(control->space);
	cmsg = CMSG_FIRSTHDR(header);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
}

int channel_send(int channel, const struct channel_message *message, const struct run_meta *meta)
{
	struct iovec part[] = {
		{ (void *)message, sizeof(*message) },
		{ (void *)meta, sizeof(*meta) },
	};
	struct msghdr header = { .msg_iov = part, .msg_iovlen = meta ? 2 : 1 };
	union control control;
	ssize_t sent;

	if (message->fd >= 0)
		put_fd(&header, &control, message->fd);
	do
		sent = sendmsg(channel, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	return 0;
}

int channel_say(int channel, enum channel_kind kind)
{
	struct channel_message message = { .kind = kind, .fd = -1 };

	return channel_send(channel, &message, NULL);
}

/* The descriptor that came along, -1: none. */
static int take_fd(struct msghdr *header)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(header);
	int fd = -1;

	if (cmsg && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS &&
	    cmsg->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/* As recvmsg(2), but returns -errno, and -EPIPE when the other end is gone. */
static ssize_t receive(int channel, struct msghdr *header)
{
	ssize_t got;

	do
		got = recvmsg(channel, header, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		return got;
	return !got || errno == ECONNRESET ? -EPIPE : -errno;
}

int channel_receive(int channel, struct channel_message *message, struct run_meta *meta)
{
	struct iovec part[] = { { message, sizeof(*message) }, { meta, sizeof(*meta) } };
	union control control;
	struct msghdr header = {
		.msg_iov = part,
		.msg_iovlen = meta ? 2 : 1,
		.msg_control = meta ? &control : NULL,
		.msg_controllen = meta ? sizeof(control.space) : 0,
	};
	ssize_t got = receive(channel, &header), wanted = sizeof(*message);

	if (got < 0)
		return got;
	message->fd = meta ? take_fd(&header) : -1;
	if (got >= wanted && message->kind == CHANNEL_DESCRIBE)
		wanted += sizeof(*meta);
	return got != wanted || header.msg_flags & MSG_TRUNC ? -EPROTO : 0;
}
