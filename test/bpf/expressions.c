/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel and libpcap have the same verdict on every packet of pcaps/ and of the corpus: by each
 * expression of a list, by TC, and some of them on the other ways that packets take: with a VLAN
 * tag beside them, by XDP, without their Ethernet header (lib/verdicts.h). Then random programs of
 * classic BPF on some of these packets and on random bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "random_program.h"
#include "reference.h"
#include "verdicts.h"

#define OFTEN           8 /* one in so many packets takes all ways, others for each expression */
#define RANDOM_PROGRAMS 400
#define RANDOM_PACKETS  40 /* for each of them */

static int failures;

static void report(bool good, const char *name, const char *why)
{
	printf(good ? "ok %s: %s\n" : "FAIL %s: %s\n", name, why);
	failures += !good;
}

/* `both`: there are packets that pass and packets that do not. */
static const struct {
	const char *name, *expression;
	bool both;
} rows[] = {
	{ "host", "host 192.0.2.80 or host 10.0.0.1", true },
	{ "src_host", "src host 192.0.2.80 or src 10.0.0.1", true },
	{ "dst_host", "dst host 192.0.2.80 or dst 10.0.0.1", true },
	{ "not_host", "not host 192.0.2.80", true },
	{ "net", "net 192.0.2.0/24 or net 10.0.0.0/8", true },
	{ "net_short", "net 10", true },
	{ "net_mask", "src net 192.168.0.0 mask 255.255.0.0", true },
	{ "dst_net", "dst net 10.0.0.0/9 and not dst net 10.64.0.0/10", true },
	{ "port", "port 80", true },
	{ "tcp_port", "tcp port 80", true },
	{ "tcp_port_8080", "tcp port 8080", true },
	{ "not_port", "not port 80", true },
	{ "src_port", "tcp src port 80", true },
	{ "dst_port", "tcp dst port 80", true },
	{ "src_and_dst_port", "src and dst port 80", false },
	{ "ports", "tcp port 80 or 443 or 8080", true },
	{ "portrange", "portrange 80-90", true },
	{ "tcp_portrange", "tcp portrange 8000-8100", true },
	{ "src_portrange", "src portrange 1024-65535", true },
	{ "udp", "udp", true },
	{ "udp_port", "udp port 4789", true },
	{ "tcp", "tcp", true },
	{ "ip", "ip", true },
	{ "ip6", "ip6", true },
	{ "ip6_host", "ip6 host 2001:db8::c000:250 or ip6 host 2001:db8::1", true },
	{ "ip6_net", "net 2001:db8::/32", true },
	{ "ip6_tcp", "ip6 and tcp port 80", true },
	{ "ip6_proto", "ip6 proto 6", true },
	{ "ip_proto", "ip proto \\tcp", true },
	{ "gre", "ip proto 47", true },
	{ "ipip", "ip proto 4 or ip proto 41", true },
	{ "icmp", "icmp or icmp6", true },
	{ "arp", "arp or rarp", false },
	{ "sctp", "sctp or esp or ah", false },
	{ "ether_host", "ether host 02:00:00:00:00:01", false },
	{ "ether_src", "ether src 02:00:00:00:00:01 or ether dst 00:00:00:00:00:00", false },
	{ "ether_proto", "ether proto 0x0800", true },
	{ "ether_multicast", "ether multicast or ether broadcast", false },
	{ "ip_multicast", "ip multicast or ip6 multicast", false },
	{ "vlan", "vlan", true },
	{ "vlan_id", "vlan 100", true },
	{ "vlan_tcp", "vlan and tcp port 80", true },
	{ "vlan_4095", "vlan 4095", true },
	{ "vlan_vlan", "vlan and vlan", true },
	{ "vlan_or", "tcp port 80 or (vlan and tcp port 80)", true },
	{ "vlan_id_inner", "vlan 100 and vlan 200 and ip", false },
	{ "not_vlan", "not vlan", true },
	{ "service_vlan", "ether proto 0x88a8", true },
	{ "mpls", "mpls", true },
	{ "mpls_tcp", "mpls and tcp port 80", false },
	{ "mpls_label", "mpls 100 or mpls 16", false },
	{ "pppoe", "pppoes", true },
	{ "pppoe_tcp", "pppoes and tcp port 80", false },
	{ "pppoe_discovery", "pppoed", false },
	{ "llc", "llc", false },
	{ "geneve", "geneve", false },
	{ "syn", "tcp[tcpflags] & tcp-syn != 0", true },
	{ "syn_or_fin", "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0", true },
	{ "only_ack", "tcp[13] = 16", true },
	{ "get", "tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420", true },
	{ "post_or_http",
	  "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x504f5354 or tcp[((tcp[12] & 0xf0) >> 2):4] = "
	  "0x48545450",
	  true },
	{ "payload", "tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)",
	  true },
	{ "options", "ip[0] & 0xf != 5", true },
	{ "fragments", "ip[6:2] & 0x3fff != 0", true },
	{ "ttl", "ip[8] < 64", true },
	{ "window", "tcp[14:2] > 32767", true },
	{ "byte_of_frame", "ether[0] & 1 = 0", true },
	{ "across_the_tag", "ether[10:4] & 1 = 0", true },
	{ "behind_the_tag", "ether[14:4] > 0x45000100", true },
	{ "end_of_prefix", "ether[124:4] & 0x01010101 != 0", true },
	{ "across_the_prefix", "ether[126:4] & 0x01010101 != 0", true },
	{ "behind_the_prefix", "ether[128:4] & 0x01010101 != 0", true },
	{ "far", "ether[1000:2] > 0x2020", true },
	{ "beyond_all", "ether[65000] = 0", false },
	{ "beyond_numbers", "ether[2147483647:4] = 0 or ether[4294967290:4] = 0", false },
	{ "by_a_byte", "ether[ip[8]] & 1 = 1", true },
	{ "by_a_word", "ether[ip[4:2]] & 1 = 1", false },
	{ "by_a_difference", "ether[ip[8] - 100:2] > 0x2020", true },
	{ "by_far", "ether[ip[8] + 1000:4] > 0x20202020", true },
	{ "less", "less 100", true },
	{ "greater", "greater 1000", true },
	{ "len", "len > 66 and len <= 1514", true },
	{ "len_and_ip", "len - ip[2:2] > 14", true },
	{ "len_by_3", "len % 3 = 1 and len * 7 / 5 > 100", true },
	{ "divided", "ip[8] / ip[9] > 10", true },
	{ "divided_by_zero", "ip[8] / (ip[9] - 6) >= 0", false },
	{ "modulo_zero", "100 % (ip[8] - 64) > 3", false },
	{ "shifted", "1 << (ip[8] - 60) = 16 or 256 >> ip[8] = 1", false },
	{ "negative", "ip[8] - 65 > 1000", true },
	{ "xor", "(ip[12] ^ ip[16]) | 1 = 1", true },
	{ "all", "len >= 0", false },
};

static bool splits(const struct tally *tally)
{
	return tally->passed && tally->passed < tally->packets;
}

static void check_row(size_t row, const struct frames *frames)
{
	struct tally tally = { 0 };
	struct filter filter;
	struct verdicts *verdicts = NULL;
	char why[128];

	if (!filter_open(&filter, rows[row].expression))
		verdicts = verdicts_open(&filter);
	for (size_t i = 0; i < frames->count && verdicts; i++)
		verdicts_compare(verdicts, &frames->list[i], (i + row) % OFTEN ? WAY_TC + 1 : WAYS,
				 &tally);
	snprintf(why, sizeof(why), "%lu of %lu packets pass, %lu verdicts differ", tally.passed,
		 tally.packets, tally.differ);
	if (!verdicts)
		report(false, rows[row].name, "it does not load");
	else
		report(!tally.differ && tally.packets && (!rows[row].both || splits(&tally)),
		       rows[row].name, why);
	verdicts_close(verdicts);
	filter_close(&filter);
}

/* libpcap compiles these to loads of what only the kernel has, so they have no reference. */
static void check_direction(const char *name, const char *expression, int received, int sent)
{
	__u8 bytes[64] = { 0 };
	const struct frame frame = { .bytes = bytes, .length = sizeof(bytes) };
	struct filter filter;
	struct verdicts *verdicts = NULL;

	if (!filter_open(&filter, expression))
		verdicts = verdicts_open(&filter);
	report(verdicts && verdicts_kernel(verdicts, WAY_TC, &frame) == received &&
		       verdicts_kernel(verdicts, WAY_XDP, &frame) == received &&
		       verdicts_sent(verdicts, &frame) == sent,
	       name, expression);
	verdicts_close(verdicts);
	filter_close(&filter);
}

static void random_frame(struct frame *frame, __u8 bytes[KERNEL_FRAME_MAX],
			 const struct frames *frames, struct rng *rng)
{
	if (frames->count && rng_once_in(rng, 2)) {
		*frame = frames->list[rng_below(rng, frames->count)];
		return;
	}
	frame->bytes = bytes;
	frame->length = 15 + rng_below(rng, rng_once_in(rng, 4) ? 1500 : 200);
	for (__u32 i = 0; i < frame->length; i++)
		bytes[i] = rng_next(rng);
}

static void check_random(const struct frames *frames)
{
	struct rng rng = { .state = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 17 };
	static __u8 bytes[KERNEL_FRAME_MAX];
	struct tally tally = { 0 };
	unsigned int refused = 0;
	char why[128];

	for (int i = 0; i < RANDOM_PROGRAMS; i++) {
		struct filter filter = { .expression = "a random program" };
		struct verdicts *verdicts;
		struct frame frame;

		random_program(&filter.program[FILTER_ETHERNET], &rng);
		verdicts = verdicts_open(&filter);
		refused += !verdicts;
		for (int packet = 0; packet < RANDOM_PACKETS && verdicts; packet++) {
			random_frame(&frame, bytes, frames, &rng);
			verdicts_compare(verdicts, &frame, WAYS, &tally);
		}
		verdicts_close(verdicts);
		filter_close(&filter);
	}
	snprintf(why, sizeof(why), "%u do not load; %lu of %lu packets pass, %lu verdicts differ",
		 refused, tally.passed, tally.packets, tally.differ);
	report(!refused && !tally.differ && splits(&tally), "random_programs", why);
}

static void read_capture(void *context, const char *path, const char *file)
{
	(void)file;
	if (frames_read(context, path)) {
		printf("FAIL captures: %s cannot be read\n", path);
		failures++;
	}
}

static void read_captures(struct frames *frames)
{
	const char *root = getenv("HDRTAP_ROOT"), *corpus = getenv("HDRTAP_CORPUS");
	char directory[1024];

	snprintf(directory, sizeof(directory), "%s/pcaps", root ? root : ".");
	captures_each(directory, frames, read_capture);
	snprintf(directory, sizeof(directory), "%s/zeek-http",
		 corpus ? corpus : "../shared/corpus");
	if (!captures_each(directory, frames, read_capture))
		printf("skip corpus: no captures in %s\n", directory);
}

int main(void)
{
	struct frames frames = { 0 };

	libbpf_set_print(NULL);
	read_captures(&frames);
	for (size_t row = 0; row < sizeof(rows) / sizeof(*rows); row++)
		check_row(row, &frames);
	check_direction("inbound", "inbound", 1, 0);
	check_direction("outbound", "outbound", 0, 1);
	check_random(&frames);
	frames_free(&frames);
	return failures != 0;
}
