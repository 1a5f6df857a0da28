/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every packet through the loaded program by BPF_PROG_TEST_RUN. What the kernel's own statistics of
 * the program went up by is its time; the same of an empty program is taken off.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attach/load.h"
#include "attach/tc_object.h"
#include "attach/xdp_object.h"
#include "base/error.h"
#include "guard/kernel_counters.h"
#include "live/local_rings.h"
#include "replay.h"
#include "tc.skel.h"
#include "xdp.skel.h"

#define EMPTY_RUNS  20000
#define DRAIN_EVERY 1024 /* packets; each makes 64 records at most */
#define RING_BYTES  (128UL << 20)
#define END         (~0ULL)

struct engine {
	const struct replay_options *options;
	struct replay_result *result;
	struct hdrtap_tc *tc;
	struct hdrtap_xdp *xdp;
	struct local_rings *rings;
	int statistics; /* as long as it is open the kernel keeps them */
};

static void on_record(void *context, unsigned int cpu, const void *record)
{
	struct engine *engine = context;

	(void)cpu;
	(void)record;
	engine->result->records++;
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	(void)context;
	(void)cpu;
	(void)count; /* the programs count them, too */
}

static void on_invalid(void *context, unsigned int cpu)
{
	(void)context;
	warn_line("dropped a sample from CPU %u: it is not a record; please "
		  "report it",
		  cpu);
}

static const struct rings_ops rings_ops = { on_record, on_lost, on_invalid };

/* ns that a program ran altogether. */
static __u64 run_time(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.run_time_ns;
}

/* Returns 0 or -errno; `*ns`: how long it took. */
static int run_program(int fd, const void *frame, __u32 length, __u64 *ns)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);
	__u64 before = run_time(fd);
	int err = bpf_prog_test_run_opts(fd, &opts);

	*ns = run_time(fd) - before;
	return err;
}

static int program(const struct engine *engine, __u8 direction)
{
	if (direction == HDRTAP_DIRECTION_TRANSMIT)
		return bpf_program__fd(engine->tc->progs.hdrtap_transmit_eth);
	return engine->xdp ? bpf_program__fd(engine->xdp->progs.hdrtap_xdp_eth)
			   : bpf_program__fd(engine->tc->progs.hdrtap_receive_eth);
}

/* The median of a program that does nothing. */
static int measure_empty(const struct engine *engine)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_0,
		  .imm = engine->xdp ? XDP_PASS : -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(engine->xdp ? BPF_PROG_TYPE_XDP : BPF_PROG_TYPE_SCHED_CLS, "empty",
			       "GPL", insns, 2, NULL);
	struct times *times = engine->result->times;
	struct times_class *class = &times->class[REPLAY_OTHER];
	__u8 frame[64] = { 0 };
	__u64 ns;
	int err = fd < 0 ? -errno : 0;

	for (int i = 0; i < EMPTY_RUNS && !err; i++) {
		err = run_program(fd, frame, sizeof(frame), &ns);
		times_add(times, REPLAY_OTHER, ns);
	}
	times->base = times_percentile(class, 50);
	*class = (struct times_class){ 0 };
	if (fd >= 0)
		close(fd);
	return err ? fail(-err, "cannot run an empty program: %s; run it as root", strerror(-err))
		   : 0;
}

static int run_round(struct engine *engine, const struct replay_packets *packets, bool counts)
{
	struct replay_result *result = engine->result;

	for (size_t i = 0; i < packets->count; i++) {
		const struct replay_packet *packet = &packets->packet[i];
		__u64 ns;
		int err = run_program(program(engine, packet->direction), packet->frame,
				      packet->length, &ns);

		if (i % DRAIN_EVERY == 0)
			local_rings_drain(engine->rings);
		if (err && err != -EINVAL)
			return fail(-err, "cannot run the program on packet %zu: %s", i + 1,
				    strerror(-err));
		if (err)
			result->too_large++;
		else if (counts)
			times_add(result->times, packet->class, ns);
		if (!err && counts) {
			result->packets++;
			result->ns += ns;
		}
	}
	return 0;
}

static int run_rounds(struct engine *engine, struct replay_packets *packets)
{
	const struct replay_options *options = engine->options;
	__u64 rounds = options->warm_up + options->loops;
	int err = 0;

	for (__u64 round = 0; round < rounds && !err; round++) {
		replay_packets_rewrite(packets, round);
		err = run_round(engine, packets, round >= options->warm_up);
		replay_progress(round + 1, rounds);
	}
	if (err)
		return err;
	err = tc_object_sweep(engine->tc, END, HDRTAP_FLAG(INCOMPLETE));
	local_rings_drain(engine->rings);
	return err ? fail(-err, "cannot end heads in progress: %s; please report it",
			  strerror(-err))
		   : 0;
}

static int open_xdp(struct engine *engine)
{
	static const struct interface loopback = { .index = 1, .link = INTERFACE_ETHERNET };
	char *log = calloc(1, LOAD_LOG_SIZE);
	int err = log ? xdp_object_open(&engine->xdp, engine->tc, &loopback, NULL, log)
		      : fail(ENOMEM, LOAD_FAILED ": out of memory; free some memory");

	if (!err) {
		err = hdrtap_xdp__load(engine->xdp);
		err = err ? xdp_object_refused(err, engine->xdp, log) : 0;
	}
	free(log);
	return err;
}

/* One CPU: its cache, its ring. */
static void stay(void)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
}

static int engine_open(struct engine *engine)
{
	const struct replay_options *options = engine->options;
	int err = tc_object_load(&engine->tc, &options->settings, &options->config,
				 (struct tc_object_options){ 0 });

	if (!err && options->xdp)
		err = open_xdp(engine);
	if (err)
		return err;
	stay();
	engine->rings = local_rings_open(bpf_map__fd(engine->tc->maps.events), RING_BYTES,
					 HDRTAP_RECORD_SIZE_DEFAULT, &rings_ops, engine);
	if (!engine->rings)
		return fail(ENOMEM, "cannot replay: no ring buffers; free some memory");
	engine->statistics = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (engine->statistics < 0)
		return fail(errno,
			    "cannot turn on the kernel's program statistics: %s; run it "
			    "as root",
			    strerror(errno));
	return measure_empty(engine);
}

static int read_counters(const struct engine *engine)
{
	struct kernel_counters counters;
	int err = kernel_counters_open(&counters, bpf_map__fd(engine->tc->maps.counters));

	if (!err)
		err = kernel_counters_read(&counters);
	engine->result->counts = counters.sum;
	kernel_counters_free(&counters);
	return err;
}

int replay_kernel(const struct replay_options *options, struct replay_packets *packets,
		  struct replay_result *result)
{
	struct engine engine = { .options = options, .result = result, .statistics = -1 };
	int err;

	result->times = times_new();
	if (!result->times)
		return -ENOMEM;
	err = engine_open(&engine);
	if (!err)
		err = run_rounds(&engine, packets);
	if (!err)
		err = read_counters(&engine);
	if (engine.statistics >= 0)
		close(engine.statistics);
	if (engine.rings)
		local_rings_close(engine.rings);
	hdrtap_xdp__destroy(engine.xdp);
	hdrtap_tc__destroy(engine.tc);
	return err;
}
