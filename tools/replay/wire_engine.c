/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets over a veth pair into hdrtap as it runs in production: programs attached, guard and
 * worker, a log on disk. The receiving end's program runs within send(), on this CPU.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "child.h"
#include "replay.h"
#include "veth.h"

#define NS_PER_S 1000000000ULL
#define BATCH    64

/* Waits until packet `number` of those sent since `start` is due. */
static void pace(__u64 start, __u64 number, __u64 rate)
{
	__u64 due = start + (__u64)((double)number * NS_PER_S / rate);
	struct timespec until = { due / NS_PER_S, due % NS_PER_S };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static int send_batch(int fd, const struct replay_packet *packet, unsigned int count,
		      struct replay_result *result)
{
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec parts[BATCH];
	int sent;

	for (unsigned int i = 0; i < count; i++) {
		parts[i] = (struct iovec){ packet[i].frame, packet[i].length };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (unsigned int done = 0; done < count; done += sent) {
		sent = sendmmsg(fd, messages + done, count - done, 0);
		if (sent > 0) {
			result->sent += sent;
			continue;
		}
		if (errno != ENOBUFS && errno != EMSGSIZE && errno != EINVAL)
			return fail(errno, "cannot send a packet: %s", strerror(errno));
		result->refused++;
		sent = 1;
	}
	return 0;
}

static int run_round(int fd, const struct replay_packets *packets, __u64 rate,
		     struct replay_result *result)
{
	__u64 start = replay_now();
	/* Few at a time when they are to come one by one. */
	unsigned int batch = !rate || rate > 100000 ? BATCH : 1, count;
	int err = 0;

	for (size_t i = 0; i < packets->count && !err; i += count) {
		count = packets->count - i < batch ? packets->count - i : batch;
		if (rate)
			pace(start, i, rate);
		err = send_batch(fd, &packets->packet[i], count, result);
	}
	return err;
}

static int run_rounds(const struct replay_options *options, struct replay_packets *packets,
		      struct replay_result *result)
{
	__u64 rounds = options->warm_up + options->loops, start;
	int fd = veth_socket(), err = fd < 0 ? fd : 0;

	for (__u64 round = 0; round < rounds && !err; round++) {
		replay_packets_rewrite(packets, round);
		start = replay_now();
		err = run_round(fd, packets, options->rate, result);
		if (round >= options->warm_up)
			result->ns += replay_now() - start;
		replay_progress(round + 1, rounds);
	}
	result->packets = options->loops * packets->count;
	if (fd >= 0)
		close(fd);
	return err;
}

static __u64 seen(const struct hdrtap_counters *counters)
{
#define X_SUM(symbol, ...) +counters->count[HDRTAP_COUNTER_##symbol]
	return 0 HDRTAP_PACKET_COUNTERS(X_SUM);
#undef X_SUM
}

int replay_wire(const struct replay_options *options, struct replay_packets *packets,
		struct replay_result *result)
{
	struct child child;
	__u64 received;
	int err = veth_open(), stopped;

	if (err)
		return err;
	err = child_start(&child, options, VETH_TO);
	if (!err)
		err = run_rounds(options, packets, result);
	veth_received(&received, &result->dropped);
	stopped = child_stop(&child, result);
	result->seen = seen(&result->counts);
	return err ? err : stopped;
}
