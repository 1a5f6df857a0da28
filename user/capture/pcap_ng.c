/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/. libpcap (1.10) takes one
 * link type and one snapshot length per file, and refuses the others.
 * A block is looked at where it stands in the input's buffer, as much of it as fits; what is behind
 * that is passed over before the next one. No length is trusted before it was compared with the
 * block's, and none of a block before the bytes are there.
 */
#include "capture/pcap_ng.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/record.h>

#include "capture/pcap_ng_interface.h"

#define BLOCK_SECTION   0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET    2 /* obsolete */
#define BLOCK_SIMPLE    3
#define BLOCK_ENHANCED  6

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define BYTE_ORDER_AT    8 /* offset in a section's first block */

#define BLOCK_FRAME 12 /* type, length, and the length again at the end */
#define BLOCK_BEGIN 8  /* the first two of them */

#define PACKET_FIELDS 20          /* bytes before an enhanced packet's data */
#define PACKET_MAX    (256 << 10) /* bytes of a packet that are looked at, as libpcap has it */
_Static_assert(PACKET_MAX + PACKET_FIELDS + BLOCK_FRAME <= PCAP_INPUT_PEEK_MAX,
	       "a packet can be had in one piece");
_Static_assert(PCAP_INPUT_PEEK_MAX % 4 == 0, "so the length at the end is in one piece, too");

#define OPTION_FLAGS 2 /* of an enhanced packet */

struct pcap_ng {
	struct pcap_input *input;
	__u64 offset; /* of the next byte */
	__u64 block;  /* where the current block begins */
	__u32 type;
	__u32 length; /* its bytes */
	__u32 behind; /* bytes still to be passed over */
	bool swapped; /* the section is in the other byte order */
	struct pcap_ng_interface *interface;
	__u32 count, room; /* interfaces of this section */
	char why[160];
};

bool pcap_ng_begins(struct pcap_input *input)
{
	const __u8 *bytes = pcap_input_peek(input, sizeof(__u32));

	return bytes && pcap_ng_32(bytes, false) == BLOCK_SECTION;
}

struct pcap_ng *pcap_ng_new(struct pcap_input *input)
{
	struct pcap_ng *ng = calloc(1, sizeof(*ng));

	if (ng)
		ng->input = input;
	return ng;
}

void pcap_ng_free(struct pcap_ng *ng)
{
	if (ng)
		free(ng->interface);
	free(ng);
}

__u32 pcap_ng_interfaces(const struct pcap_ng *ng)
{
	return ng->count;
}

int pcap_ng_dlt(const struct pcap_ng *ng, __u32 number)
{
	return ng->interface[number].dlt;
}

const char *pcap_ng_why(const struct pcap_ng *ng)
{
	return ng->why;
}

/* Returns -1. */
static int __attribute__((format(printf, 2, 3)))
damaged(struct pcap_ng *ng, const char *format, ...)
{
	va_list arguments;
	char what[100];

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	snprintf(ng->why, sizeof(ng->why), "the block at byte %llu%s %s", ng->block,
		 pcap_input_decompressed(ng->input) ? " (decompressed)" : "", what);
	return -1;
}

static __u32 number(const struct pcap_ng *ng, const __u8 *at)
{
	return pcap_ng_32(at, ng->swapped);
}

static void skip(struct pcap_ng *ng, __u32 size)
{
	pcap_input_skip(ng->input, size);
	ng->offset += size;
}

/* Bytes are missing. Returns 0 at the end of the file, or -1 inside of a block. */
static int ended(struct pcap_ng *ng)
{
	if (ng->offset == ng->block && !pcap_input_left(ng->input))
		return 0;
	if (ng->length)
		return damaged(ng, "has %u bytes, and the file ends before them", ng->length);
	return damaged(ng, "ends after %zu bytes, with the file", pcap_input_left(ng->input));
}

static int check_trailer(struct pcap_ng *ng, const __u8 *trailer)
{
	__u32 again = number(ng, trailer);

	if (again == ng->length)
		return 0;
	return damaged(ng, "has %u bytes at its begin and %u at its end", ng->length, again);
}

/* Goes behind the current block. Returns 0 or -1. */
static int pass(struct pcap_ng *ng)
{
	const __u8 *bytes;

	while (ng->behind) {
		__u32 size = ng->behind > sizeof(__u32) ? ng->behind - sizeof(__u32) : ng->behind;

		if (size > PCAP_INPUT_PEEK_MAX)
			size = PCAP_INPUT_PEEK_MAX;
		bytes = pcap_input_peek(ng->input, size);
		if (!bytes)
			return ended(ng);
		if (size == ng->behind && check_trailer(ng, bytes))
			return -1;
		skip(ng, size);
		ng->behind -= size;
	}
	return 0;
}

/* A section's first block tells how to read its own length. Returns 1, or as ended(). */
static int read_byte_order(struct pcap_ng *ng)
{
	const __u8 *bytes = pcap_input_peek(ng->input, BYTE_ORDER_AT + sizeof(__u32));
	__u32 magic;

	if (!bytes)
		return ended(ng);
	magic = pcap_ng_32(bytes + BYTE_ORDER_AT, false);
	if (magic != BYTE_ORDER_MAGIC && __builtin_bswap32(magic) != BYTE_ORDER_MAGIC)
		return damaged(ng, "begins a section, but not with the byte-order magic");
	ng->swapped = magic != BYTE_ORDER_MAGIC;
	return 1;
}

/* Looks at the next block's type and length. Returns 1, or as ended(). */
static int read_begin(struct pcap_ng *ng)
{
	const __u8 *bytes;
	int got;

	ng->block = ng->offset;
	ng->length = 0;
	bytes = pcap_input_peek(ng->input, BLOCK_BEGIN);
	if (!bytes)
		return ended(ng);
	if (pcap_ng_32(bytes, false) == BLOCK_SECTION) {
		got = read_byte_order(ng);
		if (got != 1)
			return got;
		bytes = pcap_input_peek(ng->input, BLOCK_BEGIN);
	}
	ng->type = number(ng, bytes);
	ng->length = number(ng, bytes + 4);
	if (ng->length < BLOCK_FRAME || ng->length % 4)
		return damaged(ng, "claims to have %u bytes, which no block has", ng->length);
	return 1;
}

/* Takes the block that read_begin() looked at. Returns its body, `size` bytes of it, or NULL. */
static const __u8 *take(struct pcap_ng *ng, __u32 *size)
{
	__u32 here = ng->length < PCAP_INPUT_PEEK_MAX ? ng->length : PCAP_INPUT_PEEK_MAX;
	const __u8 *bytes;

	ng->behind = ng->length - here;
	bytes = pcap_input_peek(ng->input, here);
	if (!bytes) {
		ended(ng);
		return NULL;
	}
	if (!ng->behind && check_trailer(ng, bytes + ng->length - sizeof(__u32)))
		return NULL;
	skip(ng, here);
	*size = here - BLOCK_BEGIN - (ng->behind ? 0 : sizeof(__u32));
	return bytes + BLOCK_BEGIN;
}

static int read_section(struct pcap_ng *ng, const __u8 *body, __u32 size)
{
	__u16 version;

	if (size < 16)
		return damaged(ng, "begins a section and is too short for that");
	version = pcap_ng_16(body + 4, ng->swapped);
	if (version != 1)
		return damaged(ng, "begins a section of version %u, which is not known", version);
	ng->count = 0;
	return 0;
}

static int add_interface(struct pcap_ng *ng, const struct pcap_ng_interface *interface)
{
	__u32 wanted = ng->room ? 2 * ng->room : 4;
	struct pcap_ng_interface *more;

	if (ng->count == PCAP_NG_INTERFACES_MAX)
		return damaged(ng, "describes one interface more than %u", PCAP_NG_INTERFACES_MAX);
	if (ng->count == ng->room) {
		more = reallocarray(ng->interface, wanted, sizeof(*more));
		if (!more)
			return damaged(ng, "describes an interface: out of memory");
		ng->interface = more;
		ng->room = wanted;
	}
	ng->interface[ng->count++] = *interface;
	return 0;
}

static int read_interface(struct pcap_ng *ng, const __u8 *body, __u32 size)
{
	struct pcap_ng_interface interface;
	const char *why = pcap_ng_interface_read(&interface, body, size, ng->swapped);

	if (why)
		return damaged(ng, "%s", why);
	return add_interface(ng, &interface);
}

/* All but packets. Returns 0 or -1. */
static int read_other(struct pcap_ng *ng, const __u8 *body, __u32 size)
{
	switch (ng->type) {
	case BLOCK_SECTION:
		return read_section(ng, body, size);
	case BLOCK_INTERFACE:
		return read_interface(ng, body, size);
	}
	return 0; /* names, statistics, secrets, and what is yet to be invented */
}

static const struct pcap_ng_interface *find_interface(struct pcap_ng *ng, __u32 which)
{
	if (which < ng->count)
		return &ng->interface[which];
	damaged(ng, "has a packet of interface %u, of which there is no description", which);
	return NULL;
}

/* Bytes of the block's body, those that are not in the buffer, too. */
static __u32 body_size(const struct pcap_ng *ng)
{
	return ng->length - BLOCK_FRAME;
}

static int lies(struct pcap_ng *ng, __u32 captured)
{
	return damaged(ng, "has %u bytes, and a packet of %u in them", ng->length, captured);
}

/* The flags' lowest bits: received or sent, if known. */
static __u8 direction_of(__u32 bits)
{
	if (bits == 1)
		return HDRTAP_DIRECTION_RECEIVE;
	return bits == 2 ? HDRTAP_DIRECTION_TRANSMIT : HDRTAP_DIRECTION_NONE;
}

static void take_direction(const struct pcap_ng *ng, struct pcap_ng_options options,
			   struct pcap_packet *packet)
{
	struct pcap_ng_option option;

	while (pcap_ng_option(&options, &option, ng->swapped) == 1)
		if (option.code == OPTION_FLAGS && option.length == 4)
			packet->direction = direction_of(number(ng, option.value) & 3);
}

/* `fields`: of a packet, whatever stands in the first of them; 20 bytes. */
static int read_packet(struct pcap_ng *ng, const __u8 *body, __u32 size, __u32 which,
		       struct pcap_packet *packet)
{
	const struct pcap_ng_interface *interface;
	__u32 captured, padded;
	__u64 ticks;

	interface = find_interface(ng, which);
	if (!interface)
		return -1;
	ticks = (__u64)number(ng, body + 4) << 32 | number(ng, body + 8);
	captured = number(ng, body + 12);
	if (captured > body_size(ng) - PACKET_FIELDS)
		return lies(ng, captured);
	*packet = (struct pcap_packet){
		.data = body + PACKET_FIELDS,
		.captured = captured < PACKET_MAX ? captured : PACKET_MAX,
		.length = number(ng, body + 16),
		.dlt = interface->dlt,
	};
	packet->no_time = !pcap_ng_interface_time(interface, ticks, &packet->time);
	padded = PACKET_FIELDS + ((captured + 3) & ~3u);
	if (padded < size)
		take_direction(ng, (struct pcap_ng_options){ body + padded, size - padded },
			       packet);
	return 1;
}

static int read_enhanced(struct pcap_ng *ng, const __u8 *body, __u32 size,
			 struct pcap_packet *packet)
{
	if (size < PACKET_FIELDS)
		return damaged(ng, "has a packet and is too short for that");
	return read_packet(ng, body, size, number(ng, body), packet);
}

static int read_obsolete(struct pcap_ng *ng, const __u8 *body, __u32 size,
			 struct pcap_packet *packet)
{
	if (size < PACKET_FIELDS)
		return damaged(ng, "has a packet and is too short for that");
	return read_packet(ng, body, size, pcap_ng_16(body, ng->swapped), packet);
}

static int read_simple(struct pcap_ng *ng, const __u8 *body, __u32 size, struct pcap_packet *packet)
{
	const struct pcap_ng_interface *interface = find_interface(ng, 0);
	__u32 captured, length;

	if (!interface)
		return -1;
	if (size < sizeof(length))
		return damaged(ng, "has a packet and is too short for that");
	captured = length = number(ng, body);
	if (interface->snaplen && captured > interface->snaplen)
		captured = interface->snaplen;
	if (captured > body_size(ng) - sizeof(length))
		return lies(ng, captured);
	*packet = (struct pcap_packet){
		.data = body + sizeof(length),
		.captured = captured < PACKET_MAX ? captured : PACKET_MAX,
		.length = length,
		.no_time = true,
		.dlt = interface->dlt,
	};
	return 1;
}

static bool is_packet(__u32 type)
{
	return type == BLOCK_ENHANCED || type == BLOCK_SIMPLE || type == BLOCK_PACKET;
}

/* Returns 1 and a packet, 0: the block was none, or -1. */
static int read_block(struct pcap_ng *ng, struct pcap_packet *packet)
{
	const __u8 *body;
	__u32 size;

	body = take(ng, &size);
	if (!body)
		return -1;
	switch (ng->type) {
	case BLOCK_ENHANCED:
		return read_enhanced(ng, body, size, packet);
	case BLOCK_SIMPLE:
		return read_simple(ng, body, size, packet);
	case BLOCK_PACKET:
		return read_obsolete(ng, body, size, packet);
	}
	return read_other(ng, body, size);
}

int pcap_ng_read_ahead(struct pcap_ng *ng)
{
	struct pcap_packet none;
	int got;

	for (;;) {
		if (pass(ng))
			return -1;
		if (ng->count && pcap_input_left(ng->input) < BLOCK_BEGIN)
			return 0;
		got = read_begin(ng);
		if (got != 1)
			return got;
		if (is_packet(ng->type) || (ng->count && pcap_input_left(ng->input) < ng->length))
			return 0;
		if (read_block(ng, &none))
			return -1;
	}
}

int pcap_ng_next(struct pcap_ng *ng, struct pcap_packet *packet)
{
	int got;

	do {
		if (pass(ng))
			return -1;
		got = read_begin(ng);
		if (got != 1)
			return got;
		got = read_block(ng, packet);
	} while (!got);
	return got;
}
