/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "reduce.h"

#include <stdlib.h>
#include <string.h>

#define EARLY_MAX 2

/* --- the promise --- */

struct receiver {
	__s64 next;
	struct piece early[EARLY_MAX];
	size_t early_count;
};

static bool advance(struct receiver *receiver, const struct piece *piece)
{
	if (piece->from > receiver->next || piece->to <= receiver->next)
		return false;
	receiver->next = piece->to;
	return true;
}

static void settle(struct receiver *receiver)
{
	for (size_t i = 0; i < receiver->early_count; i++) {
		if (receiver->early[i].from > receiver->next)
			continue;
		advance(receiver, &receiver->early[i]);
		receiver->early[i] = receiver->early[--receiver->early_count];
		i = -1;
	}
}

/* Whether the receiver can take the piece: it is in order, known, or one of few early ones. */
static bool receive(struct receiver *receiver, const struct piece *piece)
{
	if (piece->from + piece->garbled > receiver->next)
		return false; /* what is garbled has to be known */
	if (piece->from <= receiver->next) {
		advance(receiver, piece);
		settle(receiver);
		return true;
	}
	for (size_t i = 0; i < receiver->early_count; i++)
		if (receiver->early[i].from == piece->from && receiver->early[i].to == piece->to)
			return true;
	if (receiver->early_count == EARLY_MAX)
		return false;
	receiver->early[receiver->early_count++] = *piece;
	return true;
}

static bool stream_complete(const struct script *script, __u32 instance, __u8 direction)
{
	struct receiver receiver = { 0 };

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance != instance || piece->direction != direction ||
		    !piece_has_data(piece))
			continue;
		if (piece->cut || !receive(&receiver, piece))
			return false;
	}
	return (size_t)receiver.next == script->instance[instance].flow->stream[direction].count;
}

static bool promise_kept(const struct script *script)
{
	for (__u32 i = 0; i < script->instances * 2; i++)
		if (!stream_complete(script, i / 2, i % 2))
			return false;
	return true;
}

/* --- steps --- */

struct reduction {
	enum property property;
	char why[256]; /* what has to fail, without where */
	bool promised; /* the script kept the promise at first */
	struct run *run;
};

/* The end of a reason: what differs, without where and how much. */
static void essence(char *to, size_t size, const char *why)
{
	const char *colon = strrchr(why, ':');
	size_t length = 0;

	for (why = colon ? colon : why; *why && length + 1 < size; why++)
		if (*why < '0' || *why > '9')
			to[length++] = *why;
	to[length] = 0;
}

static bool still_fails(const struct reduction *reduction, const struct script *script)
{
	char is[sizeof(reduction->why)];
	const char *why;

	if (reduction->promised && !promise_kept(script))
		return false;
	run_script(reduction->run, script);
	why = property_check(reduction->property, reduction->run);
	essence(is, sizeof(is), why ? why : "");
	return why && !strcmp(is, reduction->why);
}

static struct script copy_of(const struct script *script)
{
	struct script copy = *script;

	copy.instance = malloc(script->instances * sizeof(*copy.instance));
	copy.list = malloc((script->count + 1) * sizeof(*copy.list));
	if (!copy.instance || !copy.list)
		die("out of memory");
	copy.room = script->count + 1;
	memcpy(copy.instance, script->instance, script->instances * sizeof(*copy.instance));
	memcpy(copy.list, script->list, script->count * sizeof(*copy.list));
	return copy;
}

/* Keeps what was tried when it fails, too. */
static bool keep(const struct reduction *reduction, struct script *script, struct script *tried)
{
	bool fails = still_fails(reduction, tried);

	if (fails) {
		script_free(script);
		*script = *tried;
	} else {
		script_free(tried);
	}
	return fails;
}

static bool without_instance(const struct reduction *reduction, struct script *script,
			     __u32 instance)
{
	struct script tried = copy_of(script);

	for (size_t i = tried.count; i-- > 0;) {
		if (tried.list[i].instance == instance)
			script_remove(&tried, i);
		else if (tried.list[i].instance > instance)
			tried.list[i].instance--;
	}
	tried.instances--;
	memmove(tried.instance + instance, tried.instance + instance + 1,
		(tried.instances - instance) * sizeof(*tried.instance));
	return keep(reduction, script, &tried);
}

/* Without SYN it is another case; acknowledgements are few when data is. */
static bool is_control(const struct piece *piece)
{
	return piece->flags & TCP_SYN || (piece->flags == TCP_ACK && !piece_has_data(piece));
}

static bool without_pieces(const struct reduction *reduction, struct script *script, size_t at,
			   size_t count)
{
	struct script tried = copy_of(script);

	for (size_t i = at + count; i-- > at;)
		if (!is_control(&tried.list[i]))
			script_remove(&tried, i);
	if (tried.count == script->count) {
		script_free(&tried);
		return false;
	}
	return keep(reduction, script, &tried);
}

/* The piece and the next one of its connection as one, when they are of one stream. */
static bool joined(const struct reduction *reduction, struct script *script, size_t at)
{
	const struct piece *piece = &script->list[at];
	struct script tried;
	size_t next = at + 1;

	while (next < script->count && script->list[next].instance != piece->instance)
		next++;
	if (next >= script->count || script->list[next].direction != piece->direction ||
	    !piece_has_data(piece) || script->list[next].from != piece->to ||
	    !piece_has_data(&script->list[next]) || piece->cut || script->list[next].garbled ||
	    (size_t)(script->list[next].to - piece->from) > SEGMENT_MAX)
		return false;
	tried = copy_of(script);
	tried.list[at].to = script->list[next].to;
	tried.list[at].cut = script->list[next].cut;
	script_remove(&tried, next);
	return keep(reduction, script, &tried);
}

/* Many at once first. */
static bool fewer_pieces(const struct reduction *reduction, struct script *script)
{
	bool smaller = false;

	for (size_t size = script->count / 2; size; size /= 2)
		for (size_t i = 0; i + size <= script->count;)
			if (without_pieces(reduction, script, i, size))
				smaller = true;
			else
				i += size;
	return smaller;
}

void script_reduce(struct script *script, enum property property, struct run *run)
{
	struct reduction reduction = { property, "", promise_kept(script), run };
	bool smaller = true;

	run_script(run, script);
	essence(reduction.why, sizeof(reduction.why), property_check(property, run));
	for (__u32 i = script->instances; i-- > 0 && script->instances > 1;)
		without_instance(&reduction, script, i);
	while (smaller) {
		smaller = fewer_pieces(&reduction, script);
		for (size_t i = 0; i < script->count; i++)
			while (joined(&reduction, script, i))
				smaller = true;
	}
}
