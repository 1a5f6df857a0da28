/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Serial lines: PPP in its framings, Cisco HDLC, Frame Relay.
 */
#ifndef HDRTAP_USER_PCAP_LINK_PPP_H
#define HDRTAP_USER_PCAP_LINK_PPP_H

#include "capture/native.h"

/* PPP with or without address and control (RFC 1662), or Cisco HDLC, which captures of PPP hold,
 * too. */
void pcap_link_ppp(struct native_packet *packet);

/* A byte for the direction, then PPP. */
void pcap_link_ppp_direction(struct native_packet *packet);

/* PPPoE's session header (RFC 2516), then PPP. */
void pcap_link_ppp_ether(struct native_packet *packet);

void pcap_link_hdlc(struct native_packet *packet);
void pcap_link_frame_relay(struct native_packet *packet);

#endif
