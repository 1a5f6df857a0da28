/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The beginning of a packet, as a pcap-filter expression reads it: the packet as it is on the wire,
 * so that a VLAN tag that the kernel keeps beside the packet is in its place. Code that is made
 * when programs are loaded (user/filter/translate.c) reads it by the offsets of these members.
 */
#ifndef HDRTAP_PREFIX_H
#define HDRTAP_PREFIX_H

#include <hdrtap/types.h>

#define HDRTAP_PREFIX     128 /* bytes of a packet that are loaded at once; power of two */
#define HDRTAP_PREFIX_TAG 4   /* bytes of a VLAN tag */

struct hdrtap_prefix {
	__u8 bytes[HDRTAP_PREFIX];      /* as many as `length` says */
	__u8 behind[HDRTAP_PREFIX_TAG]; /* loaded where there is a tag beside, and never read */
	__u32 length;                   /* of the packet, with the tag */
	__u32 beside; /* bytes of the tag: what is behind `bytes` is at offsets smaller by
			 as much */
	__u32 type;   /* PACKET_OUTGOING or PACKET_HOST, as of packet(7) */
	__u32 in_use; /* 1: an interrupted program is using it */
};

#endif
