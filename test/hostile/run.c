/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "run.h"

#include <string.h>

#include "packet.h"
#include "run/elements.h"

#define MICROSECOND 1000

static struct hdrtap_settings settings;

void run_setup(void)
{
	struct run_meta meta;

	if (run_meta_init(&meta))
		die("out of memory");
	elements_default(&meta);
	if (elements_build(&settings.elements, &meta,
			   1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE, 1))
		die("no header elements");
}

/* Which instance the record is of: connections that follow each other share addresses, but not
 * sequence numbers. */
static __u32 instance_of(const struct script *script, const struct hdrtap_record *rec,
			 __u8 *direction)
{
	__u32 address = packet_address(rec, direction), offset;
	const struct instance *instance;

	for (__u32 i = 0; i < script->instances; i++) {
		instance = &script->instance[i];
		offset = rec->tcp_sequence - instance->isn[*direction] - 1;
		if (instance->address == address &&
		    offset <= instance->flow->stream[*direction].count)
			return i;
	}
	return script->instances; /* of none: the properties will say so */
}

/* Where in its stream the request begins that a response was paired with. Record numbers count from
 * 0, so they are places in the list. */
static __u32 paired_with(const struct run *run, const struct hdrtap_record *rec)
{
	const struct seen *request = &run->seen.list[rec->paired_sequence];

	if (rec->kind != HDRTAP_KIND_RESPONSE || rec->flags & FLAGS_NOT_PAIRED)
		return SEEN_NOT_PAIRED;
	if (rec->paired_sequence >= run->seen.count || request->rec.kind != HDRTAP_KIND_REQUEST)
		return SEEN_NOT_PAIRED - 1;
	return request->offset;
}

static int keep(void *context, const struct hdrtap_record *rec)
{
	struct run *run = context;
	const struct script *script = run->script;
	struct seen *seen = VECTOR_ADD(&run->seen);

	memset(seen, 0, sizeof(*seen));
	seen->room = *record_room(rec);
	seen->instance = instance_of(script, rec, &seen->direction);
	if (seen->instance < script->instances)
		seen->offset = rec->tcp_sequence -
			       script->instance[seen->instance].isn[seen->direction] - 1;
	seen->paired = paired_with(run, rec);
	hdrtap_record_normalise(&seen->rec);
	if (script->both_hooks && seen->rec.direction == HDRTAP_DIRECTION_TRANSMIT)
		seen->rec.direction = packet_hook(seen->direction);
	seen->rec.tcp_sequence = 0;
	memset(seen->rec.source, 0, sizeof(seen->rec.source));
	memset(seen->rec.destination, 0, sizeof(seen->rec.destination));
	return 0;
}

/* Small tables, but large enough for all of a script: making them is most of the time it takes. */
static const struct hdrtap_config small = { .sets = 1, .heads = 8, .early = 8 };
static const struct hdrtap_config larger = { .sets = 8, .heads = 32, .early = 64 };

void run_begin(struct run *run, const struct script *script)
{
	const struct native_options options = {
		.settings = &settings,
		.config = script->instances > 1 ? &larger : &small,
		.emit = keep,
		.context = run,
	};

	run->script = script;
	run->seen.count = 0;
	run->packets = 0;
	run->native = native_new(&options);
	if (!run->native)
		die("out of memory");
}

void run_packet(struct run *run, struct native_packet *packet)
{
	packet->time = ++run->packets * MICROSECOND;
	native_packet(run->native, packet);
}

void run_end(struct run *run)
{
	native_finish(run->native);
	run->counters = *native_counters(run->native);
	native_free(run->native);
	run->native = NULL;
}

void run_script(struct run *run, const struct script *script)
{
	struct native_packet packet;

	run_begin(run, script);
	for (size_t i = 0; i < script->count; i++) {
		packet_of(script, &script->list[i], &packet);
		run_packet(run, &packet);
	}
	run_end(run);
}
