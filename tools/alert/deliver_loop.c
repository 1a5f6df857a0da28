/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One loop over the socket, HTTP and commands.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/error_out.h"
#include "deliver_inside.h"

#define WAIT_MS   500
#define NS_PER_MS 1000000ULL

__u64 deliver_now(void)
{
	return clock_monotonic() / NS_PER_MS;
}

/* --- entries --- */

struct deliver_entry *deliver_find(struct deliver_loop *loop, __u64 episode)
{
	for (size_t i = 0; i < loop->entries; i++)
		if (loop->entry[i].notice.episode == episode)
			return &loop->entry[i];
	return NULL;
}

static struct deliver_entry *add(struct deliver_loop *loop)
{
	if (loop->entries == loop->room) {
		size_t room = loop->room ? 2 * loop->room : 64;
		struct deliver_entry *grown = realloc(loop->entry, room * sizeof(*grown));

		if (!grown)
			return NULL;
		loop->entry = grown;
		loop->room = room;
	}
	loop->entry[loop->entries] = (struct deliver_entry){ 0 };
	return &loop->entry[loop->entries++];
}

void deliver_drop_told(struct deliver_loop *loop)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->entries; i++) {
		struct deliver_entry *entry = &loop->entry[i];

		if (entry->notice.ends && !entry->notice.receivers)
			notice_free(&entry->notice);
		else
			loop->entry[kept++] = *entry;
	}
	loop->entries = kept;
}

static void take_notice(struct deliver_loop *loop, struct buffer_reader *reader)
{
	struct notice notice;
	struct deliver_entry *entry;

	if (notice_unpack(&notice, reader))
		return;
	entry = deliver_find(loop, notice.episode);
	if (!entry)
		entry = add(loop);
	if (!entry) {
		fail(ENOMEM, "cannot deliver an alarm: out of memory; free some memory");
		notice_free(&notice);
		return;
	}
	notice_free(&entry->notice);
	entry->notice = notice;
	entry->again = 0;
}

/* Whether everybody was told who can be: those that failed will be told after the next start. */
static bool all_done(const struct deliver_loop *loop)
{
	__u64 reached = 0;

	for (size_t i = 0; i < loop->receivers.count; i++) {
		if (loop->target[i].busy)
			return false;
		if (!loop->target[i].failures)
			reached |= 1ULL << i;
	}
	for (size_t i = 0; i < loop->entries; i++)
		if (loop->entry[i].notice.receivers & reached)
			return false;
	return true;
}

/* --- messages --- */

static void drop_targets(struct deliver_loop *loop)
{
	for (size_t i = 0; i < loop->receivers.count; i++) {
		struct deliver_target *target = &loop->target[i];

		deliver_http_drop(loop, target);
		deliver_command_drop(target);
		buffer_free(&target->body);
		free(target->authorization);
		*target = (struct deliver_target){ 0 };
	}
	for (size_t i = 0; i < loop->entries; i++)
		notice_free(&loop->entry[i].notice);
	loop->entries = 0;
	receivers_free(&loop->receivers);
}

/* The first line of a file. It may have changed each time it is read. */
static char *read_authorization(const struct receiver *receiver)
{
	char line[4096] = "", *header = NULL;
	FILE *file = fopen(receiver->authorization_file, "re");

	if (!file || !fgets(line, sizeof(line), file))
		warn_line("receiver '%s': cannot read %s: %s; it is told without authorization",
			  receiver->name, receiver->authorization_file,
			  file ? "it is empty" : strerror(errno));
	if (file)
		fclose(file);
	line[strcspn(line, "\r\n")] = '\0';
	if (!*line || asprintf(&header, "Authorization: %s", line) < 0)
		return NULL;
	return header;
}

static void take_receivers(struct deliver_loop *loop, struct buffer_reader *reader)
{
	drop_targets(loop);
	if (deliver_unpack_receivers(&loop->receivers, reader))
		fail(EBADMSG, "cannot take the receivers of alarms; start again");
	for (size_t i = 0; i < loop->receivers.count; i++) {
		struct deliver_target *target = &loop->target[i];
		const struct receiver *receiver = &loop->receivers.list[i];

		*target = (struct deliver_target){ .receiver = receiver, .number = i };
		target->resend_at = deliver_now() + receiver->resend_ms;
		if (receiver->authorization_file)
			target->authorization = read_authorization(receiver);
	}
}

static void end_soon(struct deliver_loop *loop, struct buffer_reader *reader)
{
	__u64 patience = 0;

	if (reader && reader->left == sizeof(patience))
		memcpy(&patience, reader->at, sizeof(patience));
	loop->ending = true;
	loop->end_at = deliver_now() + patience;
}

static void take_message(struct deliver_loop *loop, const char *bytes, size_t size)
{
	struct buffer_reader reader = { .at = bytes + 1, .left = size - 1 };

	if (*bytes == DELIVER_MESSAGE_RECEIVERS)
		take_receivers(loop, &reader);
	else if (*bytes == DELIVER_MESSAGE_NOTICE)
		take_notice(loop, &reader);
	else
		end_soon(loop, &reader);
}

static void take_messages(struct deliver_loop *loop)
{
	static char bytes[NOTICE_SIZE_MAX + RECEIVERS_MAX * 8192];
	ssize_t size;

	while (!loop->ending) {
		size = recv(loop->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (size > 0)
			take_message(loop, bytes, size);
		else if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		else
			end_soon(loop, NULL);
	}
}

/* --- the loop --- */

/* Milliseconds until something has to be done that no descriptor tells. */
static int wait_time(const struct deliver_loop *loop)
{
	__u64 now = deliver_now(), next = now + WAIT_MS;

	for (size_t i = 0; i < loop->receivers.count; i++) {
		const struct deliver_target *target = &loop->target[i];

		if (target->pid && target->kill_at < next)
			next = target->kill_at;
		if (!target->busy && target->failures && target->retry_at < next)
			next = target->retry_at;
	}
	return next > now ? next - now : 0;
}

static void wait_for_events(struct deliver_loop *loop)
{
	struct curl_waitfd fds[RECEIVERS_MAX + 1];
	unsigned int count = 0;

	if (!loop->ending)
		fds[count++] = (struct curl_waitfd){ .fd = loop->fd, .events = CURL_WAIT_POLLIN };
	for (size_t i = 0; i < loop->receivers.count; i++)
		if (loop->target[i].pid)
			fds[count++] = (struct curl_waitfd){ .fd = loop->target[i].pid_fd,
							     .events = CURL_WAIT_POLLIN };
	curl_multi_poll(loop->multi, fds, count, wait_time(loop), NULL);
}

static void turn(struct deliver_loop *loop)
{
	int running;

	take_messages(loop);
	curl_multi_perform(loop->multi, &running);
	deliver_http_finish(loop);
	for (size_t i = 0; i < loop->receivers.count; i++) {
		if (loop->target[i].pid)
			deliver_command_finish(loop, &loop->target[i]);
		deliver_serve(loop, &loop->target[i]);
	}
	curl_multi_perform(loop->multi, &running);
}

void deliver_run(int fd)
{
	static struct deliver_loop loop;

	loop.fd = fd;
	error_out_hurry(true);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) || !(loop.multi = curl_multi_init())) {
		fail(ENOMEM, "cannot deliver alarms: out of memory; free some memory");
		_exit(1);
	}
	while (!loop.ending || (!all_done(&loop) && deliver_now() < loop.end_at)) {
		turn(&loop);
		if (!loop.ending || !all_done(&loop))
			wait_for_events(&loop);
	}
	drop_targets(&loop);
	free(loop.entry);
	curl_multi_cleanup(loop.multi);
	curl_global_cleanup();
	_exit(0);
}
