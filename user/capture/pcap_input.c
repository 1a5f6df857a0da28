/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libpcap reads captures through stdio, so the stream is a cookie: raw bytes from the descriptor,
 * through zlib when they begin like gzip. zlib's own gzread() is not used because it waits for a
 * full buffer, and with it packets from a pipe would wait too.
 */
#include "pcap_input.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define RAW_SIZE 65536
#define PAUSE_MS 50

struct pcap_input {
	struct pcap_input_options options;
	int paused;
	const char *error;
	bool started; /* it is known whether the bytes are gzipped */
	bool gzip;
	bool inside; /* of a gzip member */
	z_stream zlib;
	__u8 *next; /* raw bytes not used yet */
	size_t have;
	__u8 raw[RAW_SIZE];
};

/* Waits until fd is readable. False when `pause` ended the stream. */
static bool wait_readable(struct pcap_input *input)
{
	struct pollfd fds[2] = {
		{ .fd = input->options.fd, .events = POLLIN },
		{ .fd = input->options.signal_fd, .events = POLLIN },
	};
	int timeout = 0;

	do {
		if (poll(fds, 2, timeout) < 0 && errno != EINTR)
			return true; /* read() says what is wrong */
		input->paused = input->options.pause(input->options.context);
		timeout = PAUSE_MS;
	} while (!input->paused && !fds[0].revents);
	return !input->paused;
}

/* Appends raw bytes to those there. Returns how many, 0 at the end, or -1 with errno set. */
static ssize_t fill(struct pcap_input *input)
{
	ssize_t got;

	if (input->paused || !wait_readable(input))
		return 0;
	memmove(input->raw, input->next, input->have);
	input->next = input->raw;
	do
		got = read(input->options.fd, input->raw + input->have, RAW_SIZE - input->have);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		input->error = strerror(errno);
	else
		input->have += got;
	return got;
}

static void use(struct pcap_input *input, size_t size)
{
	input->next += size;
	input->have -= size;
}

static ssize_t read_plain(struct pcap_input *input, char *to, size_t size)
{
	if (!input->have) {
		ssize_t got = fill(input);

		if (got <= 0)
			return got;
	}
	if (size > input->have)
		size = input->have;
	memcpy(to, input->next, size);
	use(input, size);
	return size;
}

static ssize_t broken(struct pcap_input *input, const char *why)
{
	input->error = why;
	errno = EIO;
	return -1;
}

/* Inflates what raw bytes there are; 0 when that made no output. */
static ssize_t inflate_some(struct pcap_input *input, char *to, size_t size)
{
	z_stream *zlib = &input->zlib;
	ssize_t made;
	int status;

	if (!input->inside) /* gzip files may be put one behind the other */
		inflateReset(zlib);
	input->inside = true;
	zlib->next_in = input->next;
	zlib->avail_in = input->have;
	zlib->next_out = (__u8 *)to;
	zlib->avail_out = size;
	status = inflate(zlib, Z_NO_FLUSH);
	use(input, input->have - zlib->avail_in);
	made = size - zlib->avail_out;
	if (status == Z_STREAM_END)
		input->inside = false;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		broken(input, "the gzip data are damaged");
	return input->error && !made ? -1 : made; /* after an error the next read fails */
}

static ssize_t read_gzip(struct pcap_input *input, char *to, size_t size)
{
	ssize_t got;

	for (;;) {
		if (!input->have) {
			got = fill(input);
			if (got < 0 || (!got && (!input->inside || input->paused)))
				return got;
			if (!got)
				return broken(input, "the gzip data end early");
		}
		got = inflate_some(input, to, size);
		if (got)
			return got;
	}
}

/* Looks at the first two bytes. Returns 0 or -1 with errno set. */
static int start(struct pcap_input *input)
{
	ssize_t got = 1;

	while (input->have < 2 && got > 0)
		got = fill(input);
	if (got < 0)
		return -1;
	input->started = true;
	if (input->have < 2 || input->next[0] != 0x1f || input->next[1] != 0x8b)
		return 0;
	if (inflateInit2(&input->zlib, 15 + 16) != Z_OK) /* 16: gzip */
		return broken(input, "out of memory");
	input->gzip = true;
	return 0;
}

static ssize_t cookie_read(void *cookie, char *to, size_t size)
{
	struct pcap_input *input = cookie;

	if (input->error) {
		errno = EIO;
		return -1;
	}
	if (!input->started && start(input) < 0)
		return -1;
	return input->gzip ? read_gzip(input, to, size) : read_plain(input, to, size);
}

struct pcap_input *pcap_input_new(const struct pcap_input_options *options)
{
	struct pcap_input *input = NULL;

	if (options->begun_size > RAW_SIZE)
		errno = E2BIG;
	else
		input = calloc(1, sizeof(*input));
	if (!input) {
		int why = errno;

		close(options->fd);
		errno = why;
		return NULL;
	}
	input->options = *options;
	input->next = input->raw;
	input->have = options->begun_size;
	if (input->have)
		memcpy(input->raw, options->begun, input->have);
	return input;
}

FILE *pcap_input_stream(struct pcap_input *input)
{
	return fopencookie(input, "r", (cookie_io_functions_t){ .read = cookie_read });
}

void pcap_input_free(struct pcap_input *input)
{
	if (!input)
		return;
	if (input->gzip)
		inflateEnd(&input->zlib);
	close(input->options.fd);
	free(input);
}

int pcap_input_paused(const struct pcap_input *input)
{
	return input->paused;
}

const char *pcap_input_error(const struct pcap_input *input)
{
	return input->error;
}
