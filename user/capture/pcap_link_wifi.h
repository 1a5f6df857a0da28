/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * IEEE 802.11 and what drivers put in front of it. What is encrypted, no data, or a later fragment
 * is nothing that is parsed; of frames that hold several (A-MSDU) the first is read.
 */
#ifndef HDRTAP_USER_PCAP_LINK_WIFI_H
#define HDRTAP_USER_PCAP_LINK_WIFI_H

#include "capture/native.h"

void pcap_link_wifi(struct native_packet *packet);
void pcap_link_radiotap(struct native_packet *packet);
void pcap_link_prism(struct native_packet *packet); /* or AVS, which tells itself */

#endif
