/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "parse_packet.h"

#include <string.h>
#include <sys/mman.h>

#include <criterion/criterion.h>

#define ROOM sizeof(((struct packet *)0)->bytes)

static __u8 *guard; /* first byte that cannot be read */

void parse_packet_ready(void)
{
	__u8 *memory =
		mmap(NULL, ROOM + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(mprotect(memory + ROOM, 4096, PROT_NONE), 0);
	guard = memory + ROOM;
}

static void check_result(int result, const struct hdrtap_packet *out, __u32 captured, __u32 length)
{
	cr_assert_geq(result, HDRTAP_PACKET_SHORT);
	cr_assert_leq(result, HDRTAP_COUNTER_PORT);
	cr_assert_leq(out->vlan_count, HDRTAP_VLANS_MAX);
	cr_assert_lt(out->tunnel[0], HDRTAP_TUNNEL_MAX);
	cr_assert_lt(out->tunnel[1], HDRTAP_TUNNEL_MAX);
	if (result != HDRTAP_PACKET_TCP)
		return;
	cr_assert(out->payload_length || out->tcp_flags & 7);
	cr_assert_leq(out->payload, captured + 40); /* TCP options are not read */
	cr_assert_leq(out->payload + out->payload_length, length);
}

int parse_packet_cut(__u16 ethertype, const struct packet *p, __u32 captured, __u32 length,
		     const struct hdrtap_config *config, struct hdrtap_packet *out)
{
	__u8 *data = guard - captured;
	int result;

	memcpy(data, p->bytes, captured);
	hdrtap_packet_begin(out, ethertype, length);
	result = hdrtap_parse_packet(data, guard, config, out);
	check_result(result, out, captured, length);
	return result;
}

int parse_packet(__u16 ethertype, const struct packet *p, const struct hdrtap_config *config,
		 struct hdrtap_packet *out)
{
	int whole = parse_packet_cut(ethertype, p, p->size, p->size, config, out), result, seen = 0;
	struct hdrtap_packet cut;
	__u32 n;

	cr_assert_neq(whole, HDRTAP_PACKET_SHORT);
	for (n = 0; n < p->size; n++) {
		result = parse_packet_cut(ethertype, p, n, p->size, config, &cut);
		if (result == HDRTAP_PACKET_SHORT) {
			cr_assert(!seen, "short at %u bytes, not with fewer", n);
			continue;
		}
		seen = 1;
		cr_assert_eq(result, whole, "%d at %u bytes, %d at all", result, n, whole);
		if (whole == HDRTAP_PACKET_TCP)
			cr_assert(!memcmp(&cut, out, sizeof(cut)), "differs at %u bytes", n);
		result = parse_packet_cut(ethertype, p, n, n, config, &cut);
		cr_assert_neq(result, HDRTAP_PACKET_SHORT);
	}
	return whole;
}
