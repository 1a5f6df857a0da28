/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A packet as a capture file has it, whatever the file's format.
 */
#ifndef HDRTAP_USER_PCAP_PACKET_H
#define HDRTAP_USER_PCAP_PACKET_H

#include <stdbool.h>

#include <hdrtap/types.h>

struct pcap_packet {
	const __u8 *data;
	__u32 captured; /* bytes at data */
	__u32 length; /* bytes on the wire as the file says; hostile files say less than captured */
	__u64 time;   /* ns since the epoch */
	bool no_time; /* the file has none, or none between 1970 and 2262 */
	int dlt;
	__u8 direction; /* enum hdrtap_direction */
};

#endif
