/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The bytes of a capture file, in place or as a stdio stream: decompressed where necessary, and
 * without ever blocking on a quiet pipe in a way that signals and timers would have to wait for.
 */
#ifndef HDRTAP_USER_PCAP_INPUT_H
#define HDRTAP_USER_PCAP_INPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <hdrtap/types.h>

#define PCAP_INPUT_PEEK_MAX (320 << 10) /* bytes that can be had in one piece */

struct pcap_input;

struct pcap_input_options {
	int fd;            /* taken over */
	int signal_fd;     /* readable: `pause` is called at once; -1: none */
	const __u8 *begun; /* read before what fd gives; at most PCAP_INPUT_PEEK_MAX */
	size_t begun_size;
	/*
	 * Called before every read of fd, and every 50 ms while there is nothing to read. Anything
	 * but 0 ends the stream. NULL: nothing is called.
	 */
	int (*pause)(void *context);
	void *context;
};

/* Returns NULL, with errno set, when out of memory or when too much is begun; fd is closed then. */
struct pcap_input *pcap_input_new(const struct pcap_input_options *options);

/* To be called after the stream was closed. */
void pcap_input_free(struct pcap_input *input);

/* The next `size` bytes, in one piece; they stay the next ones, and where they are until the next
 * call. NULL: there are less, or they broke off. */
const __u8 *pcap_input_peek(struct pcap_input *input, size_t size);

/* How many bytes pcap_input_peek() gives without reading. */
size_t pcap_input_left(const struct pcap_input *input);

/* Goes on behind `size` bytes that are there. */
void pcap_input_skip(struct pcap_input *input, size_t size);

/* The rest as a stream. It must be closed before the input is freed. Returns NULL, with errno set,
 * when out of memory. */
FILE *pcap_input_stream(struct pcap_input *input);

/* What `pause` ended the stream with, 0: it did not. */
int pcap_input_paused(const struct pcap_input *input);

/* Why the stream broke off: a text, or NULL when it did not. */
const char *pcap_input_error(const struct pcap_input *input);

/* Whether the bytes are what was decompressed, not the file's own. */
bool pcap_input_decompressed(const struct pcap_input *input);

#endif
