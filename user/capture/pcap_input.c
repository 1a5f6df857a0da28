/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Raw bytes from the descriptor, decompressed where they begin so. zlib's own gzread() is not used
 * because it waits for a full buffer, and with it packets from a pipe would wait too. libpcap reads
 * through stdio, so for it the stream is a cookie.
 */
#include "capture/pcap_input.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/decompress.h"

#define READ_SIZE \
	(128 << 10) /* what is read at a time is still in the cache when it is looked at */
#define PAUSE_MS 50

struct buffer {
	__u8 *next; /* bytes not used yet */
	size_t have;
	__u8 bytes[PCAP_INPUT_PEEK_MAX + READ_SIZE];
};

struct pcap_input {
	struct pcap_input_options options;
	int paused;
	const char *error;
	bool started; /* it is known whether the bytes are compressed */
	bool more;    /* `plain` was full: there may be more to come out of `decompress` */
	struct decompress *decompress; /* NULL: the bytes are not compressed */
	struct buffer *plain;          /* what came out of it */
	struct buffer raw;
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
		if (input->options.pause)
			input->paused = input->options.pause(input->options.context);
		timeout = PAUSE_MS;
	} while (!input->paused && !fds[0].revents);
	return !input->paused;
}

/* Moves the bytes not used yet to the buffer's begin. Returns where others go. */
static __u8 *make_room(struct buffer *buffer)
{
	memmove(buffer->bytes, buffer->next, buffer->have);
	buffer->next = buffer->bytes;
	return buffer->bytes + buffer->have;
}

static size_t room(const struct buffer *buffer)
{
	size_t left = sizeof(buffer->bytes) - buffer->have;

	return left < READ_SIZE ? left : READ_SIZE;
}

static void use(struct buffer *buffer, size_t size)
{
	buffer->next += size;
	buffer->have -= size;
}

/* Appends raw bytes to those there. Returns how many, 0 at the end, or -1 with errno set. */
static ssize_t fill(struct pcap_input *input)
{
	struct buffer *raw = &input->raw;
	ssize_t got;
	__u8 *to;

	if (input->paused || !wait_readable(input))
		return 0;
	to = make_room(raw);
	do
		got = read(input->options.fd, to, room(raw));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		input->error = strerror(errno);
	else
		raw->have += got;
	return got;
}

static ssize_t broken(struct pcap_input *input, const char *why)
{
	input->error = why;
	errno = EIO;
	return -1;
}

/* Decompresses what raw bytes there are; 0 when that made no output. */
static ssize_t decompress_raw(struct pcap_input *input)
{
	struct buffer *raw = &input->raw, *to = input->plain;
	struct decompress_step step = { .in = raw->next, .in_size = raw->have };
	size_t size;
	ssize_t made;

	step.out = make_room(to);
	step.out_size = size = room(to);
	if (decompress_some(input->decompress, &step))
		broken(input, decompress_why(input->decompress));
	use(raw, raw->have - step.in_size);
	made = size - step.out_size;
	to->have += made;
	input->more = !step.out_size;
	return input->error && !made ? -1 : made; /* after an error the next read fails */
}

/* As fill(), of what comes out of `decompress`. */
static ssize_t fill_plain(struct pcap_input *input)
{
	ssize_t got;

	for (;;) {
		if (!input->raw.have && !input->more) {
			got = fill(input);
			if (got < 0 ||
			    (!got && (!decompress_inside(input->decompress) || input->paused)))
				return got;
			if (!got)
				return broken(input, decompress_early(input->decompress));
		}
		got = decompress_raw(input);
		if (got)
			return got;
	}
}

/* Looks at the first bytes. Returns 0 or -1 with errno set. */
static int start(struct pcap_input *input)
{
	const struct buffer *raw = &input->raw;
	const struct decompress_kind *kind;
	ssize_t got = 1;

	while (raw->have < DECOMPRESS_MAGIC_MAX && got > 0)
		got = fill(input);
	if (got < 0)
		return -1;
	input->started = true;
	kind = decompress_kind(raw->next, raw->have);
	if (!kind)
		return 0;
	input->plain = malloc(sizeof(*input->plain));
	if (input->plain)
		input->decompress = decompress_new(kind);
	if (!input->decompress)
		return broken(input, "out of memory");
	input->plain->next = input->plain->bytes;
	input->plain->have = 0;
	return 0;
}

/* Appends to the bytes there. Returns as fill(). */
static ssize_t read_more(struct pcap_input *input)
{
	if (input->error) {
		errno = EIO;
		return -1;
	}
	if (!input->started) {
		if (start(input) < 0)
			return -1;
		if (!input->decompress && input->raw.have)
			return input->raw.have;
	}
	return input->decompress ? fill_plain(input) : fill(input);
}

static struct buffer *ready(struct pcap_input *input)
{
	return input->decompress ? input->plain : &input->raw;
}

size_t pcap_input_left(const struct pcap_input *input)
{
	if (!input->started)
		return 0;
	return input->decompress ? input->plain->have : input->raw.have;
}

const __u8 *pcap_input_peek(struct pcap_input *input, size_t size)
{
	while (pcap_input_left(input) < size)
		if (read_more(input) <= 0)
			return NULL;
	return ready(input)->next;
}

void pcap_input_skip(struct pcap_input *input, size_t size)
{
	use(ready(input), size);
}

static ssize_t cookie_read(void *cookie, char *to, size_t size)
{
	struct pcap_input *input = cookie;
	struct buffer *from;

	if (!pcap_input_left(input)) {
		ssize_t got = read_more(input);

		if (got <= 0)
			return got;
	}
	from = ready(input);
	if (size > from->have)
		size = from->have;
	memcpy(to, from->next, size);
	use(from, size);
	return size;
}

struct pcap_input *pcap_input_new(const struct pcap_input_options *options)
{
	struct pcap_input *input = NULL;

	if (options->begun_size > PCAP_INPUT_PEEK_MAX)
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
	input->raw.next = input->raw.bytes;
	input->raw.have = options->begun_size;
	if (options->begun_size)
		memcpy(input->raw.bytes, options->begun, options->begun_size);
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
	decompress_free(input->decompress);
	free(input->plain);
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

bool pcap_input_decompressed(const struct pcap_input *input)
{
	return input->decompress;
}
