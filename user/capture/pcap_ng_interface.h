/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a pcapng section says of its interfaces, the options that say it, and the times that are in
 * each one's unit.
 */
#ifndef HDRTAP_USER_PCAP_NG_INTERFACE_H
#define HDRTAP_USER_PCAP_NG_INTERFACE_H

#include <stdbool.h>
#include <string.h>

#include <hdrtap/types.h>

struct pcap_ng_interface {
	int dlt;
	__u32 snaplen;   /* bytes; 0: no limit */
	__u8 resolution; /* if_tsresol: ticks are 10^-n s, or 2^-n s with the highest bit */
	__s64 offset;    /* if_tsoffset: s to be added */
};

/* Numbers of a section that is, or is not, in the other byte order. */
static inline __u16 pcap_ng_16(const __u8 *at, bool swapped)
{
	__u16 stored;

	memcpy(&stored, at, sizeof(stored));
	return swapped ? __builtin_bswap16(stored) : stored;
}

static inline __u32 pcap_ng_32(const __u8 *at, bool swapped)
{
	__u32 stored;

	memcpy(&stored, at, sizeof(stored));
	return swapped ? __builtin_bswap32(stored) : stored;
}

/* Options not read yet. */
struct pcap_ng_options {
	const __u8 *at;
	__u32 size;
};

struct pcap_ng_option {
	__u16 code, length;
	const __u8 *value;
};

/* The next option. Returns 1, 0: there is no other, or -1: it is longer than what is left. */
int pcap_ng_option(struct pcap_ng_options *left, struct pcap_ng_option *option, bool swapped);

/* From the body of an interface's description. Returns NULL, or what is wrong with it, to follow
 * "the block". */
const char *pcap_ng_interface_read(struct pcap_ng_interface *interface, const __u8 *body,
				   __u32 size, bool swapped);

/* Ticks since the epoch as ns. False: before 1970, or beyond 2262-04-11, where 63 bits of them end.
 */
bool pcap_ng_interface_time(const struct pcap_ng_interface *interface, __u64 ticks, __u64 *ns);

#endif
