/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The link types that a capture holds: for each, how its packets begin and the filter made for
 * them.
 */
#ifndef HDRTAP_USER_PCAP_TYPES_H
#define HDRTAP_USER_PCAP_TYPES_H

#include <pcap/pcap.h>
#include <stdbool.h>

#include "capture/pcap_link.h"
#include "capture/pcap_packet.h"

#define PCAP_TYPES_MAX 64 /* link types that are supported are fewer */

struct pcap_type {
	int dlt;
	const struct pcap_link *link;
	bool refused; /* the filter means nothing for this link type: `why` */
	bool said;    /* for whoever says so, once */
	char why[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
};

struct pcap_types {
	const char *filter; /* pcap-filter(7) expression, NULL or "": every packet */
	__u32 count;
	struct pcap_type type[PCAP_TYPES_MAX];
};

/* The entry of a DLT_*, made when it is the first of its kind. NULL: it is not supported. */
struct pcap_type *pcap_types_find(struct pcap_types *types, int dlt);

/* Whether the filter lets the packet pass. */
bool pcap_type_passes(const struct pcap_type *type, const struct pcap_packet *packet);

void pcap_types_free(struct pcap_types *types);

#endif
