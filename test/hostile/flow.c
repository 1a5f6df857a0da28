/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flow *flow_add(struct flows *flows, const char *folder, const char *capture, size_t number)
{
	struct flow *flow = VECTOR_ADD(flows);

	memset(flow, 0, sizeof(*flow));
	if (asprintf(&flow->name, "%s/%s#%zu", folder, capture, number) < 0)
		die("out of memory");
	flow->segment = SEGMENT_MAX;
	return flow;
}

static void say_byte(struct stream *stream, __u8 byte)
{
	*VECTOR_ADD(stream) = byte;
}

void flow_say(struct flow *flow, __u8 direction, const void *bytes, size_t size)
{
	struct stream *stream = &flow->stream[direction];
	struct turn *turn;

	if (!size)
		return;
	if (!flow->turns.count || flow->turns.list[flow->turns.count - 1].direction != direction) {
		turn = VECTOR_ADD(&flow->turns);
		*turn = (struct turn){ direction, stream->count, stream->count };
	}
	for (size_t i = 0; i < size; i++)
		say_byte(stream, ((const __u8 *)bytes)[i]);
	flow->turns.list[flow->turns.count - 1].to = stream->count;
}

void flow_text(struct flow *flow, __u8 direction, const char *text)
{
	flow_say(flow, direction, text, strlen(text));
}

static void flow_clear(struct flow *flow)
{
	free(flow->name);
	free(flow->stream[FROM_CLIENT].list);
	free(flow->stream[FROM_SERVER].list);
	free(flow->turns.list);
	free(flow->truth.list);
}

static bool same_stream(const struct stream *a, const struct stream *b)
{
	return a->count == b->count && (!a->count || !memcmp(a->list, b->list, a->count));
}

static bool said_before(const struct flow *list, size_t count, const struct flow *flow)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].turns.count == flow->turns.count &&
		    same_stream(&list[i].stream[FROM_CLIENT], &flow->stream[FROM_CLIENT]) &&
		    same_stream(&list[i].stream[FROM_SERVER], &flow->stream[FROM_SERVER]))
			return true;
	return false;
}

void flows_drop_idle(struct flows *flows)
{
	size_t kept = 0;

	for (size_t i = 0; i < flows->count; i++) {
		struct flow *flow = &flows->list[i];

		if (flow->turns.count && !said_before(flows->list, kept, flow))
			flows->list[kept++] = *flow;
		else
			flow_clear(flow);
	}
	flows->count = kept;
}

void flows_drop(struct flows *flows, bool (*unwanted)(const struct flow *flow))
{
	size_t kept = 0;

	for (size_t i = 0; i < flows->count; i++)
		if (unwanted(&flows->list[i]))
			flow_clear(&flows->list[i]);
		else
			flows->list[kept++] = flows->list[i];
	flows->count = kept;
}

void flows_free(struct flows *flows)
{
	for (size_t i = 0; i < flows->count; i++)
		flow_clear(&flows->list[i]);
	free(flows->list);
}
