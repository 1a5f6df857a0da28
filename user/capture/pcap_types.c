/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_types.h"

#include <stdio.h>

/* What libpcap loads for a direction: SKF_AD_OFF + SKF_AD_PKTTYPE of linux/filter.h. */
#define KERNEL_TYPE 0xfffff004U

#define SNAPLEN 262144 /* nothing but what a filter returns for a packet that passes */

/* `inbound` and `outbound`, which no packet of a file would match: their direction is not in it. */
static bool asks_kernel(const struct bpf_program *program)
{
	for (u_int i = 0; i < program->bf_len; i++)
		if (program->bf_insns[i].code == (BPF_LD | BPF_H | BPF_ABS) &&
		    program->bf_insns[i].k == KERNEL_TYPE)
			return true;
	return false;
}

static void compile(const struct pcap_types *types, struct pcap_type *type)
{
	pcap_t *pcap = pcap_open_dead(type->dlt, SNAPLEN);
	int failed =
		!pcap || pcap_compile(pcap, &type->program, types->filter, 1, PCAP_NETMASK_UNKNOWN);

	type->refused = failed || asks_kernel(&type->program);
	if (type->refused)
		snprintf(type->why, sizeof(type->why), "%s",
			 !pcap    ? "out of memory"
			 : failed ? pcap_geterr(pcap)
				  : "its packets have no direction for 'inbound' and 'outbound'");
	if (pcap)
		pcap_close(pcap);
}

static struct pcap_type *add(struct pcap_types *types, int dlt)
{
	const struct pcap_link *link = pcap_link_find(dlt);
	struct pcap_type *type;

	if (!link || types->count == PCAP_TYPES_MAX)
		return NULL;
	type = &types->type[types->count++];
	*type = (struct pcap_type){ .dlt = dlt, .link = link };
	if (types->filter && *types->filter)
		compile(types, type);
	return type;
}

struct pcap_type *pcap_types_find(struct pcap_types *types, int dlt)
{
	for (__u32 i = 0; i < types->count; i++)
		if (types->type[i].dlt == dlt)
			return &types->type[i];
	return add(types, dlt);
}

bool pcap_type_passes(const struct pcap_type *type, const struct pcap_packet *packet)
{
	struct pcap_pkthdr header = { .caplen = packet->captured, .len = packet->length };

	if (!type->program.bf_insns)
		return true;
	return pcap_offline_filter(&type->program, &header, packet->data);
}

void pcap_types_free(struct pcap_types *types)
{
	for (__u32 i = 0; i < types->count; i++)
		pcap_freecode(&types->type[i].program);
}
