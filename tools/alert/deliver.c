/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "deliver_inside.h"

/* Room for some messages of the largest size. */
static void enlarge(int fd)
{
	int size = 4 << 20;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* What the other one reads is not held open. */
static void let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
}

int deliver_start(struct deliver *deliver, int (*become)(void *context), void *context)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return fail(errno, "cannot deliver alarms: no sockets: %s; close other programs",
			    strerror(errno));
	enlarge(pair[0]);
	deliver->pid = fork();
	if (!deliver->pid) {
		close(pair[0]);
		let_go();
		if (become(context))
			_exit(1);
		deliver_run(pair[1]);
	}
	close(pair[1]);
	if (deliver->pid < 0) {
		int err = errno;

		close(pair[0]);
		return fail(err, "cannot deliver alarms: no process: %s; end other programs",
			    strerror(err));
	}
	deliver->fd = pair[0];
	return 0;
}

static int gone(void)
{
	return fail(EIO, "the process that delivers alarms is gone; what is not delivered yet is "
			 "in the state, start again");
}

/* sendmsg(): send() is a system call that readers of records do not have. */
static ssize_t send_bytes(int fd, const void *bytes, size_t size, int flags)
{
	struct iovec part = { (void *)bytes, size };
	const struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return sendmsg(fd, &message, flags | MSG_NOSIGNAL);
}

static int send_message(struct deliver *deliver, struct buffer *message, int flags)
{
	ssize_t sent = -1;
	int err = message->failed ? ENOMEM : 0;

	if (!err)
		sent = send_bytes(deliver->fd, message->bytes, message->size, flags);
	if (!err && sent < 0)
		err = errno;
	buffer_free(message);
	if (err == EPIPE || err == ECONNRESET)
		return gone();
	if (err && err != EAGAIN)
		return fail(err, "cannot hand on an alarm: %s; free some memory", strerror(err));
	return -err;
}

int deliver_receivers(struct deliver *deliver, const struct receivers *receivers)
{
	struct buffer message = { 0 };

	buffer_add(&message, &(char){ DELIVER_MESSAGE_RECEIVERS }, 1);
	deliver_pack_receivers(&message, receivers);
	return send_message(deliver, &message, 0);
}

int deliver_notice(struct deliver *deliver, const struct notice *notice)
{
	struct buffer message = { 0 };

	buffer_add(&message, &(char){ DELIVER_MESSAGE_NOTICE }, 1);
	notice_pack(&message, notice);
	return send_message(deliver, &message, MSG_DONTWAIT);
}

int deliver_report(struct deliver *deliver, struct deliver_report *report)
{
	ssize_t size = recv(deliver->fd, report, sizeof(*report), MSG_DONTWAIT);

	if (size == sizeof(*report))
		return 1;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return gone();
}

static void take_reports(struct deliver *deliver, int patience_ms,
			 void (*take)(void *context, const struct deliver_report *report),
			 void *context)
{
	__u64 end = deliver_now() + patience_ms, now;
	struct deliver_report report;
	struct pollfd fd = { .fd = deliver->fd, .events = POLLIN };

	while ((now = deliver_now()) < end && poll(&fd, 1, end - now) > 0) {
		if (recv(deliver->fd, &report, sizeof(report), MSG_DONTWAIT) != sizeof(report))
			return;
		take(context, &report);
	}
}

void deliver_stop(struct deliver *deliver, int patience_ms,
		  void (*report)(void *context, const struct deliver_report *report), void *context)
{
	char end[1 + sizeof(__u64)] = { DELIVER_MESSAGE_END };
	__u64 patience = patience_ms;

	memcpy(end + 1, &patience, sizeof(patience));
	if (send_bytes(deliver->fd, end, sizeof(end), MSG_DONTWAIT) == sizeof(end))
		take_reports(deliver, patience_ms + 1000, report, context);
	close(deliver->fd);
	while (waitpid(deliver->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* --- messages --- */

static void pack_text(struct buffer *buffer, const char *text)
{
	buffer_sized(buffer, text ? text : "", text ? strlen(text) : 0);
}

/* NULL: it was empty. */
static char *unpack_text(struct buffer_reader *reader)
{
	char *text = buffer_read_copy(reader);

	if (text && !*text) {
		free(text);
		text = NULL;
	}
	return text;
}

void deliver_pack_receivers(struct buffer *buffer, const struct receivers *receivers)
{
	buffer_number(buffer, receivers->count);
	for (size_t i = 0; i < receivers->count; i++) {
		const struct receiver *receiver = &receivers->list[i];

		buffer_number(buffer, receiver->kind);
		buffer_number(buffer, receiver->timeout_ms);
		buffer_number(buffer, receiver->resend_ms);
		pack_text(buffer, receiver->name);
		pack_text(buffer, receiver->url);
		pack_text(buffer, receiver->authorization_file);
		pack_text(buffer, receiver->ca_file);
		for (size_t n = 0; n < RECEIVER_ARGUMENTS; n++)
			pack_text(buffer, receiver->argument[n]);
	}
}

int deliver_unpack_receivers(struct receivers *receivers, struct buffer_reader *reader)
{
	__u64 count = buffer_read_number(reader);

	*receivers = (struct receivers){ 0 };
	for (; receivers->count < count && receivers->count < RECEIVERS_MAX; receivers->count++) {
		struct receiver *receiver = &receivers->list[receivers->count];

		receiver->kind = buffer_read_number(reader) % RECEIVER_KIND_MAX;
		receiver->timeout_ms = buffer_read_number(reader);
		receiver->resend_ms = buffer_read_number(reader);
		receiver->name = unpack_text(reader);
		receiver->url = unpack_text(reader);
		receiver->authorization_file = unpack_text(reader);
		receiver->ca_file = unpack_text(reader);
		for (size_t n = 0; n < RECEIVER_ARGUMENTS; n++)
			receiver->argument[n] = unpack_text(reader);
	}
	return reader->failed ? -EBADMSG : 0;
}
