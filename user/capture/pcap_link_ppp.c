/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_link_ppp.h"

#include "capture/pcap_link_llc.h"
#include "capture/pcap_link_strip.h"

#define PPPOE 6
#define HDLC  4 /* address, control, Ethertype */

/* PPP protocol numbers, and what RFC 1661 lets be left out of them: a leading zero byte. */
static __u16 ppp_protocol(__u16 number)
{
	switch (number) {
	case 0x0021:
		return HDRTAP_ETHERTYPE_IPV4;
	case 0x0057:
		return HDRTAP_ETHERTYPE_IPV6;
	}
	return PCAP_LINK_OTHER;
}

/* Behind address and control. */
static void read_protocol(struct native_packet *packet)
{
	const __u8 *bytes = packet->data;

	if (!pcap_link_strip(packet, 1))
		return;
	if (bytes[0] & 1) {
		packet->protocol = ppp_protocol(bytes[0]);
		return;
	}
	if (pcap_link_strip(packet, 1))
		packet->protocol = ppp_protocol(hdrtap_be16(bytes));
}

void pcap_link_ppp(struct native_packet *packet)
{
	if (packet->captured && (packet->data[0] == 0x0f || packet->data[0] == 0x8f)) {
		pcap_link_hdlc(packet);
		return;
	}
	if (packet->captured && packet->data[0] == 0xff && !pcap_link_strip(packet, 2))
		return;
	read_protocol(packet);
}

/* pppd writes its byte over the address, and leaves the control byte (3) where it is. */
void pcap_link_ppp_direction(struct native_packet *packet)
{
	const __u8 *sent = packet->data;

	if (!pcap_link_strip(packet, 1))
		return;
	packet->direction = *sent ? HDRTAP_DIRECTION_TRANSMIT : HDRTAP_DIRECTION_RECEIVE;
	if (packet->captured && packet->data[0] == 3) {
		pcap_link_strip(packet, 1);
		read_protocol(packet);
	} else {
		pcap_link_ppp(packet);
	}
}

void pcap_link_ppp_ether(struct native_packet *packet)
{
	const __u8 *pppoe = packet->data;

	if (!pcap_link_strip(packet, PPPOE))
		return;
	if (pppoe[0] == 0x11 && !pppoe[1])
		read_protocol(packet);
	else
		pcap_link_other(packet);
}

void pcap_link_hdlc(struct native_packet *packet)
{
	const __u8 *hdlc = packet->data;

	if (pcap_link_strip(packet, HDLC))
		packet->protocol = hdrtap_be16(hdlc + 2);
}

/* RFC 2427: behind the address, whose last byte is odd, a control byte and a network layer number;
 * or Cisco's way, an Ethertype right there. */
void pcap_link_frame_relay(struct native_packet *packet)
{
	const __u8 *bytes;

	do {
		bytes = packet->data;
		if (!pcap_link_strip(packet, 1))
			return;
	} while (!(*bytes & 1));
	bytes = packet->data;
	if (!pcap_link_strip(packet, 2))
		return;
	if (bytes[0] != 3)
		packet->protocol = hdrtap_be16(bytes);
	else if (bytes[1] == 0xcc)
		packet->protocol = HDRTAP_ETHERTYPE_IPV4;
	else if (bytes[1] == 0x8e)
		packet->protocol = HDRTAP_ETHERTYPE_IPV6;
	else
		pcap_link_other(packet);
}
