/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/hdrtap/state/flow.h and table.h: keys of connections, and through the native build which
 * connections are remembered and which are given up, in a table of one set. */
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/state/flow.h>

#include "streams.h"

#define GET    "GET /whole HTTP/1.1\r\n\r\n"
#define BEGUN  "GET /begun HTTP/1.1\r\nHost: a.example\r\n"
#define SECOND 1100000000ULL /* ns: ages are told apart */

static const union record_room *found = streams.record;

static void setup(void)
{
	streams_begin(16, 4);
}

TestSuite(table, .init = setup, .fini = streams_end);

/* --- keys --- */

static void make_packet(struct hdrtap_packet *p, __u8 from, __u8 to, __u16 source_port)
{
	memset(p, 0, sizeof(*p));
	memset(p->source, from, sizeof(p->source));
	memset(p->destination, to, sizeof(p->destination));
	p->source_port = source_port;
	p->destination_port = 80;
}

/* The packet's answer. */
static struct hdrtap_packet turned(const struct hdrtap_packet *p)
{
	struct hdrtap_packet other = *p;

	memcpy(other.source, p->destination, sizeof(other.source));
	memcpy(other.destination, p->source, sizeof(other.source));
	other.source_port = p->destination_port;
	other.destination_port = p->source_port;
	return other;
}

static void expect_one_key(const struct hdrtap_packet *p)
{
	struct hdrtap_packet other = turned(p);
	struct hdrtap_flow_key a, b;

	cr_assert_eq(hdrtap_flow_key(&a, p) ^ hdrtap_flow_key(&b, &other), 1);
	cr_assert(hdrtap_key_equal(&a, &b));
	cr_assert_eq(hdrtap_key_hash(&a, 7), hdrtap_key_hash(&b, 7));
	cr_assert_neq(hdrtap_key_hash(&a, 7), hdrtap_key_hash(&a, 8));
}

Test(table, both_directions_have_one_key)
{
	struct hdrtap_packet p;
	__u32 i;

	make_packet(&p, 1, 2, 40000);
	expect_one_key(&p);
	make_packet(&p, 2, 1, 40000);
	expect_one_key(&p);
	make_packet(&p, 1, 1, 40000); /* a host to itself: the ports tell */
	expect_one_key(&p);
	for (i = 0; i < 16; i++) { /* every byte of an address tells */
		make_packet(&p, 5, 5, 80);
		p.source[i]++;
		expect_one_key(&p);
	}
}

#define EXPECT_ANOTHER_KEY(change)                                             \
	do {                                                                   \
		make_packet(&p, 1, 2, 40000);                                  \
		hdrtap_flow_key(&a, &p);                                       \
		change;                                                        \
		hdrtap_flow_key(&b, &p);                                       \
		cr_assert(!hdrtap_key_equal(&a, &b), "%s", #change);           \
		cr_assert_neq(hdrtap_key_hash(&a, 7), hdrtap_key_hash(&b, 7)); \
	} while (0)

Test(table, other_addresses_or_ports_are_another_connection)
{
	struct hdrtap_flow_key a, b;
	struct hdrtap_packet p;

	EXPECT_ANOTHER_KEY(p.source[15]++);
	EXPECT_ANOTHER_KEY(p.destination[0]++);
	EXPECT_ANOTHER_KEY(p.source_port++);
	EXPECT_ANOTHER_KEY(p.destination_port++);
}

/* The place of a packet after `change`; without one: of a packet at interface 1. */
#define PLACE_AFTER(change)                         \
	({                                          \
		struct hdrtap_packet p;             \
		__u32 ifindex = 1;                  \
                                                    \
		make_packet(&p, 1, 2, 40000);       \
		change;                             \
		hdrtap_place_of(&p, ifindex, SEED); \
	})
#define SEED 7

Test(table, another_interface_vlan_or_tunnel_is_another_place)
{
	__u64 place = PLACE_AFTER((void)0);

	cr_assert_neq(place, PLACE_AFTER(ifindex = 2));
	cr_assert_neq(place, PLACE_AFTER(hdrtap_packet_vlan(&p, 1)));
	cr_assert_neq(place, PLACE_AFTER(p.tunnel[0] = HDRTAP_TUNNEL_GRE));
	cr_assert_neq(PLACE_AFTER(p.tunnel[0] = HDRTAP_TUNNEL_GRE),
		      PLACE_AFTER((p.tunnel[0] = HDRTAP_TUNNEL_GRE, p.tunnel_id[0] = 1)));
	cr_assert_neq(PLACE_AFTER(p.tunnel[0] = HDRTAP_TUNNEL_GRE),
		      PLACE_AFTER(
			      (p.tunnel[0] = HDRTAP_TUNNEL_GRE, p.tunnel[1] = HDRTAP_TUNNEL_GRE)));
	cr_assert_neq(PLACE_AFTER((hdrtap_packet_vlan(&p, 1), hdrtap_packet_vlan(&p, 2))),
		      PLACE_AFTER((hdrtap_packet_vlan(&p, 2), hdrtap_packet_vlan(&p, 1))));
}

Test(table, a_priority_tag_is_no_place_of_its_own)
{
	cr_assert_eq(PLACE_AFTER((void)0), PLACE_AFTER(hdrtap_packet_vlan(&p, 3 << 13)));
	cr_assert_eq(PLACE_AFTER(hdrtap_packet_vlan(&p, 5)),
		     PLACE_AFTER((hdrtap_packet_vlan(&p, 0), hdrtap_packet_vlan(&p, 5))));
}

/* --- a full set --- */

/* Connections with the ports `from` to `to`, all with a head in progress. */
static void begin_heads(__u16 from, __u16 to)
{
	for (; from <= to; from++) {
		struct connection c = connection_open(from, 1000);

		client_says(&c, BEGUN);
	}
}

Test(table, the_one_that_is_quiet_for_longest_is_given_up)
{
	struct connection c = { .port = 1, .client = 1000 + strlen(BEGUN), .server = 5000 };

	begin_heads(1, 1);
	streams.time += SECOND;
	begin_heads(2, 2);
	streams.time += SECOND;
	begin_heads(3, 8);
	streams.time += SECOND;
	client_says(&c, "User-Agent: x\r\n"); /* so it is another one */
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 0);
	begin_heads(9, 9);
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.source_port, 2);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(EVICTED) | HDRTAP_FLAG(INCOMPLETE));
	cr_assert(!memcmp(found[0].rec.arena, "/beguna.example", 15));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_CONNECTIONS), 9);
	client_says(&c, "\r\n");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[1].rec.source_port, 1);
	cr_assert_eq(found[1].rec.flags, 0);
	streams_finish();
	cr_assert_eq(streams.count, 9);
}

Test(table, one_that_ended_goes_first)
{
	struct connection c;

	begin_heads(1, 7);
	streams.time += SECOND;
	c = connection_open(8, 1000);
	client_says(&c, GET);
	server_says(&c, "HTTP/1.1 204 No Content\r\n\r\n");
	client_flags(&c, STREAMS_FIN);
	server_flags(&c, STREAMS_FIN);
	begin_heads(9, 9);
	cr_assert_eq(streams.count, 2); /* those of port 8 */
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 0);
	streams_finish();
	cr_assert_eq(streams.count, 10);
}

Test(table, one_without_payload_goes_before_those_with_some)
{
	begin_heads(1, 7);
	streams.time += SECOND;
	connection_open(8, 1000);
	begin_heads(9, 9);
	cr_assert_eq(streams.count, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 1);
}

Test(table, one_of_another_protocol_goes_before_those_of_http)
{
	struct connection c;

	begin_heads(1, 7);
	streams.time += SECOND;
	c = connection_open(8, 1000);
	client_says(&c, "\x16\x03\x01\x02");
	client_says(&c, "\x17\x03\x03\x02");
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_TLS), 2);
	begin_heads(9, 9);
	cr_assert_eq(streams.count, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 1);
}

Test(table, one_that_was_given_up_begins_anew)
{
	struct connection c = connection_open(1, 1000);

	client_says(&c, GET);
	streams.time += SECOND;
	begin_heads(2, 9);
	client_says(&c, GET); /* SYN is forgotten */
	cr_assert_eq(found[streams.count - 1].rec.source_port, 1);
	cr_assert_eq(found[streams.count - 1].rec.flags, HDRTAP_FLAG(RESYNC));
	cr_assert_eq(found[streams.count - 1].rec.depth, 0);
}

/* What does not begin like a message needs no place. */
Test(table, payload_of_connections_that_are_not_known)
{
	struct segment s = { .payload = "\1\2\3\4", .size = 4, .port = 40000, .sequence = 1 };

	streams_segment(&s);
	s.payload = NULL;
	s.size = 0;
	s.flags = STREAMS_FIN;
	streams_segment(&s);
	s.flags = STREAMS_RST;
	streams_segment(&s);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_CONNECTIONS), 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_NOT_HTTP), 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_NO_PAYLOAD), 2);
}

#define FAR 10000000 /* bytes that numbers of different connections are apart */

Test(table, interfaces_are_apart)
{
	struct segment s = { .port = 40000, .sequence = 999, .flags = STREAMS_SYN };

	for (s.ifindex = 1; s.ifindex < 3; s.ifindex++) {
		s.sequence = FAR * s.ifindex - 1;
		streams_segment(&s);
	}
	s = (struct segment){ .payload = GET, .port = 40000 };
	for (s.ifindex = 1; s.ifindex < 3; s.ifindex++) {
		s.sequence = FAR * s.ifindex;
		s.size = 10;
		streams_segment(&s);
	}
	s.payload = GET + 10;
	for (s.ifindex = 1; s.ifindex < 3; s.ifindex++) {
		s.sequence = FAR * s.ifindex + 10;
		s.size = strlen(GET) - 10;
		streams_segment(&s);
		cr_assert_eq(streams.count, s.ifindex);
		cr_assert_eq(found[s.ifindex - 1].rec.ifindex, s.ifindex);
		cr_assert_eq(found[s.ifindex - 1].rec.flags, 0);
	}
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_CONNECTIONS), 2);
}
