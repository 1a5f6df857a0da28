/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include <hdrtap/record.h>

#define HEADERS     80 /* bytes of a frame in which most of its headers are */
#define BYTES       16 /* removed, repeated or inserted at a time, at most */
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const char *const tokens[] = {
	"\r\n",
	"\r\n\r\n",
	"\n\n",
	"\r",
	":",
	" ",
	"\t",
	"GET / HTTP/1.1\r\n",
	"HTTP/1.1 200 OK\r\n",
	"HTTP/1.0 ",
	"Content-Length: 5\r\n",
	"Content-Length: 18446744073709551616\r\n",
	"Transfer-Encoding: chunked\r\n",
	"Host: h\r\n",
	"Cookie: a=b\r\n",
	"Authorization: Basic eA==\r\n",
	"Connection: upgrade\r\nUpgrade: websocket\r\n",
	"0\r\n\r\n",
	"ffffffff\r\n",
	"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"?token=secret&",
	"&b=secret&N=secret;a_key_of_24_bytes_at_all=secret&x[b]=secret",
};

static const __u8 values[] = { 0, 1, 4, 6, 17, 0x45, 0x60, 0x7f, 0x80, 0xff, '\r', '\n', ' ', ':' };

static __u32 insert(__u8 *bytes, __u32 length, __u32 at, const void *from, __u32 size)
{
	memmove(bytes + at + size, bytes + at, length - at);
	memcpy(bytes + at, from, size);
	return length + size;
}

/* `at`: where in the bytes, of which there are `length`. */
static __u32 mutate_at(__u8 *bytes, __u32 length, __u32 room, __u32 at, struct rng *rng)
{
	__u32 size = 1 + rng_below(rng, BYTES);
	const char *token = tokens[rng_below(rng, COUNT(tokens))];
	__u8 repeated[BYTES];

	switch (rng_below(rng, 6)) {
	case 0:
		bytes[at] ^= 1 << rng_below(rng, 8);
		return length;
	case 1:
		bytes[at] = values[rng_below(rng, COUNT(values))];
		return length;
	case 2:
		bytes[at] = rng_next(rng);
		return length;
	case 3:
		size = size < length - at ? size : length - at;
		if (size == length)
			return length;
		memmove(bytes + at, bytes + at + size, length - at - size);
		return length - size;
	case 4:
		size = size < length - at ? size : length - at;
		if (length + size > room)
			return length;
		memcpy(repeated, bytes + at, size);
		return insert(bytes, length, at, repeated, size);
	default:
		if (length + strlen(token) > room)
			return length;
		return insert(bytes, length, at, token, strlen(token));
	}
}

__u32 mutate_bytes(__u8 *bytes, __u32 length, __u32 room, struct rng *rng)
{
	for (__u32 i = 1 + rng_below(rng, 4); i && length; i--)
		length = mutate_at(bytes, length, room, rng_below(rng, length), rng);
	return length;
}

/* Damage to headers, which are few bytes among many, and to the length. */
static void mutate_frame(struct frame *frame, __u32 longest, struct rng *rng)
{
	__u32 headers = frame->length < HEADERS ? frame->length : HEADERS, length = frame->length;
	__u8 bytes[FRAME_MAX] = { 0 };

	memcpy(bytes, frame->bytes, length);
	switch (rng_below(rng, 4)) {
	case 0:
		bytes[rng_below(rng, headers)] ^= 1 << rng_below(rng, 8);
		break;
	case 1:
		bytes[rng_below(rng, headers)] = values[rng_below(rng, COUNT(values))];
		break;
	case 2:
		length = 15 + rng_below(rng, longest - 15);
		length = rng_once_in(rng, 2) && length > frame->length ? frame->length : length;
		break;
	default:
		length = mutate_bytes(bytes, length, longest, rng);
	}
	frame->length = length < 15 ? 15 : length;
	free(frame->bytes);
	frame->bytes = malloc(frame->length);
	if (!frame->bytes)
		abort();
	memcpy(frame->bytes, bytes, frame->length);
}

static void swap(struct frames *frames, size_t at, size_t with)
{
	struct frame frame = frames->list[at];

	frames->list[at] = frames->list[with];
	frames->list[with] = frame;
}

static void mutate_order(struct frames *frames, size_t at, struct rng *rng)
{
	struct frame *frame = &frames->list[at];

	switch (rng_below(rng, 4)) {
	case 0:
		frames_remove(frames, at);
		break;
	case 1:
		frames_add(frames, frame->bytes, frame->length, frame->direction);
		swap(frames, at + rng_below(rng, frames->count - at), frames->count - 1);
		break;
	case 2:
		swap(frames, at, rng_below(rng, frames->count));
		break;
	default:
		frame->direction ^= HDRTAP_DIRECTION_RECEIVE ^ HDRTAP_DIRECTION_TRANSMIT;
	}
}

void mutate_frames(struct frames *frames, __u32 longest, __u32 rarely, struct rng *rng)
{
	for (size_t i = frames->count; i-- > 0;) {
		if (rng_once_in(rng, rarely))
			mutate_frame(&frames->list[i], longest, rng);
		if (rng_once_in(rng, rarely))
			mutate_order(frames, i, rng);
	}
}
