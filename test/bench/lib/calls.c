/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run/elements.h"
#include "view/view.h"

static void add_value(struct hdrtap_record *rec, __u8 slot, const char *value)
{
	struct hdrtap_entry *entry = &rec->entry[rec->entry_count++];

	entry->slot = slot;
	entry->mode = HDRTAP_MODE_KEEP;
	entry->stored = entry->original = strlen(value);
	memcpy(rec->arena + rec->arena_used, value, entry->stored);
	rec->arena_used += entry->stored;
}

static __u8 slot_of(const struct calls *calls, const char *name)
{
	return view_slot(&calls->meta, name);
}

static void make_request(const struct calls *calls, struct hdrtap_record *rec, __u32 number)
{
	__u32 api = number * 7919 % CALLS_APIS;
	char target[128];

	rec->kind = HDRTAP_KIND_REQUEST;
	rec->method = api % 4 ? HDRTAP_METHOD_GET : HDRTAP_METHOD_POST;
	rec->source_port = 40000 + number % 20000;
	rec->destination_port = 80;
	snprintf(target, sizeof(target), "/api/v1/service-%c%c/items/%u/part%c%c?page=%u&sort=name",
		 'a' + api / 1000, 'a' + api / 100 % 10, number, 'a' + api / 10 % 10,
		 'a' + api % 10, number % 9);
	add_value(rec, HDRTAP_SLOT_TARGET, target);
	add_value(rec, slot_of(calls, "host"), "shop.example.com");
	add_value(rec, slot_of(calls, "user-agent"),
		  "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0");
	add_value(rec, slot_of(calls, "x-request-id"), "550e8400-e29b-41d4-a716-446655440000");
}

static void make_response(const struct calls *calls, struct hdrtap_record *rec, __u32 number)
{
	rec->kind = HDRTAP_KIND_RESPONSE;
	rec->status = number % 50 ? 200 : 503;
	rec->source_port = 80;
	rec->destination_port = 40000 + number % 20000;
	add_value(rec, slot_of(calls, "server"), "nginx/1.22.1");
	add_value(rec, slot_of(calls, "content-type"), "application/json");
}

int calls_make(struct calls *calls, __u64 step, __u64 (*latency)(__u32 number))
{
	calls->step = step;
	calls->record = calloc(CALLS_RECORDS, sizeof(*calls->record));
	if (!calls->record || run_meta_init(&calls->meta))
		return -ENOMEM;
	elements_default(&calls->meta);
	run_meta_generation(&calls->meta, 0);
	for (__u32 i = 0; i < CALLS; i++) {
		struct hdrtap_record *response = &calls->record[2 * i + 1].rec;

		make_request(calls, &calls->record[2 * i].rec, i);
		make_response(calls, response, i);
		response->latency = latency(i);
	}
	return 0;
}

void calls_free(struct calls *calls)
{
	free(calls->record);
	calls->record = NULL;
}

static void set_client(struct hdrtap_record *rec, __u32 client)
{
	const __u8 mapped[16] = { [10] = 0xff, 0xff, 10, client >> 16, client >> 8, client };

	memcpy(rec->source, mapped, sizeof(mapped));
}

struct call_pair calls_next(struct calls *calls, __u32 i)
{
	const struct call_pair pair = {
		.request = &calls->record[2 * i].rec,
		.response = &calls->record[2 * ((i - CALLS_AHEAD) % CALLS) + 1].rec,
	};

	set_client(pair.request, calls->sequence * 31 % CALLS_CLIENTS);
	pair.request->sequence = calls->sequence++;
	pair.request->time = 100 * CALLS_S + pair.request->sequence * calls->step;
	pair.response->sequence = calls->sequence++;
	pair.response->time = 100 * CALLS_S + pair.response->sequence * calls->step;
	pair.response->paired_sequence = pair.request->sequence - 2 * CALLS_AHEAD;
	return pair;
}

void calls_write(const struct call_pair *pair, struct sink *sink)
{
	sink->ops->write(sink, pair->request, 0, "eth0");
	if (pair->request->sequence >= 2 * CALLS_AHEAD)
		sink->ops->write(sink, pair->response, 0, "eth0");
}

__u64 calls_cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * CALLS_S + time.tv_nsec;
}
