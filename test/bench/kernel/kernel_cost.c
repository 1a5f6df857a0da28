// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What the kernel programs cost per packet, by class of packet, over an empty program in the same
 * run; and what phr_parse_request() of Debian's libh2o takes for the same heads.
 *
 * Every packet is a BPF_PROG_TEST_RUN of its own, and what it took is what the kernel's statistics
 * of the program went up by. All classes alternate within a round; a round has connections that
 * were not used since all of them began. The first packet on one is called cold, those right behind
 * it hot.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel.h"
#include "local_rings.h"
#include "wire.h"
#include "xdp_way.h"
#include "../picohttpparser.h"

#define ROUNDS      10
#define CLIENTS     1024      /* connections of each class in a round */
#define PACKETS     4         /* on each: one cold, the others hot */
#define CONNECTIONS (1 << 18) /* places in the table: so many that all find one */
#define HEADS       256       /* different ones */
#define CHOICE      "none,host,user-agent,referer,accept,accept-language,cookie"
#define RING_BYTES  (16 << 20)
#define BODY        1000
#define PARSES      64 /* calls of the other parser per look at the clock */

struct head {
	char text[1024];
	__u32 length;
};
static struct head heads[HEADS];

struct samples {
	__u64 *ns;
	__u32 count;
};

/* --- packets --- */

static void give_up(const char *what)
{
	fprintf(stderr, "kernel_cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void make_heads(void)
{
	struct head *head;

	for (__u32 i = 0; i < HEADS; i++) {
		head = &heads[i];
		head->length = snprintf(
			head->text, sizeof(head->text),
			"GET /articles/%u/%u/headers?page=%u&sort=date HTTP/1.1\r\n"
			"Host: www%u.example.com\r\n"
			"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:%u.0) Gecko/20100101 "
			"Firefox/%u.0\r\n"
			"Accept: "
			"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
			"Accept-Language: en-US,en;q=0.5\r\n"
			"Accept-Encoding: gzip, deflate\r\n"
			"Referer: http://www%u.example.com/articles/%u/\r\n"
			"Connection: keep-alive\r\n"
			"Cookie: session=%08x89abcdef0123456789abcdef; theme=dark\r\n"
			"Upgrade-Insecure-Requests: 1\r\n"
			"If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
			"Cache-Control: max-age=0\r\n\r\n",
			2000 + i % 27, i % 12, i, i % 50, 100 + i % 40, 100 + i % 40, i % 50, i,
			i * 2654435761u);
	}
}

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

static __u32 write_head(__u8 *to, __u32 number)
{
	const struct head *head = &heads[number % HEADS];

	memcpy(to, head->text, head->length);
	return head->length;
}

static __u32 write_upload(__u8 *to, __u32 number)
{
	(void)number;
	return sprintf((char *)to, "PUT /upload HTTP/1.1\r\nContent-Length: 1000000000000\r\n\r\n");
}

/* Packets of one class, each client's on a connection of its own. */
struct class
{
	const char *name;
	__u32 (*write)(__u8 *to, __u32 number);
	__u32 (*first)(__u8 *to, __u32 number); /* before them, NULL: the connection is not known */
	bool ring;                              /* records go out */
};

static const struct class classes[] = {
	{ "no payload", write_nothing, write_upload, false },
	{ "not HTTP, unknown connection", write_binary, NULL, false },
	{ "not HTTP, known connection", write_binary, write_binary, false },
	{ "body", write_body, write_upload, false },
	{ "request head, no ring", write_head, write_nothing, false },
	{ "request head, perf ring", write_head, write_nothing, true },
};
#define CLASSES (sizeof(classes) / sizeof(*classes))
#define PARSER  CLASSES       /* row of the other parser */
#define EMPTY   (CLASSES + 1) /* row of the empty program */
#define ROWS    (CLASSES + 2)

/* --- programs --- */

struct hook {
	const char *name;
	int program, empty;
	__u16 port; /* clients of the first class */
};

static struct hdrtap_tc *object;
static struct local_rings *rings;

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

static __u64 run_time(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		give_up("no statistics");
	return info.run_time_ns;
}

/* Runs a program on a frame. Returns what it took, in ns. */
static __u64 run(int program, const void *frame, __u32 length)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);
	__u64 before = run_time(program);

	if (bpf_prog_test_run_opts(program, &opts))
		give_up("a program cannot be run");
	return run_time(program) - before;
}

static __u32 sequence[CLASSES][ROUNDS * CLIENTS];

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

static void begin_connections(const struct hook *hook)
{
	__u8 frame[KERNEL_FRAME_MAX];
	__u32 class, client, size;

	memset(sequence, 0, sizeof(sequence));
	for (class = 0; class < CLASSES; class ++) {
		for (client = 0; client < ROUNDS * CLIENTS && classes[class].first; client++) {
			size = make(frame, hook, class, client, write_nothing, HDRTAP_TCP_SYN);
			run(hook->program, frame, size);
			size = make(frame, hook, class, client, classes[class].first,
				    HDRTAP_TCP_ACK);
			run(hook->program, frame, size);
		}
	}
}

/* --- samples --- */

/* Of each row: cold, hot. */
static struct samples samples[ROWS][2];

static void add(__u32 row, int hot, __u64 ns)
{
	struct samples *to = &samples[row][hot];

	to->ns[to->count++] = ns;
}

static void clear_samples(void)
{
	for (__u32 row = 0; row < ROWS; row++) {
		for (int hot = 0; hot < 2; hot++) {
			samples[row][hot].count = 0;
			if (!samples[row][hot].ns)
				samples[row][hot].ns =
					calloc(ROUNDS * CLIENTS * PACKETS, sizeof(__u64));
			if (!samples[row][hot].ns)
				abort();
		}
	}
}

static int compare(const void *a, const void *b)
{
	__u64 left = *(const __u64 *)a, right = *(const __u64 *)b;

	return (left > right) - (left < right);
}

/* Mean of the samples without the highest hundredth, where interrupts are; of them the median. */
static double mean(struct samples *of, double *median)
{
	__u32 kept = of->count - of->count / 100, i;
	double sum = 0;

	qsort(of->ns, of->count, sizeof(*of->ns), compare);
	*median = of->ns[of->count / 2];
	for (i = 0; i < kept; i++)
		sum += of->ns[i];
	return sum / kept;
}

/* --- rounds --- */

static void measure_class(const struct hook *hook, __u32 class, __u32 first)
{
	__u8 frame[KERNEL_FRAME_MAX];
	__u32 client, packet, size;

	for (client = first; client < first + CLIENTS; client++) {
		for (packet = 0; packet < PACKETS; packet++) {
			size = make(frame, hook, class, client, classes[class].write,
				    HDRTAP_TCP_ACK);
			add(class, packet > 0, run(hook->program, frame, size));
		}
	}
	if (rings)
		local_rings_drain(rings);
}

static void measure_empty(const struct hook *hook)
{
	__u8 frame[KERNEL_FRAME_MAX] = { 0 };

	for (__u32 i = 0; i < CLIENTS * PACKETS; i++)
		add(EMPTY, i % PACKETS > 0, run(hook->empty, frame, 60));
}

static __u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void parse(const struct head *head)
{
	size_t method_length, path_length, count = 64;
	const char *method, *path;
	struct phr_header headers[64];
	int minor;

	if (phr_parse_request(head->text, head->length, &method, &method_length, &path,
			      &path_length, &minor, headers, &count, 0) < 0)
		give_up("phr_parse_request refuses a head");
}

static void measure_parser(void)
{
	__u64 begun;
	__u32 i, call;

	for (i = 0; i < CLIENTS; i++) {
		begun = now();
		for (call = 0; call < PARSES; call++)
			parse(&heads[(i + call) % HEADS]);
		add(PARSER, 1, (now() - begun) / PARSES);
	}
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	(void)context;
	(void)cpu;
	(void)record;
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	(void)context;
	(void)cpu;
	fprintf(stderr, "kernel_cost: %llu records were lost\n", count);
}

static void on_invalid(void *context, unsigned int cpu)
{
	on_lost(context, cpu, 1);
}

static const struct rings_ops ops = { on_record, on_lost, on_invalid };

static void measure_hook(const struct hook *hook)
{
	int events = bpf_map__fd(object->maps.events);

	clear_samples();
	begin_connections(hook);
	for (__u32 round = 0; round < ROUNDS; round++) {
		measure_empty(hook);
		for (__u32 class = 0; class < CLASSES; class ++) {
			if (classes[class].ring)
				rings = local_rings_open(events, RING_BYTES, &ops, NULL);
			measure_class(hook, class, round * CLIENTS);
			if (rings)
				local_rings_close(rings);
			rings = NULL;
		}
		measure_parser();
	}
}

/* --- the table --- */

struct figures {
	double median, mean; /* ns over the empty program; the parser's as they are */
};

static void print_row(const char *hook, const char *name, const struct figures *cold,
		      const struct figures *hot, double parser, bool json)
{
	printf(json ? "{\"hook\":\"%s\",\"packet\":\"%s\",\"cold_ns\":%.0f,\"hot_ns\":%.0f,"
		      "\"cold_mean_ns\":%.0f,\"hot_mean_ns\":%.0f,\"of_picohttpparser\":%.2f}\n"
		    : "| %s | %s | %.0f | %.0f | %.0f | %.0f | %.2f |\n",
	       hook, name, cold->median, hot->median, cold->mean, hot->mean, hot->median / parser);
}

static void print_hook(const struct hook *hook, bool json)
{
	struct figures empty[2], of[2], parser;

	for (int hot = 0; hot < 2; hot++)
		empty[hot].mean = mean(&samples[EMPTY][hot], &empty[hot].median);
	parser.mean = mean(&samples[PARSER][1], &parser.median);
	for (__u32 row = 0; row < CLASSES; row++) {
		for (int hot = 0; hot < 2; hot++) {
			of[hot].mean = mean(&samples[row][hot], &of[hot].median) - empty[hot].mean;
			of[hot].median -= empty[hot].median;
		}
		print_row(hook->name, classes[row].name, &of[0], &of[1], parser.median, json);
	}
	print_row(hook->name, "(empty program)", &empty[0], &empty[1], parser.median, json);
	print_row(hook->name, "(picohttpparser)", &parser, &parser, parser.median, json);
}

static void set_up(void)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct hdrtap_settings settings;
	cpu_set_t cpu;

	config.sets = CONNECTIONS / HDRTAP_WAYS;
	make_heads();
	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	kernel_settings(&settings, CHOICE);
	object = kernel_load(&settings, &config);
	xdp_way_open(object);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) ||
	    bpf_enable_stats(BPF_STATS_RUN_TIME) < 0) /* until this program ends */
		give_up("no statistics");
}

int main(int argc, char **argv)
{
	bool json = argc > 1 && !strcmp(argv[1], "--json");

	set_up();
	const struct hook hooks[] = {
		{ "tc", bpf_program__fd(object->progs.hdrtap_receive_eth),
		  empty_program(BPF_PROG_TYPE_SCHED_CLS), 40000 },
		{ "xdp", xdp_way_program(), empty_program(BPF_PROG_TYPE_XDP), 50000 },
	};
	if (!json)
		printf("| hook | packet | cold, ns (median) | hot, ns (median) | cold, ns (mean) | "
		       "hot, ns (mean) | hot, of picohttpparser "
		       "|\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++) {
		kernel_forget(object);
		measure_hook(&hooks[i]);
		print_hook(&hooks[i], json);
	}
	xdp_way_close();
	hdrtap_tc__destroy(object);
	return 0;
}
