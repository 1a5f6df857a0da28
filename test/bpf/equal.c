/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel programs and the native build give the same records for the same packets: every packet
 * of every capture in pcaps/ and in the corpus goes through user/capture/native.c, through the TC
 * programs by BPF_PROG_TEST_RUN (where the packet fits in a page), and over a veth pair, where VLAN
 * tags are in metadata and large packets are not linear. Records are compared byte for byte after
 * hdrtap_record_normalise(), counters one by one.
 *
 * The kernel never has packets that end early. So a packet that the capture cut is given to both as
 * a packet of the length it was cut to.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#define PCAP_DONT_INCLUDE_PCAP_BPF_H /* its struct bpf_insn is another one */
#include <pcap/pcap.h>
#include <time.h>

#include <hdrtap/packet.h>
#include <hdrtap/work.h>

#include "elements.h"
#include "live_net.h"
#include "native.h"
#include "pcap_link.h"
#include "tc.skel.h"
#include "tc_object.h"

#define FRAME_MAX    (65536 + 14)
#define TEST_RUN_MAX 3600 /* bytes that fit in a page beside what the kernel keeps there */
#define RECORDS_MAX  128
#define RING_PAGES   64
#define ETHERNET     14
#define WAYS         3

struct records {
	__u32 count;
	struct hdrtap_record rec[RECORDS_MAX];
};

/* One way through the kernel: its name, its direction, and how a frame goes there. */
struct way {
	const char *name;
	__u8 direction;
	struct bpf_program *program; /* NULL: over the veth pair */
	__u32 longest;
};

static struct hdrtap_tc *object;
static struct perf_buffer *ring;
static int packet_socket;
static struct hdrtap_elements elements;
static struct records from_kernel, from_native;
static __u64 lost;
static __u8 frame[FRAME_MAX];
static __u64 records_compared;

static int collect(void *context, const struct hdrtap_record *rec)
{
	struct records *records = context;
	struct hdrtap_record *to = &records->rec[records->count % RECORDS_MAX];

	memcpy(to, rec, sizeof(*to));
	hdrtap_record_normalise(to);
	records->count++;
	return 0;
}

static void on_sample(void *context, int cpu, void *data, __u32 size)
{
	struct hdrtap_record rec;

	(void)cpu;
	if (size < sizeof(rec)) {
		lost++;
		return;
	}
	memcpy(&rec, data, sizeof(rec));
	collect(context, &rec);
}

static void on_lost(void *context, int cpu, __u64 count)
{
	(void)context;
	(void)cpu;
	lost += count;
}

/* --- through the kernel --- */

static struct hdrtap_counters kernel_counters(void)
{
	static struct hdrtap_counters per_cpu[1024];
	struct hdrtap_counters sum = { 0 };

	for (__u32 key = 0; key < HDRTAP_WORK_MAX; key++) {
		bpf_map_lookup_elem(bpf_map__fd(object->maps.counters), &key, per_cpu);
		for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
			for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
				sum.count[i] += per_cpu[cpu].count[i];
	}
	return sum;
}

/* Writes zeros over all of an array. */
static void clear(const struct bpf_map *map)
{
	__u32 count = bpf_map__max_entries(map), keys[count];
	void *zeros = calloc(count, bpf_map__value_size(map));

	for (__u32 i = 0; i < count; i++)
		keys[i] = i;
	if (!zeros || bpf_map_update_batch(bpf_map__fd(map), keys, zeros, &count, NULL)) {
		printf("FAIL set_up: cannot clear the flow table: %s\n", strerror(errno));
		exit(1);
	}
	free(zeros);
}

/* Makes the kernel forget all connections. Nothing is in progress. */
static void forget_connections(void)
{
	clear(object->maps.sets);
	clear(object->maps.flows);
}

#define X_PLUS(symbol, ...) +c.count[HDRTAP_COUNTER_##symbol]
static __u64 kernel_packets(void)
{
	struct hdrtap_counters c = kernel_counters();

	return 0 HDRTAP_PACKET_COUNTERS(X_PLUS);
}

static int test_run(struct bpf_program *program, __u32 length)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);

	return bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
}

/* Sends a frame over the veth pair and waits until the program at its other end has counted it. */
static int veth_run(__u32 length)
{
	const struct timespec pause = { .tv_nsec = 1000 * 1000 };
	__u64 before = kernel_packets();

	if (send(packet_socket, frame, length, 0) != (ssize_t)length)
		return -errno;
	for (int i = 0; i < 10 * 1000 && kernel_packets() == before; i++)
		nanosleep(&pause, NULL);
	return kernel_packets() == before + 1 ? 0 : -ETIMEDOUT;
}

static int kernel_run(const struct way *way, __u32 length)
{
	int err = way->program ? test_run(way->program, length) : veth_run(length);

	perf_buffer__consume(ring);
	return err;
}

/* --- one packet --- */

/* Gives the packet an Ethernet header if it has none. Returns the frame's length. */
static __u32 make_frame(const struct native_packet *packet)
{
	__u32 header = packet->link == NATIVE_ETHERNET ? 0 : ETHERNET;
	__u16 protocol = packet->protocol;

	if (packet->captured + header > FRAME_MAX)
		return 0;
	if (!protocol && packet->captured)
		protocol =
			packet->data[0] >> 4 == 6 ? HDRTAP_ETHERTYPE_IPV6 : HDRTAP_ETHERTYPE_IPV4;
	memset(frame, 0, ETHERNET);
	frame[12] = protocol >> 8;
	frame[13] = protocol;
	memcpy(frame + header, packet->data, packet->captured);
	return packet->captured + header;
}

/* Returns what differs, NULL: nothing. */
static const char *compare(void)
{
	if (lost)
		return "records were lost";
	if (from_kernel.count != from_native.count)
		return "the number of records";
	if (from_kernel.count > RECORDS_MAX)
		return "more records than the test keeps";
	if (memcmp(from_kernel.rec, from_native.rec, from_kernel.count * sizeof(*from_kernel.rec)))
		return "a record";
	return NULL;
}

static const char *run_packet(const struct way *way, struct native *native, __u32 length)
{
	struct native_packet packet = {
		.data = frame,
		.captured = length,
		.length = length,
		.link = NATIVE_ETHERNET,
		.direction = way->direction,
	};
	int err;

	from_kernel.count = from_native.count = 0;
	native_packet(native, &packet);
	err = kernel_run(way, length);
	return err ? strerror(-err) : compare();
}

/* --- one capture --- */

struct tally {
	__u32 packets, records, differ;
};

static void run_packets(const struct way *way, const char *name, pcap_t *pcap,
			struct native *native, struct tally *tally)
{
	const struct pcap_link *link = pcap_link_find(pcap_datalink(pcap));
	struct native_packet packet;
	struct pcap_pkthdr *header;
	const char *difference;
	const u_char *data;
	__u32 length;

	for (__u32 number = 1; pcap_next_ex(pcap, &header, &data) == 1; number++) {
		pcap_link_packet(link, data, header->caplen, header->len, &packet);
		length = make_frame(&packet);
		if (length <= ETHERNET || length > way->longest)
			continue;
		difference = run_packet(way, native, length);
		tally->packets++;
		tally->records += from_native.count;
		if (!difference)
			continue;
		tally->differ++;
		printf("%s, packet %u, %s: %s differs (%u in the kernel, %u natively)\n", name,
		       number, way->name, difference, from_kernel.count, from_native.count);
	}
}

static int compare_records(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hdrtap_record));
}

static void sort(struct records *records)
{
	if (records->count <= RECORDS_MAX)
		qsort(records->rec, records->count, sizeof(*records->rec), compare_records);
}

/* What is in progress at the end of a capture: it comes in the order of the slots it is in, of
 * which the kernel has given some to its CPUs. */
static void finish(const struct way *way, const char *name, struct native *native,
		   struct tally *tally)
{
	const char *difference;

	from_kernel.count = from_native.count = 0;
	native_finish(native);
	tc_object_sweep(object, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	perf_buffer__consume(ring);
	sort(&from_kernel);
	sort(&from_native);
	tally->records += from_native.count;
	difference = compare();
	if (!difference)
		return;
	tally->differ++;
	printf("%s, at the end, %s: %s differs (%u in the kernel, %u natively)\n", name, way->name,
	       difference, from_kernel.count, from_native.count);
}

#define X_NAME(symbol, name, ...) name,
static const char *const counter_names[] = { HDRTAP_KERNEL_COUNTERS(X_NAME) };

/* Returns how many counters did not go up alike. */
static int compare_counters(const struct hdrtap_counters *before, const struct native *native)
{
	struct hdrtap_counters after = kernel_counters();
	const struct hdrtap_counters *expected = native_counters(native);
	int differ = 0;

	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++) {
		if (after.count[i] - before->count[i] == expected->count[i])
			continue;
		printf("%s: %llu in the kernel, %llu natively\n", counter_names[i],
		       after.count[i] - before->count[i], expected->count[i]);
		differ++;
	}
	return differ;
}

/* The capture, gunzipped where necessary; NULL: it can't be read. */
static pcap_t *open_capture(const char *path)
{
	char command[2048], error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap;
	FILE *file;

	snprintf(command, sizeof(command), "exec gzip -dcf '%s'", path);
	file = popen(command, "r");
	pcap = file ? pcap_fopen_offline(file, error) : NULL;
	return pcap && pcap_link_find(pcap_datalink(pcap)) ? pcap : NULL;
}

static struct tally run_way(const struct way *way, const char *path, const char *name)
{
	struct native *native = native_new(&(struct native_options){
		.elements = &elements,
		.config = (const void *)&object->rodata->config,
		.emit = collect,
		.context = &from_native,
	});
	struct hdrtap_counters before = kernel_counters();
	struct tally tally = { 0 };
	pcap_t *pcap = open_capture(path);

	if (!pcap || !native) {
		printf("%s: cannot be read\n", path);
		tally.differ = 1;
		return tally;
	}
	forget_connections();
	run_packets(way, name, pcap, native, &tally);
	finish(way, name, native, &tally);
	tally.differ += compare_counters(&before, native);
	pcap_close(pcap);
	native_free(native);
	return tally;
}

static void run_capture(const struct way *ways, const char *path, const char *name)
{
	struct tally sum = { 0 }, one;

	for (int i = 0; i < WAYS; i++) {
		one = run_way(&ways[i], path, name);
		sum.packets += one.packets;
		sum.records += one.records;
		sum.differ += one.differ;
	}
	records_compared += sum.records;
	failures += sum.differ != 0;
	if (sum.differ)
		printf("FAIL %s: %u differences in %u packets\n", name, sum.differ, sum.packets);
	else
		printf("ok %s: %u packets, %u records\n", name, sum.packets, sum.records);
}

/* --- all captures --- */

static int is_capture(const struct dirent *entry)
{
	return strstr(entry->d_name, ".pcap") != NULL;
}

/* The file's name as a test's name. */
static void name_of(char *name, const char *prefix, const char *file)
{
	size_t length = strcspn(file, ".");

	if (!strncmp(file + length, ".org", 4)) /* it is part of one capture's name */
		length += 4;
	sprintf(name, "%s%.*s", prefix, (int)length, file);
	for (; *name; name++)
		*name = *name >= 'A' && *name <= 'Z' ? *name | 0x20
			: strchr("-.", *name)        ? '_'
						     : *name;
}

/* Returns how many captures there were. */
static int run_directory(const struct way *ways, const char *directory, const char *prefix)
{
	char path[1024], name[512];
	struct dirent **entries;
	int count = scandir(directory, &entries, is_capture, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		name_of(name, prefix, entries[i]->d_name);
		run_capture(ways, path, name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count;
}

/* --- set-up --- */

static void open_object(void)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct run_meta meta = { 0 };

	config.tunnels = (1u << HDRTAP_TUNNEL_MAX) - 1;
	if (run_meta_init(&meta))
		exit(1);
	elements_default(&meta);
	elements_build(&elements, &meta, 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE, 0);
	run_meta_free(&meta);
	if (tc_object_load(&object, &elements, &config)) {
		printf("FAIL set_up: the programs do not load\n");
		exit(1);
	}
	ring = perf_buffer__new(bpf_map__fd(object->maps.events), RING_PAGES, on_sample, on_lost,
				&from_kernel, NULL);
	if (!ring) {
		printf("FAIL set_up: no perf buffers\n");
		exit(1);
	}
}

/*
 * Makes the veth pair take the largest packets and send none of its own, and attaches the program
 * to its other end.
 */
static void open_veth(void)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts,
		    .prog_fd = bpf_program__fd(object->progs.hdrtap_receive_eth));
	struct sockaddr_ll to = { .sll_family = AF_PACKET };

	must("for n in v0 v1; do sysctl -qw net.ipv6.conf.$n.disable_ipv6=1; "
	     "ip address flush dev $n; ip link set $n mtu 65535; done");
	hook.ifindex = if_nametoindex("v1");
	to.sll_ifindex = if_nametoindex("v0");
	packet_socket = socket(AF_PACKET, SOCK_RAW, 0);
	if (packet_socket < 0 || bind(packet_socket, (struct sockaddr *)&to, sizeof(to)) ||
	    bpf_tc_hook_create(&hook) || bpf_tc_attach(&hook, &opts)) {
		printf("FAIL set_up: the veth pair: %s\n", strerror(errno));
		exit(1);
	}
}

int main(void)
{
	const char *root = getenv("HDRTAP_ROOT"), *corpus = getenv("HDRTAP_CORPUS");
	char directory[1024];

	libbpf_set_print(NULL);
	net_begin();
	open_object();
	open_veth();
	const struct way ways[WAYS] = {
		{ "receive", HDRTAP_DIRECTION_RECEIVE, object->progs.hdrtap_receive_eth,
		  TEST_RUN_MAX },
		{ "transmit", HDRTAP_DIRECTION_TRANSMIT, object->progs.hdrtap_transmit_eth,
		  TEST_RUN_MAX },
		{ "veth", HDRTAP_DIRECTION_RECEIVE, NULL, FRAME_MAX },
	};
	snprintf(directory, sizeof(directory), "%s/pcaps", root ? root : ".");
	run_directory(ways, directory, "pcaps_");
	check("records_were_compared", records_compared > 0, "pcaps/ gave none");
	snprintf(directory, sizeof(directory), "%s/zeek-http",
		 corpus ? corpus : "../shared/corpus");
	if (run_directory(ways, directory, "zeek_") <= 0)
		printf("skip corpus: no captures in %s\n", directory);
	perf_buffer__free(ring);
	hdrtap_tc__destroy(object);
	return failures != 0;
}
