/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "run.h"

#include <string.h>

#include "elements.h"
#include "packet.h"

#define MICROSECOND 1000

static struct hdrtap_elements elements;

void run_setup(void)
{
	struct run_meta meta;

	if (run_meta_init(&meta))
		die("out of memory");
	elements_default(&meta);
	if (elements_build(&elements, &meta, 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
			   1))
		die("no header elements");
	run_meta_free(&meta);
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

static int keep(void *context, const struct hdrtap_record *rec)
{
	struct run *run = context;
	const struct script *script = run->script;
	struct seen *seen = VECTOR_ADD(&run->seen);

	memset(seen, 0, sizeof(*seen));
	seen->rec = *rec;
	seen->instance = instance_of(script, rec, &seen->direction);
	if (seen->instance < script->instances)
		seen->offset = rec->tcp_sequence -
			       script->instance[seen->instance].isn[seen->direction] - 1;
	hdrtap_record_normalise(&seen->rec);
	if (script->both_hooks && seen->rec.direction == HDRTAP_DIRECTION_TRANSMIT)
		seen->rec.direction = packet_hook(seen->direction);
	seen->rec.tcp_sequence = 0;
	memset(seen->rec.source, 0, sizeof(seen->rec.source));
	memset(seen->rec.destination, 0, sizeof(seen->rec.destination));
	return 0;
}

void run_begin(struct run *run, const struct script *script)
{
	run->script = script;
	run->seen.count = 0;
	run->packets = 0;
	run->native = native_new(&elements, keep, run);
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
