/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_link_wifi.h"

#include "capture/pcap_link_llc.h"
#include "capture/pcap_link_strip.h"

/* First two bytes of a frame. */
#define VERSION_TYPE 0x0f
#define DATA         0x08
#define NO_DATA      0x40
#define QOS          0x80
#define FROM_AND_TO  0x03 /* access points at both ends: a fourth address */
#define MORE         0x04 /* fragments */
#define PROTECTED    0x40
#define ORDER        0x80 /* with QOS: HT control follows */
#define SEQUENCE     22   /* fragment number in the lower four bits */
#define AMSDU        0x80 /* in the first byte of QoS control */
#define AMSDU_HEADER 14   /* addresses and a length before each frame */
#define FRAME        24
#define ADDRESS      6
#define QOS_CONTROL  2
#define HT_CONTROL   4

#define RADIOTAP        8 /* version, length, bits of what follows */
#define RADIOTAP_TSFT   0x00000001
#define RADIOTAP_FLAGS  0x00000002
#define RADIOTAP_MORE   0x80000000 /* another word of bits */
#define RADIOTAP_PADDED 0x20       /* flag: the frame's header is padded to 4 bytes */

#define PRISM     144
#define AVS       64
#define AVS_MAGIC 0x80211000

static __u32 le32(const __u8 *at)
{
	return __builtin_bswap32(hdrtap_be32(at));
}

static bool is_readable(const __u8 *frame)
{
	return (frame[0] & VERSION_TYPE) == DATA && !(frame[0] & NO_DATA) &&
	       !(frame[1] & (PROTECTED | MORE)) && !(frame[SEQUENCE] & 0x0f);
}

static __u32 frame_size(const __u8 *frame)
{
	__u32 size = FRAME;

	if ((frame[1] & FROM_AND_TO) == FROM_AND_TO)
		size += ADDRESS;
	if (!(frame[0] & QOS))
		return size;
	return size + QOS_CONTROL + (frame[1] & ORDER ? HT_CONTROL : 0);
}

static bool is_amsdu(const __u8 *frame)
{
	__u32 qos = FRAME + ((frame[1] & FROM_AND_TO) == FROM_AND_TO ? ADDRESS : 0);

	return frame[0] & QOS && frame[qos] & AMSDU;
}

static void read_frame(struct native_packet *packet, bool padded)
{
	const __u8 *frame = packet->data;
	__u32 size;

	if (packet->captured < FRAME) {
		pcap_link_strip(packet, FRAME);
		return;
	}
	if (!is_readable(frame)) {
		pcap_link_other(packet);
		return;
	}
	size = frame_size(frame);
	if (!pcap_link_strip(packet, padded ? (size + 3) & ~3u : size))
		return;
	if (is_amsdu(frame) && !pcap_link_strip(packet, AMSDU_HEADER))
		return;
	pcap_link_llc(packet);
}

void pcap_link_wifi(struct native_packet *packet)
{
	read_frame(packet, false);
}

/* The flags stand behind all words of bits and the timestamp, which is at a multiple of 8. */
static bool is_padded(const __u8 *header, __u32 size)
{
	__u32 present = le32(header + 4), at = RADIOTAP, word = present;

	while (word & RADIOTAP_MORE && at + 4 <= size) {
		word = le32(header + at);
		at += 4;
	}
	if (present & RADIOTAP_TSFT)
		at = ((at + 7) & ~7u) + 8;
	return present & RADIOTAP_FLAGS && at < size && header[at] & RADIOTAP_PADDED;
}

void pcap_link_radiotap(struct native_packet *packet)
{
	const __u8 *header = packet->data;
	__u32 size;

	if (packet->captured < RADIOTAP) {
		pcap_link_strip(packet, RADIOTAP);
		return;
	}
	size = header[2] | header[3] << 8;
	if (header[0] || size < RADIOTAP) {
		pcap_link_other(packet);
		return;
	}
	if (pcap_link_strip(packet, size))
		read_frame(packet, is_padded(header, size));
}

void pcap_link_prism(struct native_packet *packet)
{
	const __u8 *header = packet->data;
	__u32 size = PRISM;

	if (packet->captured >= 8 && (hdrtap_be32(header) & 0xfffff000) == AVS_MAGIC)
		size = hdrtap_be32(header + 4);
	if (size < AVS)
		pcap_link_other(packet);
	else if (pcap_link_strip(packet, size))
		read_frame(packet, false);
}
