/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long the TC program works on a packet. Every packet goes over a veth pair, large ones as one
 * GSO packet of up to 64 KiB, not linear, as a network card's driver would hand it over; what it
 * took is what the kernel's own statistics of the program (BPF_ENABLE_STATS) went up by. They are
 * switched on for as long as this runs.
 */
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/uio.h>

#include <hdrtap/state/work.h>

#include "bench.h"
#include "kernel.h"
#include "live/local_rings.h"
#include "live_net.h"
#include "wire.h"
#include "worst_case_packets.h"

#define PAYLOAD_MAX (65535 - 54) /* of a frame that goes over a veth pair in one piece */
#define SEGMENT     1448         /* payload of each packet that a GSO packet stands for */
#define LONG_HEAD   32768
#define SAMPLES_MAX LONG_HEAD
#define RING_BYTES  (16 << 20)
#define CONTENDER   0xffff /* an owner that is no CPU */

static struct hdrtap_tc *object;
static struct local_rings *rings;
static int packet_socket;
static struct wire_segment place = { .client_port = 40000, .flags = HDRTAP_TCP_ACK };
static char payload[PAYLOAD_MAX];
static __u64 ordinary; /* ns: the median that others are compared with */

/* --- packets --- */

static struct program_runs statistics(void)
{
	return program_runs(bpf_program__fd(object->progs.hdrtap_receive_eth));
}

static void transmit(const void *headers, __u32 length)
{
	struct virtio_net_hdr gso = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type =
			place.length > SEGMENT ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_NONE,
		.hdr_len = length,
		.gso_size = place.length > SEGMENT ? SEGMENT : 0,
		.csum_start = length - 20,
		.csum_offset = 16,
	};
	struct iovec parts[] = {
		{ &gso, sizeof(gso) },
		{ (void *)headers, length },
		{ payload, place.length },
	};

	if (writev(packet_socket, parts, 3) < 0)
		give_up("a packet cannot be sent");
}

/* Sends `length` bytes of `payload` in order. Returns how long the program worked, in ns. */
static __u64 packet(__u32 length)
{
	struct program_runs before = statistics(), after;
	__u8 headers[WIRE_ETHERNET + WIRE_HEADERS_MAX];
	__u32 size = wire_ethernet(headers, HDRTAP_ETHERTYPE_IPV4);

	place.length = length;
	size += wire_headers(headers + size, &place);
	place.sequence += length;
	transmit(headers, size);
	do
		after = statistics();
	while (after.count == before.count);
	if (after.count != before.count + 1)
		give_up("a packet came in pieces");
	local_rings_drain(rings);
	return after.ns - before.ns;
}

/* A new stream on the connection. */
static void syn(void)
{
	place.flags = HDRTAP_TCP_SYN;
	place.sequence += 1 << 28;
	packet(0);
	place.sequence++;
	place.flags = HDRTAP_TCP_ACK;
}

/* --- rows --- */

struct samples {
	__u32 count;
	__u64 bytes;
	__u64 ns[SAMPLES_MAX];
};

static void measure(struct samples *samples, __u32 length)
{
	samples->ns[samples->count++] = packet(length);
	samples->bytes += length;
}

static void print_row(const char *name, struct samples *samples, __u64 heads)
{
	__u64 median, high;

	median = percentile(samples->ns, samples->count, 50);
	high = percentile(samples->ns, samples->count, 99);
	ordinary = ordinary ? ordinary : median;
	printf("| %s | %llu | %.2f | %llu | %llu | ", name, samples->bytes / samples->count,
	       (double)heads / samples->count, median, high);
	if (samples->bytes)
		printf("%.2f", (double)median * samples->count / samples->bytes);
	printf(" | %.1f |\n", (double)median / ordinary);
	fflush(stdout);
}

/* What a row is made of: packets with such a payload, each behind what `before` does. */
struct row {
	const char *name;
	__u32 (*write)(char *to, __u32 room); /* NULL: no payload */
	void (*before)(void);                 /* each of them; not measured */
	void (*first)(void);                  /* the first one */
	void (*last)(void);
	__u32 packets;
};

static void run_row(const struct row *row)
{
	static struct samples samples;
	struct hdrtap_counters counters;
	__u32 length;
	__u64 heads;

	samples.count = samples.bytes = 0;
	syn();
	if (row->first)
		row->first();
	counters = kernel_counters(object);
	heads = counters.count[HDRTAP_COUNTER_EMITTED];
	while (samples.count < row->packets) {
		if (row->before)
			row->before();
		length = row->write ? row->write(payload, sizeof(payload)) : 0;
		measure(&samples, length);
	}
	counters = kernel_counters(object);
	if (row->last)
		row->last();
	print_row(row->name, &samples, counters.count[HDRTAP_COUNTER_EMITTED] - heads);
}

static void begin_upload(void)
{
	packet(packet_upload(payload, sizeof(payload)));
}

/* Another client; the next packet begins its connection. */
static void next_client(void)
{
	place.client++;
}

/* So many connections that no place in the table is left. */
static void fill_table(void)
{
	for (__u32 i = 0; i < 4 * HDRTAP_CONNECTIONS_DEFAULT; i++) {
		next_client();
		syn();
	}
}

static void begin_ordinary(void)
{
	packet(packet_ordinary(payload, sizeof(payload)));
}

/* Makes every packet of the connection wait, or not any more. */
static void set_owner(__u32 owner)
{
	__u32 count = bpf_map__max_entries(object->maps.flows), number;
	__u32 client = 10u << 24 | place.client;
	int fd = bpf_map__fd(object->maps.flows);
	struct hdrtap_flow flow;

	for (number = 0; number < count; number++) {
		if (bpf_map_lookup_elem(fd, &number, &flow))
			give_up("the flow table cannot be read");
		if (hdrtap_be32(flow.key.address[0] + 12) != client &&
		    hdrtap_be32(flow.key.address[1] + 12) != client)
			continue;
		flow.owner = owner;
		bpf_map_update_elem(fd, &number, &flow, BPF_ANY);
	}
}

static void hold(void)
{
	begin_ordinary();
	set_owner(CONTENDER);
}

static void let_go(void)
{
	set_owner(0);
}

/* A segment's worth of bytes is missing. */
static void lose(void)
{
	syn();
	place.sequence += SEGMENT;
}

static void next_syn(void)
{
	next_client();
	place.flags = HDRTAP_TCP_SYN;
}

static void no_syn(void)
{
	place.flags = HDRTAP_TCP_ACK;
}

static const struct row rows[] = {
	{ "ordinary request", packet_ordinary, NULL, NULL, NULL, 20000 },
	{ "ACK without payload", NULL, NULL, begin_ordinary, NULL, 20000 },
	{ "segment of a body", packet_body, NULL, begin_upload, NULL, 20000 },
	{ "binary payload of an unknown connection", packet_binary, next_client, NULL, NULL,
	  20000 },
	{ "segment behind missing ones, held", packet_body, lose, NULL, NULL, 2000 },
	{ "request on a connection that another CPU holds", packet_ordinary, NULL, hold, let_go,
	  2000 },
	{ "SYN, table full", NULL, next_syn, fill_table, no_syn, 20000 },
	{ "text of an unknown connection, table full", packet_body, next_client, NULL, NULL,
	  20000 },
	{ "request of an unknown connection, table full", packet_ordinary, next_client, NULL, NULL,
	  20000 },
	{ "part of a head, table and pool full", packet_part, next_client, NULL, NULL, 20000 },
	{ "64 KiB of heads of 18 bytes", packet_pipelined, syn, NULL, NULL, 500 },
	{ "64 KiB of chunks of 1 byte", packet_chunks, syn, NULL, NULL, 500 },
	{ "64 KiB of heads of 1000 lines of 6 bytes", packet_thousand, syn, NULL, NULL, 500 },
	{ "64 KiB of lines of 2 bytes", packet_short_lines, syn, NULL, NULL, 500 },
	{ "64 KiB of one header, repeated", packet_chosen, syn, NULL, NULL, 500 },
	{ "64 KiB of one value", packet_value, syn, NULL, NULL, 500 },
	{ "64 KiB of values full of CR", packet_cr, syn, NULL, NULL, 500 },
};

/* A long head in segments of one byte. */
static void run_single_bytes(void)
{
	static struct samples samples;
	static char head[LONG_HEAD];
	__u32 length = packet_head(head, sizeof(head));
	__u64 total = 0;

	samples.count = samples.bytes = 0;
	syn();
	for (__u32 i = 0; i < length; i++) {
		payload[0] = head[i];
		measure(&samples, 1);
		total += samples.ns[i];
	}
	print_row("segment of 1 byte of a head of 32 KiB", &samples, 1);
	printf("| all %u of them | %u | 1 | %llu | | %.2f | %.1f |\n", length, length, total,
	       (double)total / length, (double)total / ordinary);
}

/* --- set-up --- */

/* A veth pair that sends nothing of its own, the program behind its other end. */
static void open_veth(void)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts,
		    .prog_fd = bpf_program__fd(object->progs.hdrtap_receive_eth));
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int yes = 1;

	must("for n in v0 v1; do sysctl -qw net.ipv6.conf.$n.disable_ipv6=1; "
	     "ip address flush dev $n; done");
	hook.ifindex = if_nametoindex("v1");
	to.sll_ifindex = if_nametoindex("v0");
	packet_socket = socket(AF_PACKET, SOCK_RAW, 0);
	if (packet_socket < 0 ||
	    setsockopt(packet_socket, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)) ||
	    bind(packet_socket, (struct sockaddr *)&to, sizeof(to)) || bpf_tc_hook_create(&hook) ||
	    bpf_tc_attach(&hook, &opts))
		give_up("no veth pair");
}

static void set_up(void)
{
	struct hdrtap_settings settings;

	net_begin();
	kernel_settings(&settings, NULL);
	object = kernel_load(&settings, NULL);
	rings = local_rings_open(bpf_map__fd(object->maps.events), RING_BYTES,
				 HDRTAP_RECORD_SIZE_DEFAULT, &bench_rings_ops, NULL);
	if (!rings)
		give_up("no perf buffers");
	bench_begin();
	open_veth();
}

int main(void)
{
	set_up();
	printf("| packet | bytes of payload | records | ns (median) | ns (99th percentile) | ns "
	       "per "
	       "byte | of an ordinary request |\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		run_row(&rows[i]);
	run_single_bytes();
	local_rings_close(rings);
	hdrtap_tc__destroy(object);
	return 0;
}
