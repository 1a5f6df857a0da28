/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The rings by themselves, filled by a program of the test's own that puts out samples of a chosen
 * size.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdint.h>

#include <hdrtap/record.h>

#include "live/local_rings.h"
#include "live_net.h"

#define RING_SMALL 4096      /* 5 records */
#define RING_LARGE (2 << 20) /* 2674 records */
#define BATCH      512

static int events_fd, values_fd;

static struct {
	__u64 records;
	__u64 lost;
	__u64 invalid;
	__u64 aligned; /* records at addresses that are multiples of 8 */
	__u64 damaged;
	unsigned int cpu;
} seen;

static __u8 sent[HDRTAP_RECORD_SIZE_DEFAULT + 8];
static size_t compared = HDRTAP_RECORD_SIZE_DEFAULT; /* bytes of it */

static void on_record(void *context, unsigned int cpu, const void *record)
{
	(void)context;
	seen.records++;
	seen.cpu = cpu;
	seen.aligned += (uintptr_t)record % 8 == 0;
	seen.damaged += memcmp(record, sent, compared) != 0;
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	(void)context;
	(void)cpu;
	seen.lost += count;
}

static void on_invalid(void *context, unsigned int cpu)
{
	(void)context;
	(void)cpu;
	seen.invalid++;
}

static const struct rings_ops ops = { on_record, on_lost, on_invalid };

#define WIDE(reg, kind, value)               \
	{ .code = BPF_LD | BPF_DW | BPF_IMM, \
	  .dst_reg = (reg),                  \
	  .src_reg = (kind),                 \
	  .imm = (value) },                  \
	{                                    \
		0                            \
	}
#define MOVE(reg, value)                                                            \
	{                                                                           \
		.code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = (reg), .imm = (value) \
	}

/* return bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU, value, size) */
static int program_of_size(int size)
{
	const struct bpf_insn insns[] = {
		WIDE(BPF_REG_2, BPF_PSEUDO_MAP_FD, events_fd),
		MOVE(BPF_REG_3, -1),
		WIDE(BPF_REG_4, BPF_PSEUDO_MAP_VALUE, values_fd),
		MOVE(BPF_REG_5, size),
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_perf_event_output },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "sample", "GPL", insns,
			       sizeof(insns) / sizeof(*insns), NULL);

	if (fd >= 0)
		return fd;
	printf("FAIL set_up: program: %s\n", strerror(errno));
	exit(1);
}

/* Puts out `count` samples; returns how many found room. */
static int put(int size, int count)
{
	__u8 packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));
	int fd = program_of_size(size), good = 0;

	for (int i = 0; i < count; i++) {
		if (bpf_prog_test_run_opts(fd, &opts))
			perror("bpf_prog_test_run_opts");
		good += opts.retval == 0;
	}
	close(fd);
	return good;
}

static struct local_rings *begin(size_t bytes)
{
	struct local_rings *rings =
		local_rings_open(events_fd, bytes, HDRTAP_RECORD_SIZE_DEFAULT, &ops, NULL);

	memset(&seen, 0, sizeof(seen));
	if (!rings)
		exit(1);
	return rings;
}

static bool drained(struct local_rings *rings)
{
	local_rings_drain(rings);
	return true;
}

static bool readable(struct local_rings *rings, int timeout)
{
	struct pollfd fd = { .fd = local_rings_fd(rings), .events = POLLIN };

	return poll(&fd, 1, timeout) == 1;
}

static void records_arrive(void)
{
	struct local_rings *rings = begin(RING_LARGE);

	put(HDRTAP_RECORD_SIZE_DEFAULT, 10);
	check("drained_without_wake_up", drained(rings) && seen.records == 10, "not 10 records");
	check("unchanged", !seen.damaged, "a record is not what was put");
	check("not_aligned", !seen.aligned, "then the copy shows nothing");
	check("cpu", seen.cpu == 0, "records are of another CPU");
	check("drained_once", drained(rings) && seen.records == 10, "records come again");
	local_rings_close(rings);
}

static void wake_ups_are_batched(void)
{
	struct local_rings *rings = begin(RING_LARGE);

	put(HDRTAP_RECORD_SIZE_DEFAULT, BATCH - 1);
	check("no_wake_up_before_the_batch", !readable(rings, 100),
	      "the reader is woken too early");
	put(HDRTAP_RECORD_SIZE_DEFAULT, 1);
	check("wake_up_at_the_batch", readable(rings, 10000), "the reader is not woken");
	check("batch", drained(rings) && seen.records == BATCH, "not the whole batch");
	local_rings_close(rings);
}

static void small_rings_wake_earlier(void)
{
	struct local_rings *rings = begin(RING_SMALL);

	put(HDRTAP_RECORD_SIZE_DEFAULT, 3);
	check("small_ring_wakes_before_it_is_full", readable(rings, 10000),
	      "the reader is not woken");
	local_rings_close(rings);
}

static void losses(void)
{
	struct local_rings *rings = begin(RING_SMALL);
	int good = put(HDRTAP_RECORD_SIZE_DEFAULT, 20);

	check("full", good == 5, "not 5 records fit");
	check("full_drained", drained(rings) && seen.records == 5 && !seen.lost, "not 5 records");
	put(HDRTAP_RECORD_SIZE_DEFAULT, 1);
	check("loss_is_reported", drained(rings) && seen.records == 6 && seen.lost == 15,
	      "not 15 lost");
	local_rings_close(rings);
}

static void other_sizes(void)
{
	struct local_rings *rings = begin(RING_LARGE);

	put(4, 1);
	put(HDRTAP_RECORD_SIZE_DEFAULT - 4, 1);
	put(HDRTAP_RECORD_SIZE_DEFAULT + 8, 1);
	check("short_samples_are_invalid", drained(rings) && seen.invalid == 2, "not two of three");
	check("long_samples_are_read", seen.records == 1 && !seen.damaged, "not one of three");
	local_rings_close(rings);
}

/* As samples of larger records do. */
static void samples_end_behind_the_values(void)
{
	struct local_rings *rings = begin(RING_LARGE);
	__u32 key = 0;

	((struct hdrtap_record *)sent)->arena_used = 16;
	compared = HDRTAP_RECORD_HEAD + 16;
	bpf_map_update_elem(values_fd, &key, sent, BPF_ANY);
	put(HDRTAP_RECORD_HEAD + 16, 3);
	put(HDRTAP_RECORD_HEAD + 8, 1);
	check("all_values_are_enough", drained(rings) && seen.records == 3 && !seen.damaged,
	      "not the three of four");
	check("fewer_are_not", seen.invalid == 1, "one that is cut was taken");
	local_rings_close(rings);
}

/* One CPU, so that one ring gets everything. */
static void set_up(void)
{
	cpu_set_t first;
	__u32 key = 0;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = i * 5 + 3;
	events_fd = bpf_map_create(BPF_MAP_TYPE_PERF_EVENT_ARRAY, "events", 4, 4,
				   libbpf_num_possible_cpus(), NULL);
	values_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "values", 4, sizeof(sent), 1, NULL);
	if (sched_setaffinity(0, sizeof(first), &first) || events_fd < 0 || values_fd < 0 ||
	    bpf_map_update_elem(values_fd, &key, sent, BPF_ANY)) {
		printf("FAIL set_up: %s\n", strerror(errno));
		exit(1);
	}
}

int main(void)
{
	set_up();
	records_arrive();
	wake_ups_are_batched();
	small_rings_wake_earlier();
	losses();
	other_sizes();
	samples_end_behind_the_values();
	return failures != 0;
}
