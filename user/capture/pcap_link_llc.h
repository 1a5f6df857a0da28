/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * LLC and SNAP (IEEE 802.2), and Ethernet with a switch's tag in front of its type.
 */
#ifndef HDRTAP_USER_PCAP_LINK_LLC_H
#define HDRTAP_USER_PCAP_LINK_LLC_H

#include "capture/native.h"

/* A packet that begins with LLC: of SNAP what is in it, otherwise nothing. */
void pcap_link_llc(struct native_packet *packet);

void pcap_link_fddi(struct native_packet *packet);
void pcap_link_token_ring(struct native_packet *packet);

/* Tags of 4 and 8 bytes behind the addresses. */
void pcap_link_tag4(struct native_packet *packet);
void pcap_link_tag8(struct native_packet *packet);

#endif
