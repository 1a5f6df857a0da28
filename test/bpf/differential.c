/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel programs and the native build on frames that nobody chose: captures of pcaps/ with
 * damage, and invented connections (lib/invent.h). Same records, same counters, accounts that
 * close, nothing left in use; see lib/both.h.
 *
 * A sequence of frames depends on nothing but the seed and its number. One that fails is made as
 * short as it fails with, and left as a capture beside the tests' logs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hdrtap/packet/packet.h>

#include "both.h"
#include "invent.h"
#include "mutate.h"
#include "wire.h"
#include "xdp_way.h"

#define CONNECTIONS   512 /* so many that none is given up */
#define FRAMES_MAX    60  /* of a sequence */
#define SEQUENCES_MIN 500
#define SECONDS       8

/* One configuration of the programs, and the ways into them. */
struct side {
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;
	struct both *both;
	struct way way[HDRTAP_DIRECTION_MAX]; /* by the frame's direction */
	struct hdrtap_counters counters;      /* of all sequences */
};

enum {
	SIDE_ALL,   /* every tunnel, default elements */
	SIDE_FEW,   /* no tunnel, chosen ports, requests only, few elements, other secret keys */
	SIDE_XDP,   /* as SIDE_ALL, but received by XDP */
	SIDE_LARGE, /* every tunnel, larger records, in which secrets are kept, other secret keys */
	SIDES
};

static struct side sides[SIDES];
static struct frames captured; /* all of pcaps/ */
static int failed;

/* --- sequences --- */

/* Frames of a capture that has ports where most have them: requests are received. */
static __u8 direction_of(const struct frame *frame)
{
	return frame->length < 38 || hdrtap_be16(frame->bytes + 34) > hdrtap_be16(frame->bytes + 36)
		       ? HDRTAP_DIRECTION_RECEIVE
		       : HDRTAP_DIRECTION_TRANSMIT;
}

/* Neighbours in a capture, or at the end of one and the beginning of the next. */
static void from_captures(struct frames *frames, size_t count, struct rng *rng)
{
	size_t at = rng_below(rng, captured.count);
	const struct frame *frame;

	for (; frames->count < count && at < captured.count; at++) {
		frame = &captured.list[at];
		if (frame->length <= KERNEL_FRAME_MAX)
			frames_add(frames, frame->bytes, frame->length, direction_of(frame));
	}
}

/* Whether BPF_PROG_TEST_RUN takes it: not when it ends inside what its type says is an IP header.
 */
static bool runs(const struct frame *frame)
{
	__u16 ethertype = hdrtap_be16(frame->bytes + 12);

	return frame->length >= WIRE_ETHERNET + (ethertype == HDRTAP_ETHERTYPE_IPV4   ? 20
						 : ethertype == HDRTAP_ETHERTYPE_IPV6 ? 40
										      : 1);
}

static void make(struct frames *frames, __u64 seed, __u64 number)
{
	struct rng rng = { seed * 0x9e3779b97f4a7c15ULL + number };
	size_t count = 1 + rng_below(&rng, FRAMES_MAX);

	if (rng_once_in(&rng, 3))
		from_captures(frames, count, &rng);
	else
		invent_frames(frames, count, &rng);
	if (!rng_once_in(&rng, 3))
		mutate_frames(frames, KERNEL_FRAME_MAX, 3 + rng_below(&rng, 40), &rng);
	for (size_t i = frames->count; i-- > 0;)
		if (!runs(&frames->list[i]))
			frames_remove(frames, i);
}

/* Returns NULL, or what is wrong. */
static const char *run(struct side *side, const struct frames *frames)
{
	const char *wrong = NULL;

	both_begin(side->both);
	for (size_t i = 0; i < frames->count && !wrong; i++)
		wrong = both_frame(side->both, &side->way[frames->list[i].direction],
				   &frames->list[i]);
	return wrong ? wrong : both_end(side->both);
}

static const char *left_in_use(struct side *side)
{
	static char why[KERNEL_WHY_MAX];

	return kernel_leftover(side->object, why);
}

/* --- failures --- */

/* Takes out every frame without which it fails as well. */
static void reduce(struct side *side, struct frames *frames)
{
	struct frames less = { 0 };
	size_t i, at;

	for (at = frames->count; at-- > 0;) {
		frames_clear(&less);
		for (i = 0; i < frames->count; i++)
			if (i != at)
				frames_add(&less, frames->list[i].bytes, frames->list[i].length,
					   frames->list[i].direction);
		if (run(side, &less) || left_in_use(side))
			frames_remove(frames, at);
	}
	frames_free(&less);
}

static void report(struct side *side, struct frames *frames, __u64 seed, __u64 number,
		   const char *wrong)
{
	const char *build = getenv("HDRTAP_BUILD");
	char path[1024];

	printf("sequence %llu of seed %llu, %zu frames: %s\n", number, seed, frames->count, wrong);
	reduce(side, frames);
	snprintf(path, sizeof(path), "%s/differential-%llu-%llu.pcap", build ? build : ".", seed,
		 number);
	printf("%zu frames, %s:\n", frames->count,
	       frames_write(frames, path) ? "not written" : path);
	for (size_t i = 0; i < frames->count; i++)
		printf("    %s, %u bytes\n",
		       frames->list[i].direction == HDRTAP_DIRECTION_RECEIVE ? "received"
									     : "transmitted",
		       frames->list[i].length);
	wrong = run(side, frames);
	wrong = wrong ? wrong : left_in_use(side);
	printf("FAIL same_records: %s; again: bpf/differential 0 %llu %llu\n",
	       wrong ? wrong : "the reduced sequence does not fail again", seed, number);
	failed = 1;
}

static void run_sequence(__u64 seed, __u64 number)
{
	struct side *side = &sides[number % SIDES];
	struct frames frames = { 0 };
	struct hdrtap_counters counters;
	const char *wrong;

	make(&frames, seed, number);
	wrong = run(side, &frames);
	counters = kernel_counters(side->object);
	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		side->counters.count[i] += counters.count[i];
	if (!wrong)
		wrong = left_in_use(side);
	if (wrong)
		report(side, &frames, seed, number, wrong);
	frames_free(&frames);
}

/* --- all of it --- */

/* Outcomes that single frames on one CPU do not have, without an expression and a share. */
#define RARE                                                                      \
	(1ULL << HDRTAP_COUNTER_NESTED | 1ULL << HDRTAP_COUNTER_CONTENDED |       \
	 1ULL << HDRTAP_COUNTER_LOAD_FAILED | 1ULL << HDRTAP_COUNTER_EXPRESSION | \
	 1ULL << HDRTAP_COUNTER_SAMPLED_OUT)
#define X_BIT(symbol, ...) | 1ULL << HDRTAP_COUNTER_##symbol

/* The sequences are worth something only while they reach everything. */
static void check_reach(void)
{
	__u64 wanted = (0 HDRTAP_PACKET_COUNTERS(X_BIT)) & ~RARE;
	__u64 reached = 0;

	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		for (int side = 0; side < SIDES; side++)
			if (sides[side].counters.count[i])
				reached |= 1ULL << i;
	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		if (wanted >> i & ~reached >> i & 1) {
			printf("FAIL every_outcome: no %s\n", counter_names[i]);
			failed = 1;
			return;
		}
	printf("ok every_outcome\n");
}

static void side_open(struct side *side, const struct hdrtap_config *config)
{
	side->object = kernel_load(&side->settings, config);
	side->both = both_new(side->object, &side->settings);
	side->way[HDRTAP_DIRECTION_RECEIVE] = (struct way){ "receive",
							    HDRTAP_DIRECTION_RECEIVE,
							    side->object->progs.hdrtap_receive_eth,
							    NULL,
							    WAY_TEST_RUN,
							    KERNEL_FRAME_MAX };
	side->way[HDRTAP_DIRECTION_TRANSMIT] =
		(struct way){ "transmit",
			      HDRTAP_DIRECTION_TRANSMIT,
			      side->object->progs.hdrtap_transmit_eth,
			      NULL,
			      WAY_TEST_RUN,
			      KERNEL_FRAME_MAX };
}

/* In one buffer, or wherever it may end. */
static void receive_by_xdp(struct side *side)
{
	struct way *way = &side->way[HDRTAP_DIRECTION_RECEIVE];

	xdp_way_open(side->object);
	way->name = "receive by xdp";
	way->program = NULL;
	way->send = xdp_way_cuts() ? xdp_way_somewhere : xdp_way_whole;
}

static void sides_open(void)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct hdrtap_ports *ports = &sides[SIDE_FEW].settings.ports;

	config.sets = CONNECTIONS / HDRTAP_WAYS;
	config.heads = 256;
	config.early = 64;
	config.tunnels = (1u << HDRTAP_TUNNEL_MAX) - 1;
	kernel_settings(&sides[SIDE_ALL].settings, NULL);
	side_open(&sides[SIDE_ALL], &config);
	kernel_settings(&sides[SIDE_XDP].settings, NULL);
	side_open(&sides[SIDE_XDP], &config);
	receive_by_xdp(&sides[SIDE_XDP]);
	config.size.record = 4096;
	kernel_settings(&sides[SIDE_LARGE].settings,
			"none,host,user-agent,cookie=keep:3000,authorization=keep,x-line-7");
	kernel_secret_keys(&sides[SIDE_LARGE].settings, "key,b,*n,a_key_of_24_bytes_at_all");
	side_open(&sides[SIDE_LARGE], &config);
	config.size.record = HDRTAP_RECORD_SIZE_DEFAULT;
	config.tunnels = 0;
	kernel_settings(&sides[SIDE_FEW].settings, "none,x-line-7=length,user-agent,referer");
	kernel_secret_keys(&sides[SIDE_FEW].settings, "*b,*en");
	ports->chosen = 1;
	for (__u32 port = 80; port < 65536; port += 1000)
		ports->bit[port / 8] |= 1 << port % 8;
	sides[SIDE_FEW].settings.elements.kinds = 1 << HDRTAP_KIND_REQUEST;
	side_open(&sides[SIDE_FEW], &config);
}

static void add_capture(void *frames, const char *path, const char *file)
{
	(void)file;
	frames_read(frames, path);
}

static void run_all(__u64 seconds, __u64 seed)
{
	__u64 number = 0, packets = 0, records = 0;
	time_t end = time(NULL) + seconds;

	while (!failed && (number < SEQUENCES_MIN || time(NULL) < end))
		run_sequence(seed, number++);
	printf("%llu sequences of seed %llu", number, seed);
	for (int i = 0; i < SIDES; i++) {
		counters_print(&sides[i].counters);
		packets += both_packets(sides[i].both);
		records += both_records(sides[i].both);
	}
	if (!failed)
		printf("ok same_records: %llu packets, %llu records\n", packets, records);
	check_reach();
}

/* Usage: differential [SECONDS [SEED [SEQUENCE]]] */
int main(int argc, char **argv)
{
	__u64 seconds = argc > 1 ? strtoull(argv[1], NULL, 0) : SECONDS;
	__u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	const char *root = getenv("HDRTAP_ROOT");
	char directory[1024];

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(directory, sizeof(directory), "%s/pcaps", root ? root : ".");
	if (!captures_each(directory, &captured, add_capture)) {
		printf("FAIL set_up: no captures in %s\n", directory);
		return 1;
	}
	sides_open();
	if (argc > 3)
		run_sequence(seed, strtoull(argv[3], NULL, 0));
	else
		run_all(seconds, seed);
	xdp_way_close();
	for (int i = 0; i < SIDES; i++) {
		both_free(sides[i].both);
		hdrtap_tc__destroy(sides[i].object);
	}
	frames_free(&captured);
	return failed;
}
