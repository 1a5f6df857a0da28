/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures in the pcapng format, read in place: several sections, each in its own byte order, whose
 * interfaces differ in link type, snapshot length and the unit of their times.
 */
#ifndef HDRTAP_USER_PCAP_NG_H
#define HDRTAP_USER_PCAP_NG_H

#include "capture/pcap_input.h"
#include "capture/pcap_packet.h"

#define PCAP_NG_INTERFACES_MAX 65536 /* in one section; more are damage */

struct pcap_ng;

/* Whether what begins there is such a capture. Nothing is taken. */
bool pcap_ng_begins(struct pcap_input *input);

/* Returns NULL when out of memory. The input must outlive it. */
struct pcap_ng *pcap_ng_new(struct pcap_input *input);
void pcap_ng_free(struct pcap_ng *ng);

/*
 * Reads on to the first interface, and as far as it can without waiting and without passing a
 * packet. Returns 0, or -1: the file is damaged there, and pcap_ng_why() says how. At its end
 * without an interface, too, it returns 0.
 */
int pcap_ng_read_ahead(struct pcap_ng *ng);

/* The link types of the interfaces described so far in this section, by number. */
__u32 pcap_ng_interfaces(const struct pcap_ng *ng);
int pcap_ng_dlt(const struct pcap_ng *ng, __u32 number);

/* The next packet, whose data are valid until the next call. Returns 1, 0 at the end or when the
 * input was stopped, or -1: the file is damaged there. */
int pcap_ng_next(struct pcap_ng *ng, struct pcap_packet *packet);

/* What is wrong, and at which byte; of the file, or of what it decompresses to. */
const char *pcap_ng_why(const struct pcap_ng *ng);

#endif
