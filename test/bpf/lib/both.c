/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "both.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/state/work.h>

#include "capture/native.h"

#define RECORDS_MAX 128 /* of one frame, or in progress at the end */
#define RING_PAGES  64

struct records {
	__u32 count;
	__u32 size; /* of each */
	__u8 bytes[RECORDS_MAX * HDRTAP_RECORD_SIZE_MAX];
};

struct both {
	struct hdrtap_tc *object;
	const struct hdrtap_settings *settings;
	struct perf_buffer *ring;
	struct native *native;
	__u64 lost;    /* records that the ring had no room for */
	__u64 packets; /* since both_begin() */
	__u64 all_packets, all_records;
	char why[KERNEL_WHY_MAX];
	struct records kernel, expected;
};

static __u8 *record_at(struct records *records, __u32 number)
{
	return records->bytes + (size_t)number % RECORDS_MAX * records->size;
}

/* A record whose zeros at the end may be left away. */
static void keep(struct records *records, const void *rec, __u32 size)
{
	__u8 *to = record_at(records, records->count);

	memset(to, 0, records->size);
	memcpy(to, rec, size < records->size ? size : records->size);
	hdrtap_record_normalise((struct hdrtap_record *)to);
	records->count++;
}

static int collect(void *context, const struct hdrtap_record *rec)
{
	struct records *records = context;

	keep(records, rec, records->size);
	return 0;
}

/* Behind a record the kernel may have filled the sample up with anything. */
static void on_sample(void *context, int cpu, void *data, __u32 size)
{
	struct both *both = context;
	struct hdrtap_record rec = { 0 };

	(void)cpu;
	memcpy(&rec, data, size < sizeof(rec) ? size : sizeof(rec));
	if (size < sizeof(rec) + rec.arena_used)
		both->lost++;
	else
		keep(&both->kernel, data, sizeof(rec) + rec.arena_used);
}

static void on_lost(void *context, int cpu, __u64 count)
{
	(void)cpu;
	((struct both *)context)->lost += count;
}

struct both *both_new(struct hdrtap_tc *object, const struct hdrtap_settings *settings)
{
	struct both *both = calloc(1, sizeof(*both));

	if (both) {
		both->object = object;
		both->settings = settings;
		both->kernel.size = object->rodata->config.size.record;
		both->expected.size = both->kernel.size;
		both->ring = perf_buffer__new(bpf_map__fd(object->maps.events), RING_PAGES,
					      on_sample, on_lost, both, NULL);
	}
	if (both && both->ring)
		return both;
	printf("FAIL set_up: no perf buffers\n");
	exit(1);
}

void both_free(struct both *both)
{
	perf_buffer__free(both->ring);
	native_free(both->native);
	free(both);
}

void both_begin(struct both *both)
{
	native_free(both->native);
	both->native = native_new(&(struct native_options){
		.settings = both->settings,
		.config = (const void *)&both->object->rodata->config,
		.emit = collect,
		.context = &both->expected,
	});
	if (!both->native) {
		printf("FAIL set_up: out of memory\n");
		exit(1);
	}
	kernel_forget(both->object);
	kernel_alone(both->object);
	both->packets = 0;
}

/* --- comparing --- */

static const char *differ(struct both *both, const char *what)
{
	snprintf(both->why, sizeof(both->why), "%s (%u in the kernel, %u natively)", what,
		 both->kernel.count, both->expected.count);
	return both->why;
}

/* Where two records that differ do. */
static const char *differ_at(struct both *both, __u32 number)
{
	const __u8 *kernel = record_at(&both->kernel, number);
	const __u8 *expected = record_at(&both->expected, number);
	__u32 at = 0;

	while (kernel[at] == expected[at])
		at++;
	snprintf(both->why, sizeof(both->why),
		 "record %u of %u differs at byte %u: %#x in the kernel, %#x natively", number + 1,
		 both->expected.count, at, kernel[at], expected[at]);
	return both->why;
}

static const char *compare(struct both *both)
{
	both->all_records += both->expected.count;
	if (both->lost)
		return "records were lost";
	if (both->kernel.count != both->expected.count)
		return differ(both, "the number of records differs");
	if (both->kernel.count > RECORDS_MAX)
		return differ(both, "more records than the test keeps");
	for (__u32 i = 0; i < both->kernel.count; i++)
		if (memcmp(record_at(&both->kernel, i), record_at(&both->expected, i),
			   both->kernel.size))
			return differ_at(both, i);
	return NULL;
}

const char *both_frame(struct both *both, const struct way *way, const struct frame *frame)
{
	struct native_packet packet = {
		.data = frame->bytes,
		.captured = frame->length,
		.length = frame->length,
		.link = NATIVE_ETHERNET,
		.direction = way->direction,
		.ifindex = way->ifindex,
	};
	int err;

	both->kernel.count = both->expected.count = 0;
	both->packets++;
	both->all_packets++;
	native_packet(both->native, &packet);
	err = way->send ? way->send(both->object, frame)
			: kernel_run(way->program, frame->bytes, frame->length);
	perf_buffer__consume(both->ring);
	return err ? strerror(-err) : compare(both);
}

static const char *compare_in_progress(struct both *both)
{
	both->kernel.count = both->expected.count = 0;
	native_finish(both->native);
	kernel_share_spare(both->object, HDRTAP_WORK_PACKETS);
	tc_object_sweep(both->object, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	kernel_share_spare(both->object, HDRTAP_WORK_SWEEP);
	perf_buffer__consume(both->ring);
	return compare(both);
}

static const char *compare_counters(struct both *both)
{
	const struct hdrtap_counters *expected = native_counters(both->native);
	struct hdrtap_counters counters = kernel_counters(both->object);

	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++) {
		if (counters.count[i] == expected->count[i])
			continue;
		snprintf(both->why, sizeof(both->why), "%s: %llu in the kernel, %llu natively",
			 counter_names[i], counters.count[i], expected->count[i]);
		return both->why;
	}
	if (memcmp(counters.unread, expected->unread, sizeof(counters.unread))) {
		snprintf(both->why, sizeof(both->why), "other Ethertypes were not looked into");
		return both->why;
	}
	return counters_open(&counters, both->packets, both->why);
}

const char *both_end(struct both *both)
{
	const char *why = compare_in_progress(both);

	return why ? why : compare_counters(both);
}

const struct hdrtap_record *both_record(struct both *both)
{
	return both->kernel.count
		       ? (struct hdrtap_record *)record_at(&both->kernel, both->kernel.count - 1)
		       : NULL;
}

__u64 both_packets(const struct both *both)
{
	return both->all_packets;
}

__u64 both_records(const struct both *both)
{
	return both->all_records;
}
