/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What capturing hosts and cards put in front of packets that have a link type of their own, which
 * they name.
 */
#ifndef HDRTAP_USER_PCAP_LINK_META_H
#define HDRTAP_USER_PCAP_LINK_META_H

#include "capture/native.h"

void pcap_link_nflog(struct native_packet *packet);
void pcap_link_erf(struct native_packet *packet);
void pcap_link_enc(struct native_packet *packet);
void pcap_link_ipnet(struct native_packet *packet);

/* Juniper's, then that of the name. */
void pcap_link_juniper_ethernet(struct native_packet *packet);
void pcap_link_juniper_ppp(struct native_packet *packet);
void pcap_link_juniper_hdlc(struct native_packet *packet);
void pcap_link_juniper_frame_relay(struct native_packet *packet);

/* Both take their header off and return the DLT_* of what is behind it, or -1: it was cut there, or
 * is not what it should be. */
int pcap_link_ppi(struct native_packet *packet);
int pcap_link_pktap(struct native_packet *packet);

#endif
