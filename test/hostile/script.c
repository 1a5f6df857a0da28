/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROXY_TOLD 8 /* bytes */

void script_begin(struct script *script, const struct flow *const *flows, size_t count,
		  struct rng *rng)
{
	memset(script, 0, sizeof(*script));
	script->instance = calloc(count, sizeof(*script->instance));
	if (!script->instance)
		die("out of memory");
	script->instances = count;
	for (size_t i = 0; i < count; i++)
		script->instance[i] = (struct instance){
			flows[i],
			i,
			{ rng_next(rng), rng_next(rng) },
		};
}

void script_free(struct script *script)
{
	free(script->instance);
	free(script->list);
}

static struct piece *add(struct script *script, __u32 instance, __u8 direction, __u8 flags,
			 size_t from, size_t to)
{
	struct piece *piece = VECTOR_ADD(script);

	*piece = (struct piece){
		.instance = instance,
		.direction = direction,
		.flags = flags,
		.from = from,
		.to = to,
	};
	return piece;
}

void script_handshake(struct script *script, __u32 instance)
{
	add(script, instance, FROM_CLIENT, TCP_SYN, 0, 0);
	add(script, instance, FROM_SERVER, TCP_SYN | TCP_ACK, 0, 0);
	add(script, instance, FROM_CLIENT, TCP_ACK, 0, 0);
}

void script_finish(struct script *script, __u32 instance)
{
	const struct flow *flow = script->instance[instance].flow;

	for (__u8 direction = 0; direction < 2; direction++)
		add(script, instance, direction, TCP_FIN | TCP_ACK, flow->stream[direction].count,
		    flow->stream[direction].count)
			->acknowledged = flow->stream[!direction].count;
}

size_t script_largest(void *context, const struct flow *flow, __u8 direction, size_t from,
		      size_t left)
{
	(void)context;
	(void)flow;
	(void)direction;
	(void)from;
	return left;
}

/*
 * Bytes at the start of a stream that are in one packet always: with fewer, a PROXY protocol header
 * is not told from a request (hdrtap/proxy.h).
 */
static size_t uncut(const struct flow *flow, __u8 direction, size_t from)
{
	static const char *const starts[] = { "PROX", "\r\n\r\n" };
	const struct stream *stream = &flow->stream[direction];

	for (int i = 0; i < 2; i++)
		if (!from && stream->count > PROXY_TOLD && !memcmp(stream->list, starts[i], 4))
			return PROXY_TOLD;
	return 1;
}

/* `acknowledged`: bytes that the other side said before. */
static void whole_turn(struct script *script, __u32 instance, const struct turn *turn,
		       size_t acknowledged, script_size size, void *context)
{
	const struct flow *flow = script->instance[instance].flow;
	size_t from, length, left;

	for (from = turn->from; from < turn->to; from += length) {
		left = turn->to - from;
		length = size(context, flow, turn->direction, from, left);
		if (length < uncut(flow, turn->direction, from))
			length = uncut(flow, turn->direction, from);
		if (length > flow->segment)
			length = flow->segment;
		if (length > left)
			length = left;
		add(script, instance, turn->direction, TCP_PSH | TCP_ACK, from, from + length)
			->acknowledged = acknowledged;
	}
}

void script_whole(struct script *script, __u32 instance, script_size size, void *context)
{
	const struct turns *turns = &script->instance[instance].flow->turns;
	size_t said[2] = { 0, 0 };

	script_handshake(script, instance);
	for (size_t i = 0; i < turns->count; i++) {
		const struct turn *turn = &turns->list[i];

		whole_turn(script, instance, turn, said[!turn->direction], size, context);
		said[turn->direction] = turn->to;
	}
	script_finish(script, instance);
}

void script_insert(struct script *script, size_t at, const struct piece *piece)
{
	struct piece copy = *piece; /* it may be one of the list */

	(void)VECTOR_ADD(script);
	memmove(script->list + at + 1, script->list + at,
		(script->count - 1 - at) * sizeof(*script->list));
	script->list[at] = copy;
}

void script_remove(struct script *script, size_t at)
{
	memmove(script->list + at, script->list + at + 1,
		(script->count - 1 - at) * sizeof(*script->list));
	script->count--;
}

__u32 piece_sequence(const struct script *script, const struct piece *piece)
{
	__u32 isn = script->instance[piece->instance].isn[piece->direction];

	isn += piece->skew;
	return piece->flags & TCP_SYN ? isn : isn + 1 + (__u32)piece->from;
}

/* --- for people --- */

static void print_flags(__u8 flags)
{
	for (int i = 0; i < 5; i++)
		if (flags >> i & 1)
			putchar("FSRPA"[i]);
}

static void print_bytes(const struct script *script, const struct piece *piece)
{
	const struct stream *stream =
		&script->instance[piece->instance].flow->stream[piece->direction];

	putchar('"');
	for (__s64 i = piece->from; i < piece->to && i < piece->from + 48; i++) {
		int c = i < 0 || (size_t)i >= stream->count ? '?' : stream->list[i];

		if (c == '\r')
			printf("\\r");
		else if (c == '\n')
			printf("\\n");
		else
			putchar(c < ' ' || c > '~' ? '.' : c);
	}
	printf(piece->to - piece->from > 48 ? "\"..." : "\"");
}

void script_print(const struct script *script)
{
	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		printf("  %4zu flow %u %s ", i, piece->instance,
		       piece->direction == FROM_CLIENT ? "client" : "server");
		print_flags(piece->flags);
		printf(" seq %u", piece_sequence(script, piece));
		if (piece->acknowledged)
			printf(" acknowledges %zu", piece->acknowledged);
		if (piece_has_data(piece)) {
			printf(" bytes %lld-%lld ", piece->from, piece->to);
			print_bytes(script, piece);
		}
		if (piece->garbled)
			printf(" first %u are garbage", piece->garbled);
		if (piece->cut)
			printf(" last %u not captured", piece->cut);
		if (piece->hook)
			printf(piece->hook == HDRTAP_DIRECTION_RECEIVE ? " receive" : " transmit");
		putchar('\n');
	}
}
