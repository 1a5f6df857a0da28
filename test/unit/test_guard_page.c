/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets that end at a page that can't be touched: llhttp's cases as the payload of a connection's
 * only segment, whole and cut at every byte, through the native build.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "capture/native.h"
#include "feeder.h"
#include "llhttp_cases.h"
#include "packets.h"
#include "record_room.h"
#include "run/elements.h"

static struct llhttp_cases cases;
static struct feeder feeder;
static struct run_meta meta;
static struct hdrtap_settings settings;
static __u8 *guarded;

/* What the last packet gave. */
static __u32 records, unflagged;
static union record_room first;

static int collect(void *context, const struct hdrtap_record *rec)
{
	(void)context;
	if (!records++)
		first = *record_room(rec);
	if (!(rec->flags & HDRTAP_FLAG(SNAPLEN)) && rec->flags & HDRTAP_FLAG(INCOMPLETE))
		unflagged++;
	return 0;
}

static void setup(void)
{
	cases = llhttp_cases_read();
	feeder_init(&feeder);
	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
	cr_assert_eq(elements_build(&settings.elements, &meta,
				    1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE, 0),
		     0);
	guarded = guarded_alloc(sizeof(((struct packet *)0)->bytes));
}

static void teardown(void)
{
	guarded_free(guarded, sizeof(((struct packet *)0)->bytes));
	feeder_free(&feeder);
	llhttp_cases_free(&cases);
}

TestSuite(guard_page, .init = setup, .fini = teardown);

static void make_packet(struct packet *p, const __u8 *payload, size_t length)
{
	p->size = 0;
	packet_ethernet(p, 0x0800);
	packet_ipv4(p, 0, 20 + length);
	packet_tcp(p, 0, "");
	packet_put(p, payload, length);
}

/* The SYN before what make_packet() makes. */
static void open_connection(struct native *native)
{
	struct packet p;
	__u8 *tcp = p.bytes + 14 + 20;
	struct native_packet packet = { .data = p.bytes, .link = NATIVE_ETHERNET };

	make_packet(&p, (const __u8 *)"", 0);
	tcp[7]--;
	tcp[13] = 0x02;
	packet.captured = packet.length = p.size;
	native_packet(native, &packet);
}

/* Parses the first `captured` bytes of the packet, which are the last ones before the guard page:
 * all there is of its connection. */
static void parse(const struct packet *p, __u32 captured)
{
	static const struct hdrtap_config config = { .sets = 1, .heads = 4, .early = 4 };
	struct native *native = native_new(&(struct native_options){
		.settings = &settings, .config = &config, .emit = collect });
	struct native_packet packet = {
		.data = guarded + sizeof(p->bytes) - captured,
		.captured = captured,
		.length = p->size,
		.link = NATIVE_ETHERNET,
	};

	memcpy(guarded + sizeof(p->bytes) - captured, p->bytes, captured);
	cr_assert_not_null(native);
	records = unflagged = 0;
	open_connection(native);
	native_packet(native, &packet);
	native_finish(native);
	native_free(native);
}

/* What a connection's first head is flagged. */
static __u64 flags_of_first(const struct hdrtap_record *rec)
{
	return rec->kind == HDRTAP_KIND_RESPONSE ? HDRTAP_FLAG(UNPAIRED) : 0;
}

/* Whether `first` is the record of a connection's first head, and `second` of the same bytes
 * without a packet. */
static bool same_head(union record_room first, union record_room second)
{
	struct hdrtap_record *a = &first.rec, *b = &second.rec;

	b->flags |= flags_of_first(b);
	b->depth = 1;
	a->direction = b->direction;
	a->source_port = b->source_port;
	a->destination_port = b->destination_port;
	a->tcp_sequence = b->tcp_sequence;
	memcpy(a->source, b->source, sizeof(a->source));
	memcpy(a->destination, b->destination, sizeof(a->destination));
	hdrtap_record_normalise(a);
	hdrtap_record_normalise(b);
	return !memcmp(&first, &second, sizeof(first));
}

static void expect_first_head(const char *name, const __u8 *bytes, size_t length)
{
	struct feed_result result =
		feeder_run(&feeder, &settings.elements, bytes, length, PIECES_WHOLE);
	struct packet p;

	if (length >= 4 && !memcmp(bytes, "PRI ", 4)) /* the HTTP/2 preface is told apart before */
		result.record = false;
	make_packet(&p, bytes, length);
	parse(&p, p.size);
	cr_expect_eq(records > 0, result.record, "%s: %u records", name, records);
	cr_expect(!records || !result.record || same_head(first, result.room), "%s: another record",
		  name);
}

Test(guard_page, whole_packets)
{
	for (size_t i = 0; i < cases.count; i++)
		for (size_t j = 0; j < cases.list[i].message_count; j++) {
			size_t begin = cases.list[i].message[j].begin;

			expect_first_head(cases.list[i].name, cases.list[i].input.data + begin,
					  cases.list[i].input.length - begin);
		}
}

Test(guard_page, cut_packets)
{
	for (size_t i = 0; i < cases.count; i++) {
		struct packet p;

		make_packet(&p, cases.list[i].input.data, cases.list[i].input.length);
		for (__u32 captured = 0; captured < p.size; captured++) {
			parse(&p, captured);
			cr_expect_eq(unflagged, 0, "%s, cut to %u bytes: not flagged",
				     cases.list[i].name, captured);
		}
	}
}
