/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/. What is unusual in it
 * (other versions, link types with flags) is left to libpcap, and what is wrong is what libpcap
 * finds wrong.
 */
#include "capture/pcap_classic.h"

#include <pcap/pcap.h>
#include <string.h>

#include <hdrtap/types.h>

#define MAGIC_MICROSECONDS 0xa1b2c3d4
#define MAGIC_NANOSECONDS  0xa1b23c4d

#define NS_PER_S 1000000000ULL

#define PACKET_MAX (256 << 10) /* bytes that libpcap takes of a packet of these link types */

struct file_head {
	__u32 magic;
	__u16 major, minor;
	__u32 reserved[2];
	__u32 snaplen;
	__u32 linktype;
};

struct packet_head {
	__u32 seconds, fraction;
	__u32 captured, length;
};
_Static_assert(sizeof(struct packet_head) + PACKET_MAX <= PCAP_INPUT_PEEK_MAX,
	       "a packet can be had in one piece");

static __u32 number(const struct pcap_classic *classic, __u32 stored)
{
	return classic->swapped ? __builtin_bswap32(stored) : stored;
}

/* -1: one for libpcap. */
static int dlt_of(__u32 linktype)
{
	switch (linktype) {
	case DLT_EN10MB:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
	case DLT_IPV4:
	case DLT_IPV6:
		return linktype;
	case 101: /* LINKTYPE_RAW, the one that is another DLT_ on other systems */
		return DLT_RAW;
	}
	return -1;
}

bool pcap_classic_open(struct pcap_classic *classic, struct pcap_input *input)
{
	const __u8 *bytes = pcap_input_peek(input, sizeof(struct file_head));
	struct file_head head;
	__u32 magic;

	if (!bytes)
		return false;
	memcpy(&head, bytes, sizeof(head));
	*classic = (struct pcap_classic){ .input = input };
	classic->swapped = (head.magic & 0xff) == 0xa1;
	magic = number(classic, head.magic);
	classic->nanoseconds = magic == MAGIC_NANOSECONDS;
	classic->dlt = dlt_of(number(classic, head.linktype));
	classic->snaplen = number(classic, head.snaplen);
	if (!classic->snaplen || classic->snaplen > PACKET_MAX)
		classic->snaplen = PACKET_MAX;
	if ((magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) || classic->dlt < 0 ||
	    head.major != (classic->swapped ? 0x0200 : 2) ||
	    head.minor != (classic->swapped ? 0x0400 : 4))
		return false;
	pcap_input_skip(input, sizeof(head));
	return true;
}

/* Bytes are missing: Returns 0 at the end of the file or where it was stopped, or -1. */
static int ended(struct pcap_classic *classic)
{
	if (!pcap_input_left(classic->input))
		return 0;
	classic->why = "it ends inside a packet";
	return -1;
}

static __u64 time_of(const struct pcap_classic *classic, const struct packet_head *head)
{
	__u64 fraction = number(classic, head->fraction);

	return number(classic, head->seconds) * NS_PER_S +
	       fraction * (classic->nanoseconds ? 1 : 1000);
}

int pcap_classic_next(struct pcap_classic *classic, struct pcap_packet *packet)
{
	const __u8 *bytes = pcap_input_peek(classic->input, sizeof(struct packet_head));
	struct packet_head head;
	__u32 captured;

	if (!bytes)
		return ended(classic);
	memcpy(&head, bytes, sizeof(head));
	captured = number(classic, head.captured);
	if (captured > PACKET_MAX) {
		classic->why = "it has a packet of impossible size, so it is damaged";
		return -1;
	}
	bytes = pcap_input_peek(classic->input, sizeof(head) + captured);
	if (!bytes)
		return ended(classic);
	pcap_input_skip(classic->input, sizeof(head) + captured);
	*packet = (struct pcap_packet){
		.data = bytes + sizeof(head),
		.captured = captured < classic->snaplen ? captured : classic->snaplen,
		.length = number(classic, head.length),
		.time = time_of(classic, &head),
		.dlt = classic->dlt,
	};
	return 1;
}
