// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What the kernel programs cost per packet, by class of packet, over an empty program in the same
 * run; and what other parsers take for the same heads.
 *
 * Every packet is a BPF_PROG_TEST_RUN of its own, and what it took is what the kernel's statistics
 * of the program went up by. All classes alternate within a round; a round has connections that
 * were not used since all of them began. The first packet on one is called cold, those right behind
 * it hot. Of each round there are medians, less those of the empty program.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "attach/tc_look.h"
#include "bench.h"
#include "filter/filter.h"
#include "heads.h"
#include "kernel.h"
#include "live/local_rings.h"
#include "wire.h"
#include "xdp_way.h"

#define ROUNDS_MAX 10
#define CLIENTS    1024 /* connections of each class in a round */
#define PACKETS    4    /* on each: one cold, the others hot */
#define RING_BYTES (16 << 20)
#define BODY       1000

static __u32 rounds = ROUNDS_MAX;

/* --- packets --- */

static __u32 write_nothing(__u8 *to, __u32 number)
{
	(void)to;
	(void)number;
	return 0;
}

static __u32 write_binary(__u8 *to, __u32 number)
{
	memset(to, 0x80 | number, BODY);
	return BODY;
}

static __u32 write_body(__u8 *to, __u32 number)
{
	memset(to, 'a' + number % 26, BODY);
	return BODY;
}

static __u32 write_upload(__u8 *to, __u32 number)
{
	(void)number;
	return sprintf((char *)to, "PUT /upload HTTP/1.1\r\nContent-Length: 1000000000000\r\n\r\n");
}

/* Header elements, each set in programs of its own. So many connections are remembered that all
 * find a place. */
enum {
	SET_SIX,
	SET_NO_RULES, /* the same, but no header is taken for a URL */
	SET_NAMES,
	SET_HASH,
	SET_EXPRESSION, /* programs with an expression */
	SET_PATH,       /* predicates that exclude nearly all heads */
	SET_HOST,
	SET_PRESENCE,
	SETS
};

#define EXPRESSION "tcp port 8080" /* ports that no packet here has */
#define SIX        "none,host,user-agent,referer,accept,accept-language"
static const struct {
	const char *choice;
	__u32 connections;
	const char *predicate;
} sets[SETS] = {
	[SET_SIX] = { SIX ",cookie", 1 << 18, NULL },
	[SET_NO_RULES] = { SIX ",cookie", 1 << 16, NULL },
	[SET_NAMES] = { SIX ",cookie=names", 1 << 16, NULL },
	[SET_HASH] = { SIX ",cookie=hash", 1 << 16, NULL },
	[SET_EXPRESSION] = { SIX ",cookie", 1 << 16, NULL },
	[SET_PATH] = { SIX ",cookie", 1 << 16, "path ~ /articles/2007/3/*" },
	[SET_HOST] = { SIX ",cookie", 1 << 16, "host == www3.example.com,www4.example.com" },
	[SET_PRESENCE] = { SIX ",cookie", 1 << 16, "!has(request[cookie])" },
};

/* Packets of one class, each client's on a connection of its own. */
struct class
{
	const char *name;
	__u32 (*write)(__u8 *to, __u32 number);
	__u32 (*first)(__u8 *to, __u32 number); /* before them, NULL: the connection is not known */
	int set;
	bool ring; /* records go out */
};

static const struct class classes[] = {
	{ "no payload", write_nothing, write_upload, SET_SIX, false },
	{ "not HTTP, unknown connection", write_binary, NULL, SET_SIX, false },
	{ "not HTTP, known connection", write_binary, write_binary, SET_SIX, false },
	{ "body", write_body, write_upload, SET_SIX, false },
	{ "request head, no ring", head_ordinary, write_nothing, SET_SIX, false },
	{ "request head, perf ring", head_ordinary, write_nothing, SET_SIX, true },
	{ "request head, nothing to redact", head_plain, write_nothing, SET_NO_RULES, false },
	{ "request head, secret query value", head_secret, write_nothing, SET_SIX, false },
	{ "request head, names of cookies", head_ordinary, write_nothing, SET_NAMES, false },
	{ "request head, hashed cookie", head_ordinary, write_nothing, SET_HASH, false },
	{ "excluded by '" EXPRESSION "'", head_ordinary, NULL, SET_EXPRESSION, false },
	{ "request head, excluded by path", head_ordinary, write_nothing, SET_PATH, true },
	{ "request head, excluded by host", head_ordinary, write_nothing, SET_HOST, true },
	{ "request head, excluded by presence", head_ordinary, write_nothing, SET_PRESENCE, true },
};
#define CLASSES (sizeof(classes) / sizeof(*classes))

enum {
	EMPTY = CLASSES,
	PICOHTTPPARSER,
	HTTP_PARSER,
	ROWS
};

/* --- programs --- */

struct hook {
	const char *name;
	int program[SETS]; /* below 0: not measured */
	int empty;
	__u16 port; /* clients of the first class */
};

static struct hdrtap_tc *object[SETS];
static __u32 record_size = HDRTAP_RECORD_SIZE_DEFAULT;

static int empty_program(enum bpf_prog_type type)
{
	const struct bpf_insn code[] = {
		{ .code = 0xb7, .imm = type == BPF_PROG_TYPE_XDP ? 2 : -1 }, /* r0 = */
		{ .code = 0x95 },                                            /* exit */
	};
	int fd = bpf_prog_load(type, "empty", "GPL", code, 2, NULL);

	if (fd < 0)
		give_up("the empty program does not load");
	return fd;
}

static __u32 sequence[CLASSES][ROUNDS_MAX * CLIENTS];

/* The next packet of a client. */
static __u32 make(__u8 *frame, const struct hook *hook, __u32 class, __u32 client,
		  __u32 (*write)(__u8 *, __u32), __u8 flags)
{
	struct wire_segment segment = {
		.client = client,
		.client_port = hook->port + class,
		.flags = flags,
		.sequence = sequence[class][client],
	};
	__u32 size = wire_ethernet(frame, HDRTAP_ETHERTYPE_IPV4);

	segment.length = write(frame + size + 40, client + segment.sequence);
	wire_headers(frame + size, &segment);
	sequence[class][client] += segment.length + !!(flags & HDRTAP_TCP_SYN);
	return size + 40 + segment.length;
}

static void begin_connections(const struct hook *hook, __u32 class)
{
	int program = hook->program[classes[class].set];
	__u8 frame[KERNEL_FRAME_MAX];
	__u32 client, size;

	for (client = 0; client < rounds * CLIENTS && classes[class].first; client++) {
		size = make(frame, hook, class, client, write_nothing, HDRTAP_TCP_SYN);
		program_time(program, frame, size);
		size = make(frame, hook, class, client, classes[class].first, HDRTAP_TCP_ACK);
		program_time(program, frame, size);
	}
}

/* --- rounds --- */

enum {
	COLD,
	HOT,
	BOTH
};

/* ns, of each round. */
static __u64 medians[ROWS][BOTH][ROUNDS_MAX];

static __u64 median(__u64 *values, __u32 count)
{
	return percentile(values, count, 50);
}

static void measure_class(const struct hook *hook, __u32 class, __u32 round)
{
	static __u64 ns[BOTH][CLIENTS * PACKETS];
	__u32 client, packet, size, count[BOTH] = { 0 }, hot;
	__u8 frame[KERNEL_FRAME_MAX];

	for (client = round * CLIENTS; client < (round + 1) * CLIENTS; client++) {
		for (packet = 0; packet < PACKETS; packet++) {
			size = make(frame, hook, class, client, classes[class].write,
				    HDRTAP_TCP_ACK);
			hot = packet > 0;
			ns[hot][count[hot]++] =
				program_time(hook->program[classes[class].set], frame, size);
		}
	}
	for (hot = COLD; hot < BOTH; hot++)
		medians[class][hot][round] = median(ns[hot], count[hot]);
}

static void measure_with_ring(const struct hook *hook, __u32 class, __u32 round)
{
	int events = bpf_map__fd(object[classes[class].set]->maps.events);
	struct local_rings *rings =
		local_rings_open(events, RING_BYTES, record_size, &bench_rings_ops, NULL);

	if (!rings)
		give_up("no perf buffers");
	measure_class(hook, class, round);
	local_rings_drain(rings);
	local_rings_close(rings);
}

static void measure_empty(const struct hook *hook, __u32 round)
{
	static __u64 ns[CLIENTS * PACKETS];
	__u8 frame[KERNEL_FRAME_MAX] = { 0 };

	for (__u32 i = 0; i < CLIENTS * PACKETS; i++)
		ns[i] = program_time(hook->empty, frame, 60);
	medians[EMPTY][COLD][round] = medians[EMPTY][HOT][round] = median(ns, CLIENTS * PACKETS);
}

static void measure_parser(void (*parser)(__u64 *), __u32 row, __u32 round)
{
	__u64 ns[PARSER_TIMES];

	parser(ns);
	medians[row][COLD][round] = medians[row][HOT][round] = median(ns, PARSER_TIMES);
}

static bool is_measured(const struct hook *hook, __u32 class)
{
	return hook->program[classes[class].set] >= 0;
}

static void measure_round(const struct hook *hook, __u32 round)
{
	measure_empty(hook, round);
	for (__u32 class = 0; class < CLASSES; class ++) {
		if (!is_measured(hook, class))
			continue;
		if (classes[class].ring)
			measure_with_ring(hook, class, round);
		else
			measure_class(hook, class, round);
	}
	measure_parser(time_picohttpparser, PICOHTTPPARSER, round);
	measure_parser(time_http_parser, HTTP_PARSER, round);
}

static void measure_hook(const struct hook *hook)
{
	memset(sequence, 0, sizeof(sequence));
	for (__u32 class = 0; class < CLASSES; class ++)
		if (is_measured(hook, class))
			begin_connections(hook, class);
	for (__u32 round = 0; round < rounds; round++)
		measure_round(hook, round);
	for (__u32 class = 0; class < CLASSES; class ++)
		for (int hot = COLD; hot < BOTH; hot++)
			for (__u32 round = 0; round < rounds; round++)
				medians[class][hot][round] -= medians[EMPTY][hot][round];
}

/* --- the table --- */

static void print_rounds(const char *name, const __u64 *ns)
{
	printf(",\"%s\":[", name);
	for (__u32 round = 0; round < rounds; round++)
		printf("%s%lld", round ? "," : "", ns[round]);
	putchar(']');
}

static void print_row(const char *hook, const char *name, __u32 row, bool json)
{
	if (json) {
		printf("{\"hook\":\"%s\",\"packet\":\"%s\"", hook, name);
		print_rounds("cold", medians[row][COLD]);
		print_rounds("hot", medians[row][HOT]);
		puts("}");
		return;
	}
	printf("| %s | %s | %lld | %lld |", hook, name, median(medians[row][COLD], rounds),
	       median(medians[row][HOT], rounds));
	printf(" %.2f |\n", (double)median(medians[row][HOT], rounds) /
				    median(medians[PICOHTTPPARSER][HOT], rounds));
}

static void print_hook(const struct hook *hook, bool json)
{
	for (__u32 class = 0; class < CLASSES; class ++)
		if (is_measured(hook, class))
			print_row(hook->name, classes[class].name, class, json);
	print_row(hook->name, "(empty program)", EMPTY, json);
	print_row(hook->name, "(picohttpparser)", PICOHTTPPARSER, json);
	print_row(hook->name, "(http-parser)", HTTP_PARSER, json);
}

static void load(int set)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct hdrtap_settings settings;

	config.sets = sets[set].connections / HDRTAP_WAYS;
	config.size.record = record_size;
	kernel_settings_where(&settings, sets[set].choice, sets[set].predicate);
	for (int i = 0; i < HDRTAP_NAMES_MAX && set == SET_NO_RULES; i++)
		if (settings.elements.name[i].role == HDRTAP_ROLE_URL)
			settings.elements.name[i].role = HDRTAP_ROLE_NONE;
	if (set != SET_EXPRESSION)
		object[set] = kernel_load(&settings, &config);
	else if (tc_object_load(&object[set], &settings, &config,
				(struct tc_object_options){ .later = true, .expression = true }))
		give_up("the programs do not load");
}

static int expression_program(void)
{
	struct filter filter;
	int fd;

	if (filter_open(&filter, EXPRESSION))
		give_up("the expression");
	fd = tc_look_load(object[SET_EXPRESSION], HDRTAP_DIRECTION_RECEIVE, INTERFACE_ETHERNET,
			  &filter);
	if (fd < 0)
		give_up("the program with the expression does not load");
	filter_close(&filter);
	return fd;
}

#define USAGE \
	"usage: hdrtap-kernel-cost [--json] [--rounds 1..10] [--record-size 768..8192 by 64]\n"

/* Returns whether JSON is asked for. */
static bool read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "record-size", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(USAGE, stdout);
			exit(0);
		}
		if (option == 'j')
			json = true;
		else if (option == 's')
			record_size = atoi(optarg);
		else
			rounds = option == 'r' ? atoi(optarg) : 0;
		if (rounds < 1 || rounds > ROUNDS_MAX || record_size < HDRTAP_RECORD_SIZE_DEFAULT ||
		    record_size > HDRTAP_RECORD_SIZE_MAX || record_size % HDRTAP_RECORD_SIZE_STEP) {
			fputs(USAGE, stderr);
			exit(2);
		}
	}
	return json;
}

int main(int argc, char **argv)
{
	bool json = read_options(argc, argv);
	struct hook tc = { "tc", { 0 }, empty_program(BPF_PROG_TYPE_SCHED_CLS), 40000 };
	struct hook xdp = {
		"xdp", { -1, -1, -1, -1, -1, -1, -1, -1 }, empty_program(BPF_PROG_TYPE_XDP), 50000
	};

	for (int set = 0; set < SETS; set++) {
		load(set);
		tc.program[set] = set == SET_EXPRESSION
					  ? expression_program()
					  : bpf_program__fd(object[set]->progs.hdrtap_receive_eth);
	}
	xdp_way_open(object[SET_SIX]);
	xdp.program[SET_SIX] = xdp_way_program();
	bench_begin();
	if (!json)
		printf("| hook | packet | cold, ns | hot, ns | hot, of picohttpparser |\n"
		       "|---|---|---|---|---|\n");
	measure_hook(&tc);
	print_hook(&tc, json);
	kernel_forget(object[SET_SIX]);
	measure_hook(&xdp);
	print_hook(&xdp, json);
	xdp_way_close();
	for (int set = 0; set < SETS; set++)
		hdrtap_tc__destroy(object[set]);
	return 0;
}
