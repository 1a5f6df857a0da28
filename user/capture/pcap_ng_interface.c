/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Times are computed in 128 bits: 64 bits of ticks, a unit of up to 1 s, and 64 bits of an offset
 * in seconds do not fit into less.
 */
#include "capture/pcap_ng_interface.h"

#include <pcap/pcap.h>
#include <stdint.h>

#define NS_PER_S 1000000000

#define OPTION_END        0
#define OPTION_RESOLUTION 9
#define OPTION_OFFSET     14

#define FIELDS       8 /* bytes before the options: link type, snapshot length */
#define RESOLUTION   6 /* without the option: µs */
#define BINARY       0x80
#define EXPONENT_MAX 94 /* from here on 64 bits of ticks are less than one ns */

int pcap_ng_option(struct pcap_ng_options *left, struct pcap_ng_option *option, bool swapped)
{
	__u32 whole;

	if (left->size < 4)
		return 0;
	option->code = pcap_ng_16(left->at, swapped);
	option->length = pcap_ng_16(left->at + 2, swapped);
	option->value = left->at + 4;
	if (option->code == OPTION_END)
		return 0;
	if (option->length > left->size - 4)
		return -1;
	whole = 4 + ((option->length + 3u) & ~3u);
	if (whole > left->size)
		whole = left->size;
	left->at += whole;
	left->size -= whole;
	return 1;
}

/* LINKTYPE_* are DLT_*, but for those few whose DLT_* differ between systems. */
static int dlt_of(__u16 linktype)
{
	switch (linktype) {
	case 100:
		return DLT_ATM_RFC1483;
	case 101:
		return DLT_RAW;
	case 102:
		return DLT_SLIP_BSDOS;
	case 103:
		return DLT_PPP_BSDOS;
	case 106:
		return DLT_ATM_CLIP;
	}
	return linktype;
}

static const char *take_option(struct pcap_ng_interface *interface,
			       const struct pcap_ng_option *option, bool swapped)
{
	__u64 offset;

	switch (option->code) {
	case OPTION_RESOLUTION:
		if (option->length != 1)
			return "describes an interface whose time resolution is not one byte";
		interface->resolution = *option->value;
		break;
	case OPTION_OFFSET:
		if (option->length != sizeof(offset))
			return "describes an interface whose time offset is not eight bytes";
		memcpy(&offset, option->value, sizeof(offset));
		interface->offset = swapped ? __builtin_bswap64(offset) : offset;
		break;
	}
	return NULL;
}

const char *pcap_ng_interface_read(struct pcap_ng_interface *interface, const __u8 *body,
				   __u32 size, bool swapped)
{
	struct pcap_ng_options left = { body + FIELDS, size - FIELDS };
	struct pcap_ng_option option;
	const char *why = NULL;
	int got = 0;

	if (size < FIELDS)
		return "describes an interface and is too short for that";
	*interface = (struct pcap_ng_interface){ .resolution = RESOLUTION };
	interface->dlt = dlt_of(pcap_ng_16(body, swapped));
	interface->snaplen = pcap_ng_32(body + 4, swapped);
	while (!why && (got = pcap_ng_option(&left, &option, swapped)) == 1)
		why = take_option(interface, &option, swapped);
	if (got < 0)
		return "describes an interface, with an option longer than the block";
	return why;
}

static unsigned __int128 tick_ns(__u8 resolution, __u64 ticks)
{
	unsigned int exponent = resolution & ~BINARY;
	unsigned __int128 ns = ticks;

	if (exponent >= EXPONENT_MAX)
		return 0;
	if (resolution & BINARY)
		return ns * NS_PER_S >> exponent;
	for (; exponent < 9; exponent++)
		ns *= 10;
	for (; exponent > 9; exponent--)
		ns /= 10;
	return ns;
}

bool pcap_ng_interface_time(const struct pcap_ng_interface *interface, __u64 ticks, __u64 *ns)
{
	__int128 time = tick_ns(interface->resolution, ticks);

	time += (__int128)interface->offset * NS_PER_S;
	if (time < 0 || time > INT64_MAX)
		return false;
	*ns = time;
	return true;
}
