/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The TC object is loaded first: it makes the maps, of the sizes that the configuration asks for,
 * and other objects take them from it.
 */
#include "attach/tc_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <hdrtap/state/sizes.h>

#include "attach/load.h"
#include "attach/object_size.h"
#include "attach/reached.h"
#include "base/clock.h"
#include "base/error.h"
#include "tc.skel.h"

static const struct load_needs needs = {
	.type = BPF_PROG_TYPE_SCHED_CLS,
	.name = "TC classifier programs",
	.kernel_min = "5.17", /* has bpf_loop, the youngest thing that the programs need */
};

static const struct hdrtap_config defaults = HDRTAP_CONFIG_DEFAULT;

/* At least four times as many slots as there are spares, one per CPU and working space: a few looks
 * have to find a free one. */
static __u32 slots(__u32 wanted, __u32 cpus)
{
	while (wanted < 4 * HDRTAP_WORK_MAX * cpus)
		wanted *= 2;
	return wanted;
}

static int configure(struct hdrtap_tc *object, const struct hdrtap_config *config)
{
	struct hdrtap_config *to = (void *)&object->rodata->config;
	int err;

	*to = config ? *config : defaults;
	to->size = hdrtap_sizes_of(to->size.record);
	to->heads = slots(to->heads, libbpf_num_possible_cpus());
	if (getrandom(&to->seed, sizeof(to->seed), 0) != sizeof(to->seed))
		return -errno;
	err = bpf_map__set_max_entries(object->maps.sets, to->sets);
	if (!err)
		err = bpf_map__set_max_entries(object->maps.flows, to->sets * HDRTAP_WAYS);
	if (!err)
		err = bpf_map__set_max_entries(object->maps.heads, to->heads);
	if (!err)
		err = bpf_map__set_max_entries(object->maps.early, to->early);
	if (!err && object->rodata->counts_reached)
		err = bpf_map__set_max_entries(object->maps.reached, REACHED_INTERFACES_MAX);
	return err ? err : object_size(object->obj, &to->size);
}

/* Gives every CPU's working space `which` a spare of its own. Returns 0 or -errno. */
static int give_spares(struct hdrtap_tc *object, __u32 which)
{
	__u32 cpus = libbpf_num_possible_cpus(), cpu, spare;
	size_t stride = (bpf_map__value_size(object->maps.work) + 7) / 8 * 8;
	struct hdrtap_slot *slot = calloc(1, bpf_map__value_size(object->maps.heads));
	__u8 *works = calloc(cpus, stride);
	int err = slot && works ? 0 : -ENOMEM;

	for (cpu = 0; cpu < cpus && !err; cpu++) {
		slot->used = 1;
		spare = which * cpus + cpu;
		((struct hdrtap_work *)(works + cpu * stride))->spare = spare;
		err = bpf_map_update_elem(bpf_map__fd(object->maps.heads), &spare, slot, BPF_ANY);
	}
	if (!err)
		err = bpf_map_update_elem(bpf_map__fd(object->maps.work), &which, works, BPF_ANY);
	free(works);
	free(slot);
	return err;
}

static int fill(struct hdrtap_tc *object, const struct hdrtap_settings *settings)
{
	__u32 first = 0;
	int err =
		bpf_map_update_elem(bpf_map__fd(object->maps.settings), &first, settings, BPF_ANY);

	for (__u32 which = 0; which < HDRTAP_WORK_MAX && !err; which++)
		err = give_spares(object, which);
	if (err)
		return fail(-err, "cannot prepare the kernel's tables: %s; please report it",
			    strerror(-err));
	return 0;
}

int tc_object_refused(int err, const struct hdrtap_tc *object, char *log)
{
	return load_refused(err, object->obj, &needs, log);
}

/* Only those that user space runs. */
static void leave_out_looks(struct hdrtap_tc *object)
{
	bpf_program__set_autoload(object->progs.hdrtap_receive_eth, false);
	bpf_program__set_autoload(object->progs.hdrtap_receive_ip, false);
	bpf_program__set_autoload(object->progs.hdrtap_transmit_eth, false);
	bpf_program__set_autoload(object->progs.hdrtap_transmit_ip, false);
}

static int load(struct hdrtap_tc *object, const struct hdrtap_settings *settings,
		const struct hdrtap_config *config, char *log)
{
	int err = configure(object, config);

	if (err)
		return fail(-err, LOAD_FAILED ": %s; check that there is enough free memory",
			    strerror(-err));
	err = hdrtap_tc__load(object);
	return err ? tc_object_refused(err, object, log) : fill(object, settings);
}

/* Runs a program that looks at no packet: the one it gets is any. */
static int run(const struct bpf_program *program, __u32 times)
{
	__u8 packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = times);

	return bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
}

/* The program looks at one place per run. */
static int sweep(struct hdrtap_tc *object, __u64 before, __u64 why, __u32 retired)
{
	object->bss->sweep.before = before;
	object->bss->sweep.why = why;
	object->bss->sweep.retired = retired;
	object->bss->sweep.number = 0;
	return run(object->progs.hdrtap_idle,
		   hdrtap_sweep_numbers((const void *)&object->rodata->config));
}

int tc_object_sweep(struct hdrtap_tc *object, __u64 before, __u64 why)
{
	return sweep(object, before, why, 0);
}

/*
 * Putting a map into a map
 * of maps promises that: the kernel waits for an RCU grace period there, so that user space may
 * rely on programs no longer using the map that was there before; our programs run inside one RCU
 * read-side section each. membarrier(), which does the same as a side effect, does not work on
 * kernels that run without a tick.
 */
int tc_object_wait(void)
{
	int inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "hdrtap_wait", 4, 4, 1, NULL);
	LIBBPF_OPTS(bpf_map_create_opts, opts, .inner_map_fd = inner);
	int outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "hdrtap_wait", 4, 4, 1, &opts);
	__u32 key = 0;
	int err = 0;

	if (inner < 0 || outer < 0 || bpf_map_update_elem(outer, &key, &inner, BPF_ANY))
		err = -errno;
	if (inner >= 0)
		close(inner);
	if (outer >= 0)
		close(outer);
	return err;
}

/* Nothing may use what is about to be overwritten: no head, and no program that still runs. */
static int retire(struct hdrtap_tc *object, __u32 generation)
{
	int err = sweep(object, 0, HDRTAP_FLAG(TIMEOUT), generation + 1);

	return err ? err : tc_object_wait();
}

int tc_object_change(struct hdrtap_tc *object, const struct hdrtap_settings *settings)
{
	__u32 generation = settings->elements.generation;
	__u32 place = generation % HDRTAP_GENERATIONS;
	int err = 0;

	if (generation >= HDRTAP_GENERATIONS)
		err = retire(object, generation - HDRTAP_GENERATIONS);
	if (!err)
		err = bpf_map_update_elem(bpf_map__fd(object->maps.settings), &place, settings,
					  BPF_ANY);
	if (!err)
		object->data_active->active = generation;
	return err;
}

int tc_object_beat(struct hdrtap_tc *object, __u64 more, __u64 *missed)
{
	__u64 tick = clock_tick();
	int err;

	object->bss->beat.more = (more + tick - 1) / tick;
	err = run(object->progs.hdrtap_beat, 1);
	*missed = err ? 0 : object->bss->beat.missed * tick;
	return err;
}

int tc_object_load(struct hdrtap_tc **object, const struct hdrtap_settings *settings,
		   const struct hdrtap_config *config, struct tc_object_options options)
{
	char *log = calloc(1, LOAD_LOG_SIZE);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = log,
		    .kernel_log_size = log ? LOAD_LOG_SIZE : 0);
	int err;

	if (!log)
		return fail(ENOMEM, LOAD_FAILED ": out of memory; free some memory");
	libbpf_set_print(NULL);
	*object = hdrtap_tc__open_opts(&opts);
	if (*object) {
		*(__u8 *)&(*object)->rodata->outlives = options.outlives;
		*(__u8 *)&(*object)->rodata->counts_reached = options.counts;
		*(__u8 *)&(*object)->rodata->has_expression = options.expression;
		if (options.later)
			leave_out_looks(*object);
		err = load(*object, settings, config, log);
	} else {
		err = fail(errno, LOAD_FAILED ": %s; check that there is enough free memory",
			   strerror(errno));
	}
	if (err) {
		hdrtap_tc__destroy(*object);
		*object = NULL;
	}
	free(log);
	return err;
}
