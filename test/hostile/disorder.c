/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "disorder.h"

#include <stdlib.h>
#include <string.h>

#include <hdrtap/state/pools.h>

#define ETHERNET_SEGMENT 1460 /* bytes of payload in a packet, usually */
#define EARLY_MAX        2    /* packets of a stream that may come early */
#define LATE_MAX         8    /* places that a packet may come too late */

/* --- sizes --- */

/* Offset of the next head that does not begin before `from`; the stream's end without one. */
static size_t next_head(const struct flow *flow, __u8 direction, size_t from)
{
	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct seen *head = &flow->truth.list[i];

		if (head->direction == direction && head->offset >= from)
			return head->offset;
	}
	return flow->stream[direction].count;
}

/* Whether a head, or what stands where there are none, is at `from`. */
static bool in_head(const struct flow *flow, __u8 direction, size_t from)
{
	if (flow->stream[direction].count < 2000)
		return true;
	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct seen *head = &flow->truth.list[i];

		if (head->direction == direction && from + 4 >= head->offset &&
		    from < head->offset + head->rec.head_length + 4)
			return true;
	}
	return false;
}

size_t size_split(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left)
{
	const struct cutter *c = cutter;

	(void)flow;
	return direction == c->direction && from < c->at ? c->at - from : left;
}

size_t size_random(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left)
{
	const struct cutter *c = cutter;
	size_t head = next_head(flow, direction, from);

	(void)left;
	if (c->most >= ETHERNET_SEGMENT || in_head(flow, direction, from))
		return 1 + rng_below(c->rng, c->most);
	return head > from + ETHERNET_SEGMENT ? ETHERNET_SEGMENT : head > from ? head - from : 1;
}

size_t size_heads(void *cutter, const struct flow *flow, __u8 direction, size_t from, size_t left)
{
	const struct cutter *c = cutter;
	size_t head = next_head(flow, direction, from + 1), size = 1 + rng_below(c->rng, c->most);

	(void)left;
	return head > from && head - from < size ? head - from : size;
}

/* --- order --- */

static bool same_run(const struct piece *a, const struct piece *b)
{
	return a->instance == b->instance && a->direction == b->direction && piece_has_data(a) &&
	       piece_has_data(b);
}

/* The end of the run of pieces of one stream, without any of the other in between, looked for in
 * the next `most`. */
static size_t run_end_of(const struct script *script, size_t from, size_t most)
{
	size_t end = from + 1;

	while (end < script->count && end - from < most &&
	       same_run(&script->list[from], &script->list[end]))
		end++;
	return end;
}

static void move(struct script *script, size_t from, size_t to)
{
	struct piece *list = script->list, piece = list[from];

	if (from < to)
		memmove(list + from, list + from + 1, (to - from) * sizeof(*list));
	else
		memmove(list + to + 1, list + to, (from - to) * sizeof(*list));
	list[to] = piece;
}

/* Of the early pieces, which begin at these bytes, how many are early still when `oldest` is
 * missing. */
static size_t still_early(__s64 *early, size_t count, __s64 oldest)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (early[i] > oldest)
			early[kept++] = early[i];
	return kept;
}

/* Brings one of the next pieces forward, at random, as long as few enough are early. */
static void swap_run(struct script *script, size_t from, size_t end, struct rng *rng)
{
	__s64 early[EARLY_MAX];
	size_t count = 0;

	for (; from + 1 < end; from++) {
		size_t which = count < EARLY_MAX ? rng_below(rng, 3) : 0;

		if (which && from + which < end) {
			early[count++] = script->list[from + which].from;
			move(script, from + which, from);
		} else {
			count = still_early(early, count, script->list[from + 1].from);
		}
	}
}

void disorder_swap(struct script *script, struct rng *rng)
{
	for (size_t from = 0, end; from < script->count; from = end) {
		end = run_end_of(script, from, script->count);
		swap_run(script, from, end, rng);
	}
}

void disorder_shuffle(struct script *script, struct rng *rng)
{
	for (size_t i = 0; i < script->count; i++) {
		size_t end = run_end_of(script, i, LATE_MAX + 1),
		       to = i + rng_below(rng, LATE_MAX + 1);

		if (rng_once_in(rng, 3))
			move(script, i, to < end ? to : end - 1);
	}
}

void disorder_interleave(struct script *script, struct rng *rng)
{
	size_t *next = calloc(script->instances, sizeof(*next));
	struct script merged = { 0 };

	if (!next)
		die("out of memory");
	while (merged.count < script->count) {
		size_t which = rng_below(rng, script->instances), at = next[which];

		while (at < script->count && script->list[at].instance != which)
			at++;
		next[which] = at + 1;
		if (at < script->count)
			*VECTOR_ADD(&merged) = script->list[at];
	}
	free(next);
	free(script->list);
	script->list = merged.list;
	script->room = merged.room;
}

void disorder_wrap(struct script *script, struct rng *rng)
{
	for (size_t i = 0; i < script->instances; i++)
		for (int d = 0; d < 2; d++)
			script->instance[i].isn[d] =
				-1 - rng_below(rng, script->instance[i].flow->stream[d].count + 2);
}

/* --- again --- */

/* The script with nothing in it; its pieces are the caller's. */
static struct script emptied(struct script *script)
{
	struct script old = *script;

	script->list = NULL;
	script->count = script->room = 0;
	return old;
}

void disorder_duplicate(struct script *script, struct rng *rng)
{
	struct script old = emptied(script);

	for (size_t i = 0; i < old.count; i++) {
		*VECTOR_ADD(script) = old.list[i];
		if (rng_once_in(rng, 4)) /* at once */
			*VECTOR_ADD(script) = old.list[i];
		if (rng_once_in(rng, 4)) /* any earlier one */
			*VECTOR_ADD(script) = old.list[rng_below(rng, i + 1)];
	}
	free(old.list);
}

void disorder_both_hooks(struct script *script)
{
	struct script old = emptied(script);

	script->both_hooks = true;
	for (size_t i = 0; i < old.count; i++) {
		struct piece *piece = &old.list[i];

		piece->hook = HDRTAP_DIRECTION_TRANSMIT;
		*VECTOR_ADD(script) = *piece;
		piece->hook = HDRTAP_DIRECTION_RECEIVE;
		*VECTOR_ADD(script) = *piece;
	}
	free(old.list);
}

/* What one side has received: bytes in order, and pieces behind those that are missing. */
struct receiver {
	__s64 next;
	struct script early;
};

static void receive(struct receiver *receiver, const struct piece *piece)
{
	struct script *early = &receiver->early;

	if (piece->from > receiver->next) {
		*VECTOR_ADD(early) = *piece;
		return;
	}
	if (piece->to <= receiver->next)
		return;
	receiver->next = piece->to;
	for (size_t i = 0; i < early->count; i++) {
		if (early->list[i].from > receiver->next)
			continue;
		if (early->list[i].to > receiver->next)
			receiver->next = early->list[i].to;
		early->list[i] = early->list[--early->count];
		i = -1;
	}
}

static struct receiver *receivers_of(const struct script *script)
{
	struct receiver *receivers = calloc(script->instances, 2 * sizeof(*receivers));

	if (!receivers)
		die("out of memory");
	return receivers;
}

static void receivers_free(struct receiver *receivers, const struct script *script)
{
	for (size_t i = 0; i < script->instances * 2; i++)
		free(receivers[i].early.list);
	free(receivers);
}

/* Whether the packet comes early and is longer than what is held of one: then its end is lost. */
static bool held_in_part(const struct receiver *receiver, const struct piece *piece, __s64 from)
{
	return from > receiver->next && piece->to - from > HDRTAP_EARLY_SIZE;
}

void disorder_overlap(struct script *script, struct rng *rng, bool garbage)
{
	struct receiver *receivers = receivers_of(script);

	for (size_t i = 0; i < script->count; i++) {
		struct piece *piece = &script->list[i];
		struct receiver *receiver = &receivers[piece->instance * 2 + piece->direction];
		__s64 before = 0;

		if (!piece_has_data(piece))
			continue;
		if (!rng_once_in(rng, 2)) {
			before = rng_below(rng, piece->from + 1);
			if (before > 100 && !rng_once_in(rng, 4))
				before %= 100;
		}
		if (before && piece->to - piece->from + before <= SEGMENT_MAX &&
		    !held_in_part(receiver, piece, piece->from - before)) {
			piece->from -= before;
			piece->garbled = garbage ? before : 0;
		}
		receive(receiver, piece);
	}
	receivers_free(receivers, script);
}

/* The byte at `at`, as keep-alive asks for an acknowledgement: what it is does not matter. */
static void add_probe(struct script *script, const struct piece *piece, __s64 at)
{
	struct piece probe = *piece;

	probe.from = at;
	probe.to = at + 1;
	probe.garbled = 1;
	probe.flags = TCP_ACK;
	*VECTOR_ADD(script) = probe;
}

void disorder_probe(struct script *script, struct rng *rng)
{
	struct script old = emptied(script);

	for (size_t i = 0; i < old.count; i++) {
		const struct piece *piece = &old.list[i];
		bool probed = piece_has_data(piece) && rng_once_in(rng, 3);
		bool before = rng_once_in(rng, 2);

		if (probed && before)
			add_probe(script, piece, piece->from - 1);
		*VECTOR_ADD(script) = *piece;
		if (probed && !before)
			add_probe(script, piece, piece->to - 1);
	}
	free(old.list);
}

/* --- acknowledged --- */

void disorder_acknowledge(struct script *script, struct rng *rng)
{
	struct receiver *receivers = receivers_of(script), *receiver;
	struct script old = emptied(script);
	struct piece reply;

	for (size_t i = 0; i < old.count; i++) {
		*VECTOR_ADD(script) = reply = old.list[i];
		if (!piece_has_data(&reply))
			continue;
		receiver = &receivers[reply.instance * 2 + reply.direction];
		receive(receiver, &reply);
		reply.direction = !reply.direction;
		reply.flags = TCP_ACK;
		reply.from = reply.to = reply.acknowledged;
		reply.acknowledged = receiver->next;
		reply.garbled = 0;
		if (rng_once_in(rng, 2))
			*VECTOR_ADD(script) = reply;
	}
	receivers_free(receivers, script);
	free(old.list);
}

/* --- of nobody --- */

#define FAR (1u << 28) /* farther than any window */

static void add_spoofed(struct script *script, struct piece piece, struct rng *rng, bool near)
{
	static const __u8 flags[] = { TCP_RST, TCP_FIN | TCP_ACK, TCP_SYN, TCP_ACK };

	piece.flags = flags[rng_below(rng, near ? 3 : 4)];
	piece.skew = near ? 0 : FAR + rng_below(rng, 0u - 2 * FAR);
	piece.garbled = piece.to - piece.from;
	if (piece.flags != TCP_ACK)
		piece.to = piece.from;
	*VECTOR_ADD(script) = piece;
}

void disorder_spoof(struct script *script, struct rng *rng, bool near)
{
	struct script old = emptied(script);

	for (size_t i = 0; i < old.count; i++) {
		*VECTOR_ADD(script) = old.list[i];
		if (i > 2 && rng_once_in(rng, 10))
			add_spoofed(script, old.list[i], rng, near);
	}
	free(old.list);
}

/* --- never --- */

void disorder_lose(struct script *script, struct rng *rng, __u32 times)
{
	size_t kept = 0;

	for (size_t i = 0; i < script->count; i++)
		if (!piece_has_data(&script->list[i]) || !rng_once_in(rng, times))
			script->list[kept++] = script->list[i];
	script->count = kept;
}

void disorder_cut(struct script *script, struct rng *rng, __u32 times)
{
	for (size_t i = 0; i < script->count; i++) {
		struct piece *piece = &script->list[i];

		if (piece_has_data(piece) && rng_once_in(rng, times))
			piece->cut = 1 + rng_below(rng, piece->to - piece->from);
	}
}
