/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A bad line: forwards Ethernet frames between two interfaces and, of those that carry TCP, loses
 * some, doubles some and lets some be overtaken, each direction by its own sequence of random
 * numbers from one seed. Everything else (ARP, neighbour discovery) passes untouched.
 *
 *     mangle INTERFACE INTERFACE SEED DROP DUPLICATE DELAY DISTANCE
 *
 * DROP, DUPLICATE and DELAY are of 1000 frames. A delayed frame waits until 1 to DISTANCE later
 * frames of its direction have passed, or until nothing has come for a few milliseconds. Ends with
 * SIGTERM or SIGINT and then says what it did.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX   2048    /* bytes; both ends have an Ethernet MTU and no offloads */
#define WAITING_MAX 8       /* frames that wait in one direction */
#define QUIET_MS    3       /* nothing came: those that wait go */
#define BUFFER_SIZE 8388608 /* bytes of a socket's receive buffer */

struct frame {
	size_t size;
	unsigned int behind; /* frames that still have to pass */
	unsigned char bytes[FRAME_MAX];
};

struct rates {
	unsigned int drop, duplicate, delay; /* of 1000 */
	unsigned int distance;               /* most frames that overtake one */
};

struct direction {
	int from, to; /* packet sockets */
	uint64_t random;
	unsigned long forwarded, dropped, duplicated, delayed, unsent;
	unsigned int waiting;
	struct frame wait[WAITING_MAX];
};

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static bool is_tcp(const struct frame *frame)
{
	unsigned int type = frame->bytes[12] << 8 | frame->bytes[13];

	if (frame->size >= ETH_HLEN + 20 && type == ETH_P_IP)
		return frame->bytes[ETH_HLEN + 9] == IPPROTO_TCP;
	return frame->size >= ETH_HLEN + 40 && type == ETH_P_IPV6 &&
	       frame->bytes[ETH_HLEN + 6] == IPPROTO_TCP;
}

static void send_frame(struct direction *way, const struct frame *frame)
{
	if (send(way->to, frame->bytes, frame->size, 0) == (ssize_t)frame->size)
		way->forwarded++;
	else
		way->unsent++;
}

/* Sends the frames that wait and have been overtaken by enough, or all of them. */
static void release(struct direction *way, bool all)
{
	unsigned int i, left = 0;

	for (i = 0; i < way->waiting; i++) {
		if (all || !way->wait[i].behind)
			send_frame(way, &way->wait[i]);
		else
			way->wait[left++] = way->wait[i];
	}
	way->waiting = left;
}

static void pass(struct direction *way, const struct frame *frame)
{
	unsigned int i;

	send_frame(way, frame);
	for (i = 0; i < way->waiting; i++)
		if (way->wait[i].behind)
			way->wait[i].behind--;
	release(way, false);
}

/* One random number for each TCP frame: the upper half decides, the lower says by how many it is
 * overtaken. */
static void mangle(struct direction *way, const struct frame *frame, const struct rates *rates)
{
	uint64_t random = next_random(&way->random);
	unsigned int lot = (random >> 32) % 1000;

	if (lot < rates->drop) {
		way->dropped++;
		return;
	}
	lot -= rates->drop;
	if (lot < rates->duplicate) {
		way->duplicated++;
		pass(way, frame);
	} else if (lot - rates->duplicate < rates->delay && way->waiting < WAITING_MAX) {
		way->delayed++;
		way->wait[way->waiting] = *frame;
		way->wait[way->waiting++].behind = 1 + random % rates->distance;
		return;
	}
	pass(way, frame);
}

/* All frames that have come. */
static void forward(struct direction *way, const struct rates *rates)
{
	struct frame frame;
	ssize_t size;

	while ((size = recv(way->from, frame.bytes, sizeof(frame.bytes), MSG_DONTWAIT)) > 0) {
		frame.size = size;
		if (is_tcp(&frame))
			mangle(way, &frame, rates);
		else
			send_frame(way, &frame);
	}
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "mangle: %s: %s\n", what, why);
	return -1;
}

/* A socket for all frames that come in on the interface, negative: said why not. */
static int open_interface(const char *name)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd, on = 1, buffer = BUFFER_SIZE;

	address.sll_ifindex = if_nametoindex(name);
	if (!address.sll_ifindex)
		return fail(name, strerror(errno));
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fail(name, strerror(errno));
	return fd;
}

/* SIGTERM and SIGINT as a descriptor. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return fail("signals", strerror(errno));
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int run(struct direction way[2], int signals, const struct rates *rates)
{
	struct pollfd fds[] = {
		{ .fd = way[0].from, .events = POLLIN },
		{ .fd = way[1].from, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	int i, ready;

	do {
		ready = poll(fds, 3, way[0].waiting || way[1].waiting ? QUIET_MS : -1);
		if (ready < 0 && errno != EINTR)
			return fail("poll", strerror(errno));
		for (i = 0; i < 2; i++) {
			if (!ready)
				release(&way[i], true);
			else if (ready > 0 && fds[i].revents)
				forward(&way[i], rates);
		}
	} while (ready < 1 || !fds[2].revents);
	return 0;
}

static void report(const struct direction *way, const char *from, const char *to)
{
	printf("%s to %s: %lu forwarded, %lu dropped, %lu duplicated, %lu delayed, %lu unsent\n",
	       from, to, way->forwarded, way->dropped, way->duplicated, way->delayed, way->unsent);
}

int main(int argc, char **argv)
{
	static struct direction way[2];
	struct rates rates;
	int i, signals, fd[2];

	if (argc != 8 || atoi(argv[7]) < 1)
		return fail("usage",
			    "mangle INTERFACE INTERFACE SEED DROP DUPLICATE DELAY DISTANCE"),
		       2;
	rates = (struct rates){ atoi(argv[4]), atoi(argv[5]), atoi(argv[6]), atoi(argv[7]) };
	signals = open_signals();
	fd[0] = open_interface(argv[1]);
	fd[1] = open_interface(argv[2]);
	if (signals < 0 || fd[0] < 0 || fd[1] < 0)
		return 1;
	for (i = 0; i < 2; i++) {
		way[i].from = fd[i];
		way[i].to = fd[1 - i];
		way[i].random = strtoull(argv[3], NULL, 0) * 2 + i;
	}
	puts("forwarding");
	fflush(stdout);
	if (run(way, signals, &rates))
		return 1;
	report(&way[0], argv[1], argv[2]);
	report(&way[1], argv[2], argv[1]);
	return 0;
}
