/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A line on standard error, or a datagram to syslog (RFC 3164, as /dev/log takes it) or the journal
 * (systemd's native protocol: lines of FIELD=value). None of them is waited for.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/timed_write.h"
#include "deliver_inside.h"

#define NAME           "hdrtap-alert"
#define SYSLOG_SOCKET  "/dev/log"
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

static int priority(const struct notice *notice)
{
	return notice->ends ? LOG_NOTICE : LOG_WARNING;
}

static void put_stderr(struct buffer *text, const struct notice *notice)
{
	buffer_format(text, NAME ": %s\n", notice->line);
}

static void put_syslog(struct buffer *text, const struct notice *notice)
{
	buffer_format(text, "<%d>" NAME "[%d]: %s", LOG_DAEMON | priority(notice), getpid(),
		      notice->line);
}

static void put_journal(struct buffer *text, const struct notice *notice)
{
	buffer_format(text,
		      "MESSAGE=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=" NAME "\nHDRTAP_STATUS=%s\n"
		      "HDRTAP_ALARM=%016llx\nHDRTAP_LABELS=%s\nHDRTAP_ANNOTATIONS=%s\n",
		      notice->line, priority(notice), notice->ends ? "resolved" : "firing",
		      notice->alarm, notice->labels, notice->annotations);
}

static int send_datagram(const char *path, const struct buffer *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err = 0;

	if (fd < 0)
		return -errno;
	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	if (sendto(fd, text->bytes, text->size, MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof(to)) <
	    0)
		err = -errno;
	close(fd);
	return err;
}

static int send_text(enum receiver_kind kind, const struct buffer *text)
{
	ssize_t size;

	if (kind == RECEIVER_SYSLOG)
		return send_datagram(SYSLOG_SOCKET, text);
	if (kind == RECEIVER_JOURNAL)
		return send_datagram(JOURNAL_SOCKET, text);
	size = timed_write(STDERR_FILENO, text->bytes, text->size, 0);
	return size < 0 ? size : 0;
}

int deliver_text(const struct receiver *receiver, const struct notice *notice)
{
	struct buffer text = { 0 };
	int err;

	if (receiver->kind == RECEIVER_STDERR)
		put_stderr(&text, notice);
	else if (receiver->kind == RECEIVER_SYSLOG)
		put_syslog(&text, notice);
	else
		put_journal(&text, notice);
	err = text.failed ? -ENOMEM : send_text(receiver->kind, &text);
	buffer_free(&text);
	return err;
}
