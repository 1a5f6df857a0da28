/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures in the classic pcap format, read in place: libpcap copies each packet three times on its
 * way out of stdio, which takes longer than parsing what is no head.
 */
#ifndef HDRTAP_USER_PCAP_CLASSIC_H
#define HDRTAP_USER_PCAP_CLASSIC_H

#include <stdbool.h>

#include "capture/pcap_input.h"
#include "capture/pcap_packet.h"

struct pcap_classic {
	struct pcap_input *input;
	int dlt;
	__u32 snaplen;
	bool swapped;     /* numbers are in the other byte order */
	bool nanoseconds; /* fractions of seconds are, not microseconds */
	const char *why;  /* after a failure */
};

/*
 * Looks whether what begins there is such a capture, of a link type whose number means the same
 * everywhere. Returns true, or false, and nothing was taken: libpcap may know it, and says so if
 * not.
 */
bool pcap_classic_open(struct pcap_classic *classic, struct pcap_input *input);

/* The next packet, whose data are valid until the next call. Returns 1, 0 at the end or when the
 * input was stopped, or -1, with `why`. */
int pcap_classic_next(struct pcap_classic *classic, struct pcap_packet *packet);

#endif
