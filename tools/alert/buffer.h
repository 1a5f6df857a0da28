/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes that grow: JSON texts, and what is written to checkpoints and between processes (numbers in
 * 8 bytes, little-endian; texts behind their size).
 */
#ifndef HDRTAP_ALERT_BUFFER_H
#define HDRTAP_ALERT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

/* All zero: empty. */
struct buffer {
	char *bytes; /* owned; NULL: none */
	size_t size;
	size_t room;
	bool failed; /* there was no memory, and something is missing */
};

void buffer_add(struct buffer *buffer, const void *bytes, size_t size);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buffer_free(struct buffer *buffer);

/* In quotes, for JSON. What is not UTF-8 is taken as Latin-1. */
void buffer_json(struct buffer *buffer, const char *text, size_t size);

/* A time (UTC, ns) as RFC 3339 has it, in quotes. */
void buffer_json_time(struct buffer *buffer, __u64 utc);

/* The text, which becomes the caller's, ended by a zero byte; NULL: out of memory. Empties it. */
char *buffer_take(struct buffer *buffer);

void buffer_number(struct buffer *buffer, __u64 number);
void buffer_sized(struct buffer *buffer, const void *bytes, size_t size);

/* What was put into a buffer, read again in the same order. Never reads beyond its end. */
struct buffer_reader {
	const char *at;
	size_t left;
	bool failed; /* there was less than was read */
};

__u64 buffer_read_number(struct buffer_reader *reader);

/* Sized bytes, valid as long as the buffer; their size. */
const char *buffer_read_sized(struct buffer_reader *reader, size_t *size);

/* Likewise, a copy ended by a zero byte; NULL: there is none, or no memory (`failed`). */
char *buffer_read_copy(struct buffer_reader *reader);

#endif
