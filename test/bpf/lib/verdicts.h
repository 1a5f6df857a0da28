/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The verdict of an expression on a packet, in the kernel and by libpcap, on all the ways that
 * packets take.
 */
#ifndef HDRTAP_TEST_VERDICTS_H
#define HDRTAP_TEST_VERDICTS_H

#include <stdbool.h>

#include "filter/filter.h"
#include "frames.h"

/* Ways into the kernel. */
enum {
	WAY_TC,
	WAY_TAG,     /* TC, with a VLAN tag beside the packet */
	WAY_SERVICE, /* with one of a provider */
	WAY_XDP,
	WAY_IP, /* TC, without the Ethernet header */
	WAYS
};

struct tally {
	unsigned long packets, passed, differ;
};

struct verdicts;

/* Loads the programs for the links that the filter is for, which has to stay. NULL: the kernel does
 * not take them. */
struct verdicts *verdicts_open(const struct filter *filter);
void verdicts_close(struct verdicts *verdicts);

/* Compares the verdicts on a packet, on the first of the ways that it can take. Prints the first
 * difference of a tally. */
void verdicts_compare(const struct verdicts *verdicts, const struct frame *frame, int ways,
		      struct tally *tally);

/* What the kernel says on a way: 1, it passes, 0, it does not, -1, the program failed. */
int verdicts_kernel(const struct verdicts *verdicts, int way, const struct frame *frame);

/* That of a packet that is sent. */
int verdicts_sent(const struct verdicts *verdicts, const struct frame *frame);

#endif
