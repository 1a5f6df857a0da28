/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "property.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "record_difference.h"

#define FLAG HDRTAP_FLAG

/* Flags that say that a record may be less than its head. */
#define FLAGS_PART (FLAG(INCOMPLETE) | FLAG(SNAPLEN))
/* Flags that say that a record may not be of a head at all. */
#define FLAGS_GUESS FLAG(RESYNC)
/* Flags that missing packets bring. */
#define FLAGS_MISSING (FLAGS_PART | FLAGS_GUESS | FLAG(GAP) | FLAG(TIMEOUT))

static char reason[1024];

static const char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *because(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	return reason;
}

static const char *about(const struct seen *seen, const char *why)
{
	return because("flow %u, %s byte %u, %s: %s", seen->instance,
		       seen->direction == FROM_CLIENT ? "client" : "server", seen->offset,
		       seen->rec.kind == HDRTAP_KIND_REQUEST ? "request" : "response", why);
}

/* --- always --- */

#define X_SUM(symbol, ...) +count[HDRTAP_COUNTER_##symbol]

static const char *check_accounts(const struct run *run)
{
	const __u64 *count = run->counters.count;
	__u64 packets = HDRTAP_PACKET_COUNTERS(X_SUM), heads = count[HDRTAP_COUNTER_HEADS];
	__u64 fates = (HDRTAP_HEAD_COUNTERS(X_SUM)) - heads;

	if (packets != run->packets)
		return because("%llu packets have %llu outcomes", run->packets, packets);
	if (heads != fates)
		return because("%llu heads were begun, %llu became something", heads, fates);
	if (count[HDRTAP_COUNTER_EMITTED] != run->seen.count ||
	    count[HDRTAP_COUNTER_REQUESTS] + count[HDRTAP_COUNTER_RESPONSES] != run->seen.count)
		return because("%llu heads emitted, %zu records", count[HDRTAP_COUNTER_EMITTED],
			       run->seen.count);
	return NULL;
}

static int same_head(const struct seen *a, const struct seen *b)
{
	return a->instance == b->instance && a->direction == b->direction && a->offset == b->offset;
}

static const char *check_once(const struct run *run)
{
	const struct seen *list = run->seen.list;

	for (size_t i = 0; i < run->seen.count; i++) {
		if (list[i].instance >= run->script->instances)
			return "a record of no connection there is";
		for (size_t j = i + 1; j < run->seen.count; j++)
			if (same_head(&list[i], &list[j]))
				return about(&list[i], "has two records");
	}
	return NULL;
}

/* --- nothing is missing --- */

/* Where a stream stops being HTTP whose heads are known to be heads. */
static __u64 known_to(const struct flow *flow, __u8 direction)
{
	__u64 end = 0;

	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct seen *head = &flow->truth.list[i];

		if (head->direction != direction || head->rec.flags & FLAGS_GUESS)
			continue;
		end = head->offset + head->rec.head_length + head->rec.body_size;
		if (head->rec.framing == HDRTAP_FRAMING_CLOSE ||
		    head->rec.framing == HDRTAP_FRAMING_TUNNEL)
			end = ~0ULL;
	}
	return end;
}

/* A walk through the known heads of one stream. */
struct heads {
	const struct seen *at, *end;
	__u32 instance;
	__u8 direction;
	__u64 known_to;
};

static struct heads heads_of(const struct sightings *seen, __u32 instance, __u8 direction,
			     __u64 known_to)
{
	return (struct heads){ seen->list, seen->list + seen->count, instance, direction,
			       known_to };
}

/* The next one, NULL: there are no more. */
static const struct seen *next_head(struct heads *heads)
{
	for (; heads->at < heads->end; heads->at++) {
		const struct seen *head = heads->at;

		if (head->instance != heads->instance || head->direction != heads->direction)
			continue;
		if (head->offset >= heads->known_to && head->rec.flags & FLAGS_GUESS)
			continue;
		heads->at++;
		return head;
	}
	return NULL;
}

static const char *check_equal(const struct seen *is, const struct seen *expected)
{
	const char *difference;

	if (is->offset != expected->offset)
		return about(is, is->offset < expected->offset
					 ? "is no head"
					 : "is the next head found: one is missing");
	difference = record_difference(&is->rec, &expected->rec);
	if (!difference && is->paired != expected->paired)
		difference = "is paired with another request";
	return difference ? about(is, difference) : NULL;
}

/* What is forgiven when SYN was not seen. */
static void forget_syn(struct seen *seen)
{
	seen->rec.flags &= ~(FLAGS_GUESS | FLAGS_NOT_PAIRED);
	seen->rec.depth = 0;
	seen->rec.paired_method = 0;
	seen->paired = SEEN_NOT_PAIRED;
}

static const char *check_equal_but_syn(const struct seen *is, const struct seen *expected,
				       int first)
{
	struct seen a = *is, b = *expected;

	if (first && !(a.rec.flags & FLAGS_GUESS))
		return about(is, "is not flagged though there was no SYN");
	forget_syn(&a);
	forget_syn(&b);
	return check_equal(&a, &b);
}

static const char *missing(const struct seen *head, __u32 instance)
{
	struct seen it = *head;

	it.instance = instance;
	return about(&it, "is missing");
}

static const char *check_stream(enum property property, const struct run *run, __u32 instance,
				__u8 direction)
{
	const struct flow *flow = run->script->instance[instance].flow;
	__u64 known = known_to(flow, direction);
	struct heads of_run = heads_of(&run->seen, instance, direction, known);
	struct heads of_truth = heads_of(&flow->truth, 0, direction, known);
	const struct seen *is, *expected;
	const char *why = NULL;

	for (int first = 1; !why; first = 0) {
		is = next_head(&of_run);
		expected = next_head(&of_truth);
		if (!is && !expected)
			break;
		if (!is)
			why = missing(expected, instance);
		else if (!expected)
			why = about(is, "is no head: there are no more");
		else if (property == PROPERTY_EQUAL_BUT_SYN)
			why = check_equal_but_syn(is, expected, first);
		else
			why = check_equal(is, expected);
	}
	return why;
}

static const char *check_streams(enum property property, const struct run *run)
{
	const char *why = NULL;

	for (__u32 i = 0; i < run->script->instances * 2 && !why; i++)
		why = check_stream(property, run, i / 2, i % 2);
	return why;
}

/* --- something is missing --- */

static int is_seen(const struct run *run, const struct seen *head)
{
	for (size_t i = 0; i < run->seen.count; i++)
		if (same_head(&run->seen.list[i], head))
			return 1;
	return 0;
}

static const struct seen *truth_of(const struct script *script, const struct seen *seen)
{
	const struct sightings *truth = &script->instance[seen->instance].flow->truth;

	for (size_t i = 0; i < truth->count; i++)
		if (truth->list[i].direction == seen->direction &&
		    truth->list[i].offset == seen->offset)
			return &truth->list[i];
	return NULL;
}

/* The PROXY protocol header was not seen. */
static void forget_proxy(struct hdrtap_record *rec)
{
	rec->flags &= ~FLAG(PROXIED);
	rec->client_port = 0;
	memset(rec->client, 0, sizeof(rec->client));
}

/* A whole head: as in the truth, but that missing packets are flagged, messages before it may not
 * be counted, and a response need not know its request when it says so. */
static const char *check_whole(const struct seen *is, const struct seen *expected)
{
	struct hdrtap_record a = is->rec, b = expected->rec;

	if (!a.depth)
		b.depth = 0;
	if (a.flags & (FLAGS_NOT_PAIRED | FLAGS_MISSING)) {
		a.paired_method = b.paired_method = 0;
		a.framing = b.framing = 0;
		a.body_size = b.body_size = 0;
	}
	if (!(is->rec.flags & (FLAGS_NOT_PAIRED | FLAGS_MISSING)) && is->paired != expected->paired)
		return is->paired == SEEN_NOT_PAIRED - 1 ? "is paired with no request"
							 : "is paired with another request";
	if (!(a.flags & FLAG(PROXIED)))
		forget_proxy(&b);
	a.flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	b.flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	return record_difference(&a, &b);
}

/* Whether a request came before the answer that makes a tunnel of its connection was seen. */
static int before_tunnel(const struct run *run, const struct seen *request)
{
	const struct flow *flow = run->script->instance[request->instance].flow;
	int tunnel = 0;

	for (size_t i = 0; i < flow->truth.count; i++)
		tunnel |= flow->truth.list[i].rec.framing == HDRTAP_FRAMING_TUNNEL;
	for (const struct seen *seen = run->seen.list; seen < request; seen++)
		if (seen->instance == request->instance &&
		    seen->rec.framing == HDRTAP_FRAMING_TUNNEL)
			return 0;
	return tunnel && request->rec.kind == HDRTAP_KIND_REQUEST;
}

/* Whether what is no head may have a record: it says that it was looked for, or that it began like
 * one, where nothing else was known to be, and is not whole. */
static int may_be_none(const struct run *run, const struct seen *is)
{
	const struct flow *flow = run->script->instance[is->instance].flow;

	if (is->rec.flags & FLAGS_GUESS)
		return 1;
	if (is->rec.kind == HDRTAP_KIND_RESPONSE && is->rec.flags & FLAGS_NOT_PAIRED)
		return 1;
	if (is->rec.flags & FLAG(INCOMPLETE) && is->offset >= known_to(flow, is->direction))
		return 1;
	return before_tunnel(run, is);
}

static const char *check_flagged(const struct run *run, const struct seen *is)
{
	const struct seen *expected = truth_of(run->script, is);
	const char *why;

	if (!expected)
		return may_be_none(run, is) ? NULL : about(is, "is no head and not flagged");
	if (is->rec.flags & FLAGS_PART)
		why = record_part_difference(&is->rec, &expected->rec);
	else
		why = check_whole(is, expected);
	return why ? about(is, why) : NULL;
}

static const char *check_all_flagged(const struct run *run)
{
	const char *why = NULL;

	for (size_t i = 0; i < run->seen.count && !why; i++)
		why = check_flagged(run, &run->seen.list[i]);
	return why;
}

/* Bytes from the head's first to its start line's end. */
static size_t start_line_length(const struct script *script, const struct seen *head)
{
	const struct stream *stream =
		&script->instance[head->instance].flow->stream[head->direction];
	const __u8 *start = stream->list + head->offset;
	const __u8 *end = memchr(start, '\n', stream->count - head->offset);

	return end ? (size_t)(end + 1 - start) : stream->count;
}

/* Whether the head comes in order, from the start of a packet on that holds its start line. */
static int comes_whole(const struct script *script, const struct seen *head)
{
	__s64 next = -1, end = head->offset + head->rec.head_length;
	__s64 line = head->offset + start_line_length(script, head);

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance != head->instance || piece->direction != head->direction ||
		    !piece_has_data(piece))
			continue;
		if (piece->from == head->offset && piece->to >= line)
			next = piece->from;
		if (next < 0)
			continue;
		if (piece->from > next || piece->cut)
			return 0;
		next = piece->to > next ? piece->to : next;
		if (next >= end)
			return 1;
	}
	return 0;
}

bool property_can_be_found(const struct hdrtap_record *rec)
{
	const __u64 wrong = FLAG(BAD_TARGET) | FLAG(BAD_VERSION) | FLAG(BAD_STATUS) | FLAG(HTTP09);

	if (rec->flags & wrong)
		return false;
	return rec->kind == HDRTAP_KIND_RESPONSE || rec->method != HDRTAP_METHOD_OTHER;
}

/* Whether what was taken for a head before it, and was none, may have hidden it. */
static int is_misled(const struct run *run, const struct seen *head)
{
	for (size_t i = 0; i < run->seen.count; i++) {
		const struct seen *seen = &run->seen.list[i];

		if (seen->instance == head->instance && seen->direction == head->direction &&
		    seen->offset < head->offset && !truth_of(run->script, seen))
			return 1;
	}
	return 0;
}

static const char *check_found(const struct run *run, const struct seen *head)
{
	if (is_seen(run, head) || !property_can_be_found(&head->rec) || is_misled(run, head))
		return NULL;
	return comes_whole(run->script, head) ? about(head, "is not found again") : NULL;
}

static const char *check_all_found(const struct run *run)
{
	const struct script *script = run->script;
	const char *why = NULL;

	for (__u32 i = 0; i < script->instances; i++) {
		const struct sightings *truth = &script->instance[i].flow->truth;

		for (size_t j = 0; j < truth->count && !why; j++) {
			struct seen head = truth->list[j];

			head.instance = i;
			why = check_found(run, &head);
		}
	}
	return why;
}

/* --- */

const char *property_check(enum property property, const struct run *run)
{
	const char *why = check_accounts(run);

	if (!why)
		why = check_once(run);
	if (why)
		return why;
	if (property == PROPERTY_EQUAL || property == PROPERTY_EQUAL_BUT_SYN)
		return check_streams(property, run);
	why = check_all_flagged(run);
	if (!why && property == PROPERTY_FOUND_AGAIN)
		why = check_all_found(run);
	return why;
}

static void take_truth(struct flow *flow, const struct run *run)
{
	flow->truth.count = 0;
	for (size_t i = 0; i < run->seen.count; i++)
		*VECTOR_ADD(&flow->truth) = run->seen.list[i];
}

const char *property_truth(struct flow *flow, struct run *run)
{
	const struct flow *flows[] = { flow };
	struct rng rng = { 0 };
	const char *why;

	do {
		struct script script;

		script_begin(&script, flows, 1, &rng);
		script_whole(&script, 0, script_largest, NULL);
		run_script(run, &script);
		take_truth(flow, run);
		why = property_check(PROPERTY_EQUAL, run);
		script_free(&script);
		flow->segment /= 2;
	} while (run->counters.count[HDRTAP_COUNTER_OVER_BUDGET]);
	flow->segment *= 2;
	return why;
}
