/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A description is sent as it stands in memory, its interfaces behind it: both ends are the same
 * program.
 */
#include "share/channel.h"

#include <errno.h>
#include <stdlib.h>
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
		{ meta ? meta->interface : NULL,
		  meta ? meta->interface_count * sizeof(*meta->interface) : 0 },
	};
	struct msghdr header = { .msg_iov = part, .msg_iovlen = meta ? 3 : 1 };
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

/* Receives into `bytes`, which holds the whole message. Returns its length or -errno. */
static ssize_t receive(int channel, void *bytes, size_t size, int *fd)
{
	struct iovec part = { bytes, size };
	union control control;
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	if (fd) {
		header.msg_control = &control;
		header.msg_controllen = sizeof(control.space);
	}
	do
		got = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (!got)
		return -EPIPE;
	if (fd)
		*fd = take_fd(&header);
	return header.msg_flags & MSG_TRUNC ? -EPROTO : got;
}

/* `bytes` are a description, its interfaces behind it. */
static int take_meta(struct run_meta *to, const __u8 *bytes, size_t size)
{
	struct run_meta meta;

	if (size < sizeof(meta))
		return -EPROTO;
	memcpy(&meta, bytes, sizeof(meta));
	if (size - sizeof(meta) != meta.interface_count * sizeof(*meta.interface))
		return -EPROTO;
	meta.interface = (void *)(bytes + sizeof(meta));
	return run_meta_copy(to, &meta);
}

/* The length of the next message, or -errno. */
static ssize_t next_length(int channel)
{
	ssize_t length;

	do
		length = recv(channel, NULL, 0, MSG_PEEK | MSG_TRUNC);
	while (length < 0 && errno == EINTR);
	if (length > 0)
		return length;
	return !length || errno == ECONNRESET ? -EPIPE : -errno;
}

int channel_receive(int channel, struct channel_message *message, struct run_meta *meta)
{
	ssize_t length = meta ? next_length(channel) : (ssize_t)sizeof(*message);
	int fd = -1, err = 0;
	__u8 *bytes;

	if (length < 0)
		return length;
	bytes = malloc(length);
	if (!bytes)
		return -ENOMEM;
	length = receive(channel, bytes, length, meta ? &fd : NULL);
	if (length < 0)
		err = length;
	else if (length < (ssize_t)sizeof(*message))
		err = -EPROTO;
	else
		memcpy(message, bytes, sizeof(*message));
	message->fd = fd;
	if (!err && message->kind == CHANNEL_DESCRIBE)
		err = meta ? take_meta(meta, bytes + sizeof(*message), length - sizeof(*message))
			   : -EPROTO;
	free(bytes);
	return err;
}
