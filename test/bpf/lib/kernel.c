/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "kernel.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <hdrtap/state/work.h>

#include "run/elements.h"
#include "run/secret_keys.h"
#include "run/settings.h"
#include "where/where_kernel.h"

static void give_up(const char *what, int err)
{
	printf("FAIL set_up: %s: %s\n", what, strerror(err));
	exit(1);
}

static void make_where(struct settings_options *options, const struct run_meta *meta,
		       const char *predicate)
{
	struct where *where = where_new();
	struct where_error error;

	if (!where || where_add(where, predicate, &error))
		give_up(predicate, EINVAL);
	where_kernel(&options->where, where, meta, options->kinds);
	where_free(where);
}

void kernel_settings(struct hdrtap_settings *settings, const char *choice)
{
	kernel_settings_where(settings, choice, NULL);
}

void kernel_settings_where(struct hdrtap_settings *settings, const char *choice,
			   const char *predicate)
{
	struct settings_options both = {
		.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
	};
	struct run_meta meta = { 0 };
	int err = run_meta_init(&meta);

	meta.record_size = HDRTAP_RECORD_SIZE_MAX; /* whatever records there will be */
	if (!err && choice)
		err = elements_choose(&meta, choice);
	else if (!err)
		elements_default(&meta);
	if (!err && predicate)
		make_where(&both, &meta, predicate);
	if (!err)
		err = settings_build(settings, &meta, &both, 0);
	if (err)
		give_up("the header elements", -err);
}

void kernel_secret_keys(struct hdrtap_settings *settings, const char *list)
{
	struct secret_key_list keys = { 0 };
	int err = secret_keys_choose(&keys, list, "");

	if (err)
		give_up("the secret keys", -err);
	secret_keys_build(&settings->elements.secrets, &keys);
}

struct hdrtap_tc *kernel_load(const struct hdrtap_settings *settings,
			      const struct hdrtap_config *config)
{
	struct hdrtap_tc *object = NULL;
	int err = tc_object_load(&object, settings, config, (struct tc_object_options){ 0 });

	if (err)
		give_up("the programs do not load", -err);
	return object;
}

/* Bytes of all elements of an array, for a per-CPU one those of all CPUs. */
static size_t map_size(const struct bpf_map *map)
{
	size_t size = (bpf_map__value_size(map) + 7) / 8 * 8;

	if (bpf_map__type(map) == BPF_MAP_TYPE_PERCPU_ARRAY)
		size *= libbpf_num_possible_cpus();
	return bpf_map__max_entries(map) * size;
}

/* Memory for all elements of an array, to be freed. */
static void *map_space(const struct bpf_map *map)
{
	void *space = calloc(1, map_size(map));

	if (!space)
		give_up("a map", ENOMEM);
	return space;
}

/* Element `i` of what map_read() gave, of which a per-CPU array has one per CPU. */
static void *map_at(const struct bpf_map *map, void *values, __u32 i)
{
	return (__u8 *)values + (size_t)i * ((bpf_map__value_size(map) + 7) / 8 * 8);
}

/* All elements of an array, to be freed. */
static void *map_read(const struct bpf_map *map)
{
	__u32 count = bpf_map__max_entries(map), next, *keys = calloc(count, sizeof(*keys));
	void *values = map_space(map);

	if (!keys ||
	    bpf_map_lookup_batch(bpf_map__fd(map), NULL, &next, keys, values, &count, NULL))
		give_up("a map cannot be read", errno);
	free(keys);
	return values;
}

struct hdrtap_counters kernel_counters(const struct hdrtap_tc *object)
{
	struct hdrtap_counters *each = map_read(object->maps.counters), sum = { 0 };

	for (int i = 0; i < HDRTAP_WORK_MAX * libbpf_num_possible_cpus(); i++)
		for (int counter = 0; counter < HDRTAP_COUNTER_MAX; counter++)
			sum.count[counter] += each[i].count[counter];
	for (int i = 0; i < HDRTAP_WORK_MAX * libbpf_num_possible_cpus(); i++)
		for (int unread = 0; unread < HDRTAP_UNREAD_MAX; unread++)
			hdrtap_unread_add(&sum, each[i].unread[unread].ethertype,
					  each[i].unread[unread].packets);
	free(each);
	return sum;
}

/* At least so many zeros, until the next call: memory for every map and capture would cost more than
 * what the kernel copies. */
static void *zeros_of(size_t size)
{
	static void *zeros;
	static size_t have;

	if (size > have) {
		free(zeros);
		zeros = calloc(1, size);
		have = zeros ? size : 0;
	}
	return zeros;
}

/* Writes zeros over all of an array. */
static void clear(const struct bpf_map *map)
{
	__u32 count = bpf_map__max_entries(map), i, *keys = calloc(count, sizeof(*keys));
	void *zeros = zeros_of(map_size(map));

	for (i = 0; keys && i < count; i++)
		keys[i] = i;
	if (!keys || !zeros || bpf_map_update_batch(bpf_map__fd(map), keys, zeros, &count, NULL))
		give_up("a map cannot be cleared", errno);
	free(keys);
}

void kernel_forget(const struct hdrtap_tc *object)
{
	clear(object->maps.sets);
	clear(object->maps.flows);
	clear(object->maps.early);
	clear(object->maps.counters);
	clear(object->maps.sequence);
}

void kernel_share_spare(const struct hdrtap_tc *object, __u32 which)
{
	__u32 count = HDRTAP_WORK_MAX * libbpf_num_possible_cpus(),
	      keys[HDRTAP_WORK_MAX] = { 0, 1 };
	void *works = map_read(object->maps.work);
	struct hdrtap_work *work = map_at(object->maps.work, works,
					  which * libbpf_num_possible_cpus() + sched_getcpu());
	__u32 spare = work->spare;

	for (__u32 i = 0; i < count; i++) {
		work = map_at(object->maps.work, works, i);
		work->spare = spare;
	}
	count = HDRTAP_WORK_MAX;
	if (bpf_map_update_batch(bpf_map__fd(object->maps.work), keys, works, &count, NULL))
		give_up("spares cannot be shared", errno);
	free(works);
}

void kernel_alone(const struct hdrtap_tc *object)
{
	struct hdrtap_slot *spare = calloc(1, bpf_map__value_size(object->maps.heads));
	__u32 number = 0;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		give_up("a thread cannot stay on its CPU", errno);
	clear(object->maps.work);
	clear(object->maps.heads);
	if (!spare)
		give_up("spares cannot be shared", ENOMEM);
	spare->used = 1;
	if (bpf_map_update_elem(bpf_map__fd(object->maps.heads), &number, spare, BPF_ANY))
		give_up("spares cannot be shared", errno);
	free(spare);
}

int kernel_run(const struct bpf_program *program, const void *frame, __u32 length)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);

	return bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
}

#define X_PLUS(symbol, ...) +c->count[HDRTAP_COUNTER_##symbol]

__u64 counters_packets(const struct hdrtap_counters *c)
{
	return 0 HDRTAP_PACKET_COUNTERS(X_PLUS);
}

const char *counters_open(const struct hdrtap_counters *c, __u64 packets, char why[KERNEL_WHY_MAX])
{
	__u64 heads = c->count[HDRTAP_COUNTER_HEADS];
	__u64 ends = (0 HDRTAP_HEAD_COUNTERS(X_PLUS)) - heads;

	if (counters_packets(c) != packets)
		snprintf(why, KERNEL_WHY_MAX, "%llu packets, but %llu outcomes", packets,
			 counters_packets(c));
	else if (c->count[HDRTAP_COUNTER_IN_PROGRESS])
		snprintf(why, KERNEL_WHY_MAX, "%lld heads in progress at the end",
			 c->count[HDRTAP_COUNTER_IN_PROGRESS]);
	else if (heads != ends)
		snprintf(why, KERNEL_WHY_MAX, "%llu heads, but %llu ends of heads", heads, ends);
	else
		return NULL;
	return why;
}

#define X_NAME(symbol, name, ...) name,
const char *const counter_names[] = { HDRTAP_KERNEL_COUNTERS(X_NAME) };

void counters_print(const struct hdrtap_counters *c)
{
	int printed = 0;

	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		if (c->count[i])
			printf("%s%s %llu", printed++ % 4 ? ", " : "\n    ", counter_names[i],
			       c->count[i]);
	printf("\n");
}

/* Locks of sets, and connections that are held or have a place in a pool. */
static const char *leftover_table(const struct hdrtap_tc *object, char why[KERNEL_WHY_MAX])
{
	__u32 count = bpf_map__max_entries(object->maps.sets), i;
	struct hdrtap_set *sets = map_read(object->maps.sets);
	struct hdrtap_flow *flows = map_read(object->maps.flows);
	const struct hdrtap_stream *stream;

	*why = 0;
	for (i = 0; i < count; i++)
		if (sets[i].lock)
			snprintf(why, KERNEL_WHY_MAX, "set %u is locked", i);
	for (i = 0; i < count * HDRTAP_WAYS * 2; i++) {
		stream = &flows[i / 2].stream[i % 2];
		if (flows[i / 2].owner)
			snprintf(why, KERNEL_WHY_MAX, "connection %u is held", i / 2);
		if (stream->slot || stream->early[0] || stream->early[1])
			snprintf(why, KERNEL_WHY_MAX, "connection %u, stream %u: places in pools",
				 i / 2, i % 2);
	}
	free(flows);
	free(sets);
	return *why ? why : NULL;
}

/* Slots that are neither free nor the spare of exactly one working space, or of all. */
static const char *leftover_heads(const struct hdrtap_tc *object, char why[KERNEL_WHY_MAX])
{
	__u32 count = bpf_map__max_entries(object->maps.heads), i;
	__u32 spares = HDRTAP_WORK_MAX * libbpf_num_possible_cpus();
	void *heads = map_read(object->maps.heads), *works = map_read(object->maps.work);
	__u32 *users = calloc(count, sizeof(*users));

	*why = 0;
	for (i = 0; users && i < spares; i++)
		users[((struct hdrtap_work *)map_at(object->maps.work, works, i))->spare]++;
	for (i = 0; users && i < count; i++)
		users[i] = users[i] == spares ? 1 : users[i];
	for (i = 0; users && i < count; i++) {
		const struct hdrtap_slot *slot = map_at(object->maps.heads, heads, i);

		if (slot->used != users[i] || slot->flow)
			snprintf(why, KERNEL_WHY_MAX,
				 "slot %u: used %u, connection %u, but the spare of %u", i,
				 slot->used, slot->flow, users[i]);
	}
	free(users);
	free(works);
	free(heads);
	return *why ? why : NULL;
}

static const char *leftover_early(const struct hdrtap_tc *object, char why[KERNEL_WHY_MAX])
{
	__u32 count = bpf_map__max_entries(object->maps.early), i;
	struct hdrtap_early *early = map_read(object->maps.early);

	*why = 0;
	for (i = 0; i < count; i++)
		if (early[i].used)
			snprintf(why, KERNEL_WHY_MAX, "early segment %u is held", i);
	free(early);
	return *why ? why : NULL;
}

const char *kernel_leftover(const struct hdrtap_tc *object, char why[KERNEL_WHY_MAX])
{
	if (leftover_table(object, why) || leftover_heads(object, why))
		return why;
	return leftover_early(object, why);
}
